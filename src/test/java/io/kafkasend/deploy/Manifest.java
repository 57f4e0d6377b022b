package io.kafkasend.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A resource for a cluster, as it stands in a file.
 *
 * @param file where it stands
 * @param json what it says
 */
record Manifest(Path file, JsonNode json) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SCHEMAS = Path.of("src/test/resources/schemas");
    /** The schema of each kind that we use; src/test/resources/schemas/README.md says whose they are. */
    private static final Map<String, String> FILES = Map.ofEntries(
            Map.entry("ConfigMap", "configmap-v1"),
            Map.entry("Deployment", "deployment-apps-v1"),
            Map.entry("Integration", "integration-camel-v1"),
            Map.entry("Kamelet", "kamelet-camel-v1"),
            Map.entry("KafkaTopic", "kafkatopic-kafka-v1"),
            Map.entry("KafkaUser", "kafkauser-kafka-v1"),
            Map.entry("Namespace", "namespace-v1"),
            Map.entry("NetworkPolicy", "networkpolicy-networking-v1"),
            Map.entry("Pipe", "pipe-camel-v1"),
            Map.entry("PodDisruptionBudget", "poddisruptionbudget-policy-v1"),
            Map.entry("PodMonitor", "podmonitor-monitoring-v1"),
            Map.entry("PrometheusRule", "prometheusrule-monitoring-v1"),
            Map.entry("ScaledObject", "scaledobject-keda-v1alpha1"),
            Map.entry("Secret", "secret-v1"),
            Map.entry("Service", "service-v1"),
            Map.entry("ServiceAccount", "serviceaccount-v1"));

    /** Those of a file, in their order. */
    static List<Manifest> of(Path file) {
        try {
            List<Manifest> manifests = new ArrayList<>();
            new Yaml(new SafeConstructor(new LoaderOptions()))
                    .loadAll(Files.readString(file))
                    .forEach(document -> manifests.add(new Manifest(file, JSON.valueToTree(document))));
            return manifests.stream()
                    .filter(manifest -> !manifest.json().isNull())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String kind() {
        return json.path("kind").asText();
    }

    String name() {
        return json.path("metadata").path("name").asText();
    }

    JsonNode spec() {
        return json.path("spec");
    }

    /** What its schema has against it: also each field that is not there. */
    Set<ValidationMessage> faults() {
        String schema = FILES.get(kind());
        if (schema == null) {
            throw new AssertionError("no schema of " + kind() + ", in " + file);
        }
        try {
            return JsonSchemaFactory.getInstance(VersionFlag.V202012)
                    .getSchema(Files.readString(SCHEMAS.resolve(schema + ".json")))
                    .validate(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return file.getFileName() + " " + kind() + " " + name();
    }
}
