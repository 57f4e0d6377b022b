package io.kafkasend.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kafkasend.e2e.MinimalAcls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is rendered of {@code deploy/} fits the schemas, and one form says what the other says. */
class ManifestsTest {
    private static final Path RULES = Path.of("deploy/observability/prometheus-rules.yaml");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Every resource that anybody applies. */
    static List<Manifest> manifests() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> rendered = Files.list(Rendering.DIRECTORY);
                Stream<Path> kamelets = Files.list(Path.of("kamelets"));
                Stream<Path> camel = Files.list(Path.of("deploy/camel-k"))) {
            kamelets.forEach(files::add);
            rendered.filter(file -> file.toString().endsWith(".yaml")).forEach(files::add);
            camel.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.toString().endsWith("pod-template.yaml")) // part of a resource
                    .forEach(files::add);
        }
        files.add(Path.of("deploy/kubernetes/secret.example.yaml"));
        return files.stream()
                .sorted()
                .flatMap(file -> Manifest.of(file).stream())
                .toList();
    }

    static List<String> overlays() {
        return Rendering.OVERLAYS;
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void everyManifestFitsTheSchemaOfItsKind(Manifest manifest) {
        assertThat(manifest.faults()).isEmpty();
    }

    @Test
    void aFieldThatIsNotThereIsAFault() throws IOException {
        // Given
        Manifest wrong = Manifest.of(Rendering.DIRECTORY.resolve("kustomize-autoscaling.yaml")).stream()
                .filter(manifest -> manifest.kind().equals("ScaledObject"))
                .findFirst()
                .orElseThrow();
        ((ObjectNode) wrong.json().path("spec")).put("maxReplicas", 3);

        // Then
        assertThat(wrong.faults()).singleElement().asString().contains("maxReplicas");
    }

    @Test
    void whatIsRenderedIsOfTheseFiles() throws Exception {
        // Given
        Map<String, String> rendered = Files.readAllLines(Rendering.DIRECTORY.resolve("inputs.sha256")).stream()
                .map(line -> line.split("  "))
                .collect(Collectors.toMap(line -> line[1], line -> line[0]));

        // When
        Map<String, String> now = new TreeMap<>();
        for (String directory : List.of("deploy/kubernetes", "deploy/helm")) {
            try (Stream<Path> files = Files.walk(Path.of(directory))) {
                for (Path file : files.filter(Files::isRegularFile)
                        .filter(file -> !file.toString().endsWith(".md"))
                        .filter(file -> !file.toString().endsWith(".example.yaml"))
                        .toList()) {
                    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                    now.put(file.toString().replace('\\', '/'), HexFormat.of().formatHex(digest));
                }
            }
        }

        // Then
        assertThat(now).as("run deploy/render after a change").isEqualTo(rendered);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void theChartSaysWhatTheOverlaySays(String overlay) {
        assertThat(common("helm-" + overlay)).isEqualTo(common("kustomize-" + overlay));
    }

    /** What both make: namespaces and the development's Secret are made beforehand where Helm is used. */
    private static Map<String, JsonNode> common(String name) {
        Map<String, JsonNode> common = new TreeMap<>();
        Rendering.of(name).manifests().stream()
                .filter(manifest -> !Set.of("Namespace", "Secret").contains(manifest.kind()))
                .forEach(manifest -> {
                    ObjectNode json = (ObjectNode) withoutHash(manifest.json());
                    ObjectNode metadata = (ObjectNode) json.path("metadata");
                    metadata.remove("namespace");
                    ((ObjectNode) metadata.path("labels"))
                            .remove(List.of("helm.sh/chart", "app.kubernetes.io/managed-by", "app.kubernetes.io/name"));
                    if (json.at("/spec/template/metadata") instanceof ObjectNode pod) {
                        pod.remove("annotations");
                        sort((ArrayNode) json.at("/spec/template/spec/volumes"));
                        sort((ArrayNode) json.at("/spec/template/spec/containers/0/volumeMounts"));
                    }
                    json.findParents("expr").forEach(rule -> spaced((ObjectNode) rule));
                    common.put(
                            json.path("kind").asText() + " "
                                    + metadata.path("name").asText(),
                            json);
                });
        return common;
    }

    /** Kustomize's names of ConfigMaps and Secrets end in a hash. */
    private static JsonNode withoutHash(JsonNode json) {
        try {
            return JSON.readTree(json.toString().replaceAll("(kafkasend-portal(?:-oauth2)?)-[a-z0-9]{10}\"", "$1\""));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sort(ArrayNode array) {
        List<JsonNode> sorted = new ArrayList<>();
        array.forEach(sorted::add);
        sorted.sort(Comparator.comparing(node -> node.path("name").asText()));
        array.removeAll().addAll(sorted);
    }

    /** Kustomize folds lines anew, of which PromQL knows nothing. */
    private static void spaced(ObjectNode rule) {
        rule.put("expr", rule.path("expr").asText().replaceAll("\\s+", " "));
    }

    @Test
    void theRulesAreThoseOfObservability() {
        // Given
        JsonNode rules = Manifest.of(RULES).get(0).json();
        rules.findParents("expr").forEach(rule -> spaced((ObjectNode) rule));

        // Then
        for (String name : List.of("kustomize-production", "helm-production", "kustomize-autoscaling")) {
            JsonNode spec = Rendering.of(name).one("PrometheusRule").spec();
            spec.findParents("expr").forEach(rule -> spaced((ObjectNode) rule));
            assertThat(spec).as(name).isEqualTo(rules);
        }
        assertThat(Path.of("deploy/helm/kafkasend/files/prometheus-rules.yaml")).hasSameTextualContentAs(RULES);
    }

    @Test
    void theUsersHaveTheDocumentedRightsAndNoMore() throws IOException {
        // When
        Set<String> granted = new TreeSet<>();
        Rendering.of("kustomize-kafka")
                .all("KafkaUser")
                .forEach(user -> user.spec().at("/authorization/acls").forEach(acl -> acl.path("operations")
                        .forEach(operation -> granted.add(user.name() + " " + operation.asText() + " "
                                + acl.at("/resource/type").asText() + " "
                                + acl.at("/resource/name").asText()))));

        // Then
        assertThat(granted)
                .isEqualTo(MinimalAcls.documented().stream()
                        .map(acl -> acl.entry().principal().replace("User:", "kafkasend-") + " "
                                + acl.entry().operation().name().charAt(0)
                                + acl.entry().operation().name().substring(1).toLowerCase(Locale.ROOT) + " "
                                + acl.pattern().resourceType().name().toLowerCase(Locale.ROOT) + " "
                                + acl.pattern().name())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }
}
