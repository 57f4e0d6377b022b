package io.kafkasend.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkasend.config.GatewaySettings;
import io.kafkasend.config.JobSettings;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.OperationSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.setting.Setting;
import io.kafkasend.tls.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory, heap, grace, probes, timeouts, ports and files of the manifests agree, with one another and with the image. */
class AgreementTest {
    private static final long MIB = 1L << 20;
    /** What docs/operate/memory.md says the JVM takes beside its heap. */
    private static final long BESIDE_HEAP = 150_000_000;
    /** By what the platform waits longer than the portal, at least. */
    private static final int MORE_GRACE_SECONDS = 5;
    /** How long a portal waits for Kafka's topics at its start, as docs/operate/observe.md says, is two minutes. */
    private static final int LEAST_TO_START_SECONDS = 60;

    @TempDir
    static Path etc;

    /** The files that Secrets and ConfigMaps put below /etc/kafkasend. */
    @BeforeAll
    static void mount() throws Exception {
        for (String directory : List.of("oauth2", "kafka-user", "kafka-ca", "client-keys", "policies")) {
            Files.createDirectories(etc.resolve(directory));
        }
        Files.writeString(etc.resolve("oauth2/OAUTH2_CLIENT_SECRET"), "secret");
        Files.writeString(etc.resolve("kafka-user/password"), "password");
        Files.writeString(etc.resolve("policies/policies.yaml"), "clients: {}\n");
        TestAuthority authority = new TestAuthority("Kafka");
        Files.writeString(etc.resolve("kafka-ca/ca.crt"), authority.pem());
    }

    static Stream<Rendering> renderings() {
        return Stream.concat(
                Stream.of(Rendering.of("helm-defaults")),
                Rendering.OVERLAYS.stream()
                        .flatMap(overlay ->
                                Stream.of(Rendering.of("kustomize-" + overlay), Rendering.of("helm-" + overlay))));
    }

    private static PortalSettings settings(Rendering rendering) throws Exception {
        Map<String, String> environment = new HashMap<>(rendering.settings());
        environment.replaceAll((name, value) -> value.replace("/etc/kafkasend", etc.toString()));
        for (JsonNode variable : rendering.container().path("env")) {
            environment.put(variable.path("name").asText(), "of-the-pod");
        }
        return PortalSettings.fromEnvironment(environment);
    }

    @ParameterizedTest
    @MethodSource("renderings")
    void thePortalTakesTheSettingsAndNoSecretIsOneOfThem(Rendering rendering) throws Exception {
        // When
        PortalSettings settings = settings(rendering);

        // Then
        assertThat(PortalSettings.all().stream().map(Setting::variable))
                .containsAll(rendering.settings().keySet());
        assertThat(rendering.settings())
                .doesNotContainKeys(
                        "OAUTH2_CLIENT_SECRET",
                        "KAFKA_SASL_PASSWORD",
                        "KAFKA_OAUTH_CLIENT_SECRET",
                        "KAFKA_SSL_KEY_PASSWORD");
        assertThat(settings.get(KafkaSettings.SESSION_TIMEOUT_MS)).isEqualTo(45_000);
        assertThat(rendering.container().path("env").findValuesAsText("name")).contains("KAFKA_GROUP_INSTANCE_ID");
    }

    @ParameterizedTest
    @MethodSource("renderings")
    void everyFileThatIsNamedIsMounted(Rendering rendering) {
        // Given
        List<String> mounts = rendering.container().path("volumeMounts").findValuesAsText("mountPath");

        // Then
        assertThat(rendering.settings().values())
                .filteredOn(value -> value.startsWith("/etc/"))
                .allSatisfy(value ->
                        assertThat(mounts).anySatisfy(mount -> assertThat(value).startsWith(mount)));
        assertThat(rendering.container().path("volumeMounts"))
                .extracting(mount -> mount.path("name").asText())
                .containsExactlyInAnyOrderElementsOf(names(rendering.pod().path("volumes")));
    }

