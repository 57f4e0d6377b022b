package io.kafkasend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The schema of what {@code --json} prints. */
public final class OutputSchema {
    private OutputSchema() {}

    /** Fails where the text is not what the schema says. */
    public static void require(String text) {
        try {
            JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012)
                    .getSchema(Files.readString(Path.of("docs/json-output.schema.json")));
            assertThat(schema.validate(new ObjectMapper().readTree(text)))
                    .as(text)
                    .isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
