package io.kafkasend.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A document of {@code api/} that describes topics or HTTP.
 *
 * @param json what it says
 */
public record ApiDocument(JsonNode json) {
    static final Path DIRECTORY = Path.of("api");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The one in this file. */
    public static ApiDocument of(String file) {
        try {
            return new ApiDocument(JSON.valueToTree(new Yaml(new SafeConstructor(new LoaderOptions()))
                    .<Object>load(Files.readString(DIRECTORY.resolve(file)))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode schema(String name) {
        return json.at("/components/schemas/" + name);
    }

    /** What a schema has against a value. */
    Set<ValidationMessage> faults(String schema, String value) {
        return faults(JSON.createObjectNode().put("$ref", "#/components/schemas/" + schema), value);
    }

    /** What a schema that stands in the document has against a value. */
    public Set<ValidationMessage> faults(JsonNode schema, String value) {
        ObjectNode root = schema.deepCopy();
        root.set("components", json.path("components"));
        try {
            return JsonSchemaFactory.getInstance(VersionFlag.V202012)
                    .getSchema(root)
                    .validate(JSON.readTree(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of an object's fields. */
    public static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** What a reference leads to; anything else is itself. */
    public JsonNode followed(JsonNode node) {
        return node.has("$ref") ? json.at(node.path("$ref").asText().substring(1)) : node;
    }

    static Set<String> texts(JsonNode array) {
        Set<String> texts = new TreeSet<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