    private static List<String> names(JsonNode array) {
        List<String> names = new ArrayList<>();
        array.forEach(each -> names.add(each.path("name").asText()));
        return names;
    }

    @ParameterizedTest
    @MethodSource("renderings")
    void theHeapAndWhatIsBesideItFitIntoTheMemory(Rendering rendering) throws IOException {
        // Given
        JsonNode resources = rendering.container().path("resources");
        String memory = resources.at("/limits/memory").asText();
        assertThat(resources.at("/requests/memory").asText()).isEqualTo(memory);
        assertThat(resources.at("/limits").has("cpu")).isFalse();
        assertThat(Files.readString(Path.of("Dockerfile"))).containsPattern("-XX:MaxRAMPercentage=75[ \"]");

        // When
        long limit = memory.endsWith("Gi")
                ? Long.parseLong(memory.replace("Gi", "")) * 1024 * MIB
                : Long.parseLong(memory.replace("Mi", "")) * MIB;
        long heap = limit * 75 / 100;

        // Then: what docs/operate/memory.md says a portal of ten calls needs
        assertThat(heap).isGreaterThanOrEqualTo(256 * MIB);
        assertThat(limit - heap).isGreaterThanOrEqualTo(BESIDE_HEAP);
    }

    @ParameterizedTest
    @MethodSource("renderings")
    void thePlatformWaitsLongerThanThePortal(Rendering rendering) throws Exception {
        // Given
        PortalSettings settings = settings(rendering);
        int grace = settings.get(OperationSettings.SHUTDOWN_GRACE_SECONDS);

        // Then
        assertThat(rendering.pod().path("terminationGracePeriodSeconds").asInt())
                .isGreaterThanOrEqualTo(grace + MORE_GRACE_SECONDS);
        if (!rendering.all("ScaledObject").isEmpty()) {
            assertThat(grace)
                    .as("no call is cut where a portal is taken away")
                    .isGreaterThanOrEqualTo(settings.get(JobSettings.JOB_TIMEOUT_SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("renderings")
    void theProbesAskTheManagementPortAndGiveTimeToStart(Rendering rendering) throws Exception {
        // Given
        JsonNode container = rendering.container();
        PortalSettings settings = settings(rendering);

        // Then
        assertThat(container.at("/ports/0/name").asText()).isEqualTo("management");
        assertThat(Files.readString(Path.of("Dockerfile")))
                .contains("PORTAL_MANAGEMENT_PORT="
                        + container.at("/ports/0/containerPort").asInt());
        Map<String, String> paths = Map.of(
                "startupProbe", "/observe/health/live",
                "readinessProbe", "/observe/health/ready",
                "livenessProbe", "/observe/health/live");
        assertThat(paths).allSatisfy((probe, path) -> {
            assertThat(container.path(probe).at("/httpGet/path").asText()).isEqualTo(path);
            assertThat(container.path(probe).at("/httpGet/port").asText()).isEqualTo("management");
            assertThat(container.path(probe).path("timeoutSeconds").asInt())
                    .isLessThanOrEqualTo(
                            container.path(probe).path("periodSeconds").asInt());
        });
        assertThat(seconds(container.path("startupProbe")))
                .isGreaterThanOrEqualTo(LEAST_TO_START_SECONDS + settings.get(OperationSettings.WARM_UP_SECONDS));
        assertThat(seconds(container.path("readinessProbe")) * 1_000)
                .as("a pod is not ready before its partitions go to others")
                .isLessThan(settings.get(KafkaSettings.SESSION_TIMEOUT_MS));
    }

    private static int seconds(JsonNode probe) {
        return probe.path("periodSeconds").asInt()
                * probe.path("failureThreshold").asInt();
    }

    @ParameterizedTest
    @MethodSource("renderings")
    void thePodPassesPodSecurityRestricted(Rendering rendering) {
        JsonNode pod = rendering.pod();
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
        JsonNode context = rendering.container().path("securityContext");
        assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        assertThat(pod.path("volumes"))
                .allMatch(volume -> volume.has("emptyDir") || volume.has("secret") || volume.has("configMap"));
    }

    @ParameterizedTest
    @MethodSource("renderings")
    void thePortalIsLetOutToPlacesThatAreNamedOnlyAndNobodyInButPrometheus(Rendering rendering) {
        // Given
        List<Manifest> policies = rendering.all("NetworkPolicy");
        Manifest policy = policies.stream()
                .filter(each -> each.name().equals("kafkasend-portal"))
                .findFirst()
                .orElseThrow();

        // Then
        assertThat(policies).allSatisfy(each -> assertThat(each.spec().path("policyTypes"))
                .extracting(JsonNode::asText)
                .containsExactly("Ingress", "Egress"));
        assertThat(policy.spec().path("egress")).hasSizeBetween(3, 4).allSatisfy(rule -> {
            assertThat(rule.path("to")).isNotEmpty().allSatisfy(place -> assertThat(place)
                    .isNotEmpty());
            assertThat(rule.path("ports")).isNotEmpty();
            assertThat(rule.toString()).doesNotContain("0.0.0.0/0");
        });
        boolean scraped = !rendering.all("PodMonitor").isEmpty();
        assertThat(policy.spec().path("ingress")).hasSize(scraped ? 1 : 0).allSatisfy(rule -> {
            assertThat(rule.path("from")).isNotEmpty();
            assertThat(rule.at("/ports/0/port").asInt()).isEqualTo(9876);
        });
        assertThat(policies).hasSize(rendering.name().endsWith("restricted") ? 2 : 1);
    }

    @ParameterizedTest
    @MethodSource("renderings")
    void selectorsFindThePods(Rendering rendering) {
        // Given
        JsonNode labels = rendering.one("Deployment").spec().at("/template/metadata/labels");

        // Then
        rendering.manifests().stream()
                .filter(manifest -> !manifest.name().equals("default-deny"))
                .flatMap(manifest -> Stream.of("selector", "podSelector")
                        .map(field -> manifest.spec().path(field).path("matchLabels")))
                .filter(selector -> !selector.isMissingNode())
                .forEach(selector -> selector.properties().forEach(label -> assertThat(labels.path(label.getKey()))
                        .isEqualTo(label.getValue())));
        assertThat(rendering
                        .one("PodDisruptionBudget")
                        .spec()
                        .path("maxUnavailable")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void thereAreNoMorePortalsThanPartitions() {
        // Given
        List<Manifest> topics = Rendering.of("kustomize-kafka").all("KafkaTopic");
        int partitions = topics.stream()
                .filter(topic -> topic.name().equals(KafkaSettings.REQUEST_TOPIC.defaultValue()))
                .mapToInt(topic -> topic.spec().path("partitions").asInt())
                .findFirst()
                .orElseThrow();
        assertThat(topics)
                .extracting(Manifest::name)
                .containsExactlyInAnyOrder(
                        KafkaSettings.REQUEST_TOPIC.defaultValue(),
                        KafkaSettings.RESPONSE_TOPIC.defaultValue(),
                        KafkaSettings.DEAD_LETTER_TOPIC.defaultValue());
        assertThat(topics).allSatisfy(topic -> {
            assertThat(topic.spec().at("/config/cleanup.policy").asText()).isEqualTo("delete");
            assertThat(topic.spec().at("/config/max.message.bytes").asInt()).isGreaterThanOrEqualTo(1_048_576);
            assertThat(topic.spec().at("/config/min.insync.replicas").asInt())
                    .isLessThan(topic.spec().path("replicas").asInt());
        });

        // Then
        for (String form : List.of("kustomize", "helm")) {
            assertThat(Rendering.of(form + "-autoscaling")
                            .one("ScaledObject")
                            .spec()
                            .path("maxReplicaCount")
                            .asInt())
                    .isEqualTo(partitions);
            assertThat(Rendering.of(form + "-production")
                            .one("Deployment")
                            .spec()
                            .path("replicas")
                            .asInt())
                    .isLessThanOrEqualTo(partitions);
        }
    }

    @Test
    void portalsAreScaledOnWorkAndNotInHaste() throws IOException {
        for (String form : List.of("kustomize", "helm")) {
            // Given
            Rendering rendering = Rendering.of(form + "-autoscaling");
            JsonNode spec = rendering.one("ScaledObject").spec();
            JsonNode trigger = spec.at("/triggers/0");

            // Then
            assertThat(spec.path("triggers")).hasSize(1);
            assertThat(trigger.path("type").asText()).isEqualTo("prometheus");
            assertThat(trigger.at("/metadata/query").asText()).isEqualTo("sum(kafkasend_work{job=\"kafkasend\"})");
            assertThat(Files.readString(Path.of("docs/operate/metrics.md"))).contains("`kafkasend_work`");
            assertThat(Files.readString(Path.of("docs/operate/topics-and-scaling.md"))
                            .replaceAll("\\s+", " "))
                    .contains("a target of " + trigger.at("/metadata/threshold").asText() + " as the mean");
            assertThat(rendering
                            .one("PodMonitor")
                            .spec()
                            .at("/podMetricsEndpoints/0/relabelings/0/replacement")
                            .asText())
                    .isEqualTo("kafkasend");
            assertThat(spec.at("/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown/stabilizationWindowSeconds")
                            .asInt())
                    .isGreaterThanOrEqualTo(300);
            assertThat(spec.path("minReplicaCount").asInt()).isGreaterThanOrEqualTo(2);
            assertThat(rendering.one("Deployment").spec().has("replicas"))
                    .as("KEDA's alone")
                    .isFalse();
            assertThat(spec.at("/scaleTargetRef/name").asText())
                    .isEqualTo(rendering.one("Deployment").name());
        }
    }

    @Test
    void theGatewayTakesItsSettings() throws Exception {
        // Given
        Map<String, String> environment = new HashMap<>();
        for (String line : Files.readAllLines(Path.of("deploy/camel-k/gateway.env"))) {
            if (!line.startsWith("#")) {
                String[] setting = line.split("=", 2);
                environment.put(setting[0], setting[1].replace("/etc/kafkasend", etc.toString()));
            }
        }
        Files.createDirectories(etc.resolve("callers"));
        Files.writeString(etc.resolve("callers/callers"), "shop token=" + "0".repeat(64) + "\n");

        // When
        GatewaySettings settings = GatewaySettings.fromEnvironment(environment);

        // Then
        JsonNode pod = Manifest.of(Path.of("deploy/camel-k/gateway.yaml"))
                .get(0)
                .spec()
                .at("/template/spec");
        assertThat(pod.path("terminationGracePeriodSeconds").asInt())
                .isGreaterThanOrEqualTo(settings.get(GatewaySettings.GRACE_SECONDS) + MORE_GRACE_SECONDS);
        assertThat(pod.at("/containers/0/ports/0/containerPort").asText())
                .isEqualTo(GatewaySettings.PORT.defaultValue());
        assertThat(pod.at("/containers/0/ports/1/containerPort").asText())
                .isEqualTo(GatewaySettings.MANAGEMENT_PORT.defaultValue());
    }

    @Test
    void restrictedIsANamespaceThatTakesNoOtherPods() {
        // When
        Rendering restricted = Rendering.of("kustomize-restricted");

        // Then
        assertThat(restricted
                        .one("Namespace")
                        .json()
                        .at("/metadata/labels/pod-security.kubernetes.io~1enforce")
                        .asText())
                .isEqualTo("restricted");
        assertThat(restricted.manifests())
                .filteredOn(manifest -> !manifest.kind().equals("Namespace"))
                .allMatch(manifest ->
                        manifest.json().at("/metadata/namespace").asText().equals("kafkasend"));
        assertThat(Set.copyOf(restricted.settings().entrySet()))
                .contains(Map.entry("PORTAL_REQUIRE_SIGNATURE", "true"), Map.entry("PORTAL_CONSOLE", "off"));
    }
}
