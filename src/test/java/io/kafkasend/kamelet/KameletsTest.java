package io.kafkasend.kamelet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our Kamelets by the rules of Camel's catalogue (script/validator of camel-kamelets), but for its provider, which we are not. */
class KameletsTest {
    private static final Path DIRECTORY = Path.of("kamelets");
    private static final Pattern PARAMETER = Pattern.compile("\\{\\{[?]?([A-Za-z0-9-._]+)(?::[^}]*)?}}");
    private static final Set<String> STOP_WORDS = Set.of("of", "on", "the", "a", "to", "for", "and", "in", "is");

    static List<Path> kamelets() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".kamelet.yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static JsonNode read(Path file) throws IOException {
        return new YAMLMapper().readTree(file.toFile());
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void isNamedByItsTypeAndSaysWhoMadeIt(Path file) throws IOException {
        JsonNode kamelet = read(file);
        String name = kamelet.at("/metadata/name").asText();
        String type =
                kamelet.at("/metadata/labels/camel.apache.org~1kamelet.type").asText();

        assertThat(file).hasFileName(name + ".kamelet.yaml");
        assertThat(type).isIn("source", "sink", "action");
        assertThat(name).endsWith("-" + type);
        assertThat(kamelet.at("/spec/definition/title").asText())
                .endsWith(type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1));
        assertThat(kamelet.at("/spec/definition/description").asText()).isNotBlank();
        assertThat(kamelet.at("/spec/definition/type").asText()).isEqualTo("object");
        JsonNode annotations = kamelet.at("/metadata/annotations");
        assertThat(annotations.path("camel.apache.org/kamelet.icon").asText()).startsWith("data:image/svg+xml;base64,");
        assertThat(annotations.path("camel.apache.org/provider").asText()).isEqualTo("KafkaSend");
        assertThat(annotations.path("camel.apache.org/kamelet.support.level").asText())
                .isIn("Stable", "Preview");
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<version>"
                        + annotations.path("camel.apache.org/catalog.version").asText() + "</version>");
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void everyPropertyIsDescribedAndHasAValue(Path file) throws IOException {
        JsonNode definition = read(file).at("/spec/definition");
        List<String> required = StreamSupport.stream(definition.path("required").spliterator(), false)
                .map(JsonNode::asText)
                .toList();

        assertThat(required).doesNotHaveDuplicates();
        assertThat(names(definition.path("properties"))).containsAll(required);
        definition.path("properties").properties().forEach(property -> {
            JsonNode said = property.getValue();
            String name = property.getKey();
            assertThat(said.path("type").asText()).as(name).isIn("string", "integer", "boolean");
            assertThat(said.path("title").asText()).as(name).doesNotMatch("(The|A|An) .*");
            assertThat(said.path("title").asText().split(" ")).as(name).allSatisfy(word -> assertThat(
                            STOP_WORDS.contains(word) || Character.isUpperCase(word.charAt(0)))
                    .as(word)
                    .isTrue());
            assertThat(said.path("description").asText()).as(name).endsWith(".");
            assertThat(said.has("default")).as(name).isNotEqualTo(required.contains(name));
            if (said.path("format").asText().equals("password") || name.matches("(?i).*(password|secret).*")) {
                assertThat(said.path("format").asText()).as(name).isEqualTo("password");
                assertThat(said.path("x-descriptors").toString()).as(name).contains("urn:camel:group:credentials");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void everyPropertyIsUsedAndNoOther(Path file) throws IOException {
        JsonNode spec = read(file).path("spec");
        Set<String> declared = names(spec.at("/definition/properties"));
        spec.at("/template/beans")
                .forEach(bean -> declared.add(bean.path("name").asText()));
        Set<String> used = new TreeSet<>();
        Matcher parameter = PARAMETER.matcher(spec.path("template").toString());
        while (parameter.find()) {
            used.add(parameter.group(1));
        }

        assertThat(used).isEqualTo(declared);
    }

    @ParameterizedTest
    @MethodSource("kamelets")
    void everyBeanHasWhatIsSetOnItAndDependenciesAreNamed(Path file) throws IOException, ClassNotFoundException {
        JsonNode spec = read(file).path("spec");
        Set<String> dependencies = StreamSupport.stream(
                        spec.path("dependencies").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.toSet());
        assertThat(dependencies).contains("camel:core", "camel:kamelet", "mvn:io.kafkasend:kafkasend:0.1.0");
        for (JsonNode bean : spec.at("/template/beans")) {
            Class<?> type = Class.forName(bean.path("type").asText().replace("#class:", ""));
            Set<String> setters = Stream.of(type.getMethods())
                    .map(Method::getName)
                    .filter(name -> name.startsWith("set"))
                    .map(name -> name.substring(3, 4).toLowerCase(Locale.ROOT) + name.substring(4))
                    .filter(name -> !name.equals("camelContext")) // which Camel sets
                    .collect(Collectors.toSet());
            assertThat(setters).isEqualTo(names(bean.path("properties")));
        }
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
