package io.kafkasend.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart's values: what its schema takes, and that it refuses what would go wrong on the cluster only. */
class ChartTest {
    private static final Path CHART = Path.of("deploy/helm/kafkasend");

    private static JsonSchema schema() throws IOException {
        return JsonSchemaFactory.getInstance(VersionFlag.V7)
                .getSchema(Files.readString(CHART.resolve("values.schema.json")));
    }

    private static ObjectNode values() {
        return (ObjectNode) Manifest.of(CHART.resolve("values.yaml")).get(0).json();
    }

    /** As Helm puts files of values over one another: maps are merged, all else is replaced. */
    private static ObjectNode merged(ObjectNode under, JsonNode over) {
        over.properties().forEach(entry -> {
            if (under.path(entry.getKey()) instanceof ObjectNode both
                    && entry.getValue().isObject()) {
                merged(both, entry.getValue());
            } else {
                under.set(entry.getKey(), entry.getValue());
            }
        });
        return under;
    }

    @Test
    void takesTheValuesOfEachOverlay() throws IOException {
        assertThat(schema().validate(values())).isEmpty();
        for (String overlay : Rendering.OVERLAYS) {
            JsonNode over = Manifest.of(CHART.resolve("values-" + overlay + ".yaml"))
                    .get(0)
                    .json();
            assertThat(schema().validate(merged(values(), over))).as(overlay).isEmpty();
        }
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                named("a value that is none", values -> values.put("replicaCount", 3)),
                named("a secret among settings", values -> settings(values).put("OAUTH2_CLIENT_SECRET", "x")),
                named("a variable in small letters", values -> settings(values).put("kafka_bootstrap", "x")),
                named("one name for all pods", values -> settings(values).put("KAFKA_GROUP_INSTANCE_ID", "x")),
                named("a portal without an API", values -> settings(values).remove("PORTAL_TARGET_API_URL")),
                named("memory without a unit", values -> values.withObject("/resources")
                        .put("memory", "1073741824")),
                named("a digest that is none", values -> values.withObject("/image")
                        .put("digest", "latest")),
                named("a tag within the name", values -> values.withObject("/image")
                        .put("repository", "registry.example.com/kafkasend:0.1.0")),
                named("a number as text", values -> values.put("replicas", "three")),
                named(
                        "work as a number, which Helm may print in another way",
                        values -> values.withObject("/autoscaling").put("work", 0.7)));
    }

    private static Arguments named(String what, Consumer<ObjectNode> change) {
        return Arguments.of(what, change);
    }

    private static ObjectNode settings(ObjectNode values) {
        return (ObjectNode) values.path("settings");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refuses(String what, Consumer<ObjectNode> change) throws IOException {
        // Given
        ObjectNode values = values();
        change.accept(values);

        // When
        Set<ValidationMessage> faults = schema().validate(values);

        // Then
        assertThat(faults).as(what).isNotEmpty();
    }

    @Test
    void isOfTheProjectsVersion() throws IOException {
        // Given
        String pom = Files.readString(Path.of("pom.xml"));
        String version =
                pom.split("<artifactId>kafkasend</artifactId>\\s*<version>")[1].split("<")[0];

        // Then
        assertThat(Files.readAllLines(CHART.resolve("Chart.yaml")))
                .contains("version: " + version, "appVersion: " + version);
        for (String rendering : List.of("kustomize-production", "helm-production")) {
            assertThat(Rendering.of(rendering).container().path("image").asText())
                    .isEqualTo("registry.example.com/kafkasend:" + version);
        }
    }
}
