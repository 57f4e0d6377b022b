package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kafkasend.cli.KafkaSend;
import io.kafkasend.cli.console.Console;
import io.kafkasend.config.GatewaySettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.setting.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What docker-compose.yml, Dockerfile and the manifests under {@code deploy} name is there: commands, options, variables. */
class ComposeFileTest {
    private static final Pattern VARIABLE = Pattern.compile("(?:KAFKA|PORTAL|GATEWAY|OAUTH2|CLIENT)_[A-Z0-9_]+");
    /** Those of clients; docs/use/cli.md documents them. */
    private static final Set<String> OF_CLIENTS =
            Set.of("KAFKA_CLIENT_CONFIG", "CLIENT_LOG_LEVEL", "CLIENT_MODERN_PORTALS");

    /** Images of others, with variables of their own. */
    private static final Set<String> OF_OTHERS = Set.of("kafka", "keycloak", "prometheus", "grafana");

    private static final Path COMPOSE = Path.of("docker-compose.yml");
    private static final Path MANIFESTS = Path.of("deploy");
    private static final Path DEPLOYED = MANIFESTS.resolve("compose");

    static Stream<Map.Entry<?, ?>> services() {
        return map(map(documents(COMPOSE).get(0)).get("services")).entrySet().stream()
                .filter(service -> !OF_OTHERS.contains(service.getKey()))
                .map(service -> (Map.Entry<?, ?>) service);
    }

    static Stream<Path> manifests() throws IOException {
        try (Stream<Path> files = Files.walk(MANIFESTS)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.toString().contains("templates")) // of Helm: no YAML yet
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @Test
    void hasABrokerItsTopicsAnApiWithKeycloakAPortalAndByProfilesTheRest() {
        // When
        Map<?, ?> services = map(map(documents(COMPOSE).get(0)).get("services"));

        // Then
        assertThat(services.keySet().stream().map(String::valueOf))
                .containsExactlyInAnyOrder(
                        "kafka",
                        "topics",
                        "keycloak",
                        "sample-api",
                        "portal",
                        "client",
                        "gateway",
                        "prometheus",
                        "grafana");
        assertThat(map(services.get("client")).get("profiles")).isEqualTo(List.of("client"));
        assertThat(map(services.get("gateway")).get("profiles")).isEqualTo(List.of("gateway"));
        assertThat(map(services.get("prometheus")).get("profiles")).isEqualTo(List.of("observability"));
        assertThat(map(services.get("grafana")).get("profiles")).isEqualTo(List.of("observability"));
    }

    @Test
    void whatIsMountedIsThereAndPortsAreThisMachinesOnly() {
        map(map(documents(COMPOSE).get(0)).get("services")).forEach((name, service) -> {
            for (Object volume : list(map(service).get("volumes"))) {
                String from = String.valueOf(volume).replaceFirst(":.*", "");
                if (from.startsWith("./")) {
                    assertThat(Path.of(from)).as("volume of " + name).exists();
                    assertThat(String.valueOf(volume)).endsWith(":ro");
                }
            }
            for (Object port : list(map(service).get("ports"))) {
                assertThat(String.valueOf(port)).as("port of " + name).startsWith("127.0.0.1:");
            }
        });
    }

    @Test
    void composeItselfTakesTheFileWhereItIsInstalled() throws Exception {
        // Given: version 2 is a command of docker's, version 1 a program of its own
        List<List<String>> commands = List.of(List.of("docker", "compose"), List.of("docker-compose"));
        List<String> compose = null;
        for (List<String> command : commands) {
            if (run(command, "version").startsWith("0 ")) {
                compose = command;
                break;
            }
        }
        assumeThat(compose).as("docker compose").isNotNull();

        // When
        String said = run(
                compose, "--profile", "client", "--profile", "gateway", "--profile", "observability", "config", "-q");

        // Then
        assertThat(said).startsWith("0 ");
    }

    private static String run(List<String> command, String... words) throws InterruptedException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() + " " + said;
        } catch (IOException e) {
            return e.getMessage(); // not installed
        }
    }

    @Test
    void keycloaksRealmHasThePortalsClientAndItsTokensNameTheIssuerThatTheApiTakes() {
        // Given
        Map<?, ?> services = map(map(documents(COMPOSE).get(0)).get("services"));
        Map<?, ?> realm = map(documents(DEPLOYED.resolve("keycloak-realm.json")).get(0)); // JSON is YAML
        Map<?, ?> client = map(list(realm.get("clients")).get(0));
        Map<?, ?> portal = map(map(services.get("portal")).get("environment"));
        Map<?, ?> keycloak = map(map(services.get("keycloak")).get("environment"));

        // When
        String issuer = keycloak.get("KC_HOSTNAME") + "/realms/" + realm.get("realm");

        // Then
        assertThat(String.valueOf(map(services.get("sample-api")).get("command")))
                .endsWith(", " + issuer + "]");
        assertThat(portal.get("OAUTH2_TOKEN_URL")).isEqualTo(issuer + "/protocol/openid-connect/token");
        assertThat(portal.get("OAUTH2_CLIENT_ID")).isEqualTo(client.get("clientId"));
        assertThat(client.get("secret")).isEqualTo("${OAUTH2_CLIENT_SECRET}");
        assertThat(keycloak.get("OAUTH2_CLIENT_SECRET")).isEqualTo(portal.get("OAUTH2_CLIENT_SECRET"));
    }

    @Test
    void theGatewayHasTheReplyTopicThatThePortalAllowsAndTheCallersTokenThatTheFileNames() throws Exception {
        // Given
        Map<?, ?> services = map(map(documents(COMPOSE).get(0)).get("services"));
        Map<?, ?> gateway = map(map(services.get("gateway")).get("environment"));
        byte[] sum =
                MessageDigest.getInstance("SHA-256").digest("for-development-only".getBytes(StandardCharsets.US_ASCII));

        // Then
        assertThat(gateway.get("GATEWAY_REPLY_TOPIC"))
                .isEqualTo(map(map(services.get("portal")).get("environment")).get("PORTAL_REPLY_TOPICS"));
        assertThat(Files.readString(DEPLOYED.resolve("callers")))
                .contains("\ndeveloper token=" + HexFormat.of().formatHex(sum) + "\n");
        assertThat(Files.readString(COMPOSE)).contains("Bearer for-development-only");
    }

    @Test
    void imagesOfOthersAreNamedByDigestButApachesWhoseDigestIsNotKnown() {
        map(map(documents(COMPOSE).get(0)).get("services")).forEach((name, service) -> {
            if (OF_OTHERS.contains(name) && !name.equals("kafka")) {
                assertThat(String.valueOf(map(service).get("image"))).matches(".+:[^@]+@sha256:[0-9a-f]{64}");
            }
        });
    }

    @Test
    void theImageSaysWhatItIsAndItsJvmDoesNotTalkOfItsOptions() throws IOException {
        String dockerfile = Files.readString(Path.of("Dockerfile"));

        assertThat(dockerfile)
                .contains(
                        "org.opencontainers.image.title=",
                        "org.opencontainers.image.source=",
                        "org.opencontainers.image.version=",
                        "org.opencontainers.image.revision=",
                        "org.opencontainers.image.licenses=")
                .doesNotContain("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");
    }

    @ParameterizedTest
    @MethodSource("services")
    void everyServiceRunsACommandThatTheCommandLineTakes(Map.Entry<?, ?> service) {
        // Given
        String[] arguments = ((List<?>) map(service.getValue()).get("command"))
                .stream().map(String::valueOf).toArray(String[]::new);

        // Then
        assertThatCode(() -> KafkaSend.commandLine(nowhere()).parseArgs(arguments))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("services")
    void everyServiceIsSetByVariablesThatExist(Map.Entry<?, ?> service) {
        assertThat(known()).containsAll(variables(service.getValue()));
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void everyManifestIsSetByVariablesThatExist(Path manifest) {
        assertThat(known()).containsAll(variables(documents(manifest)));
    }

    @Test
    void theImageIsSetByVariablesThatExist() throws IOException {
        // When
        Stream<String> named = VARIABLE.matcher(Files.readString(Path.of("Dockerfile")))
                .results()
                .map(found -> found.group());

        // Then
        assertThat(named).isNotEmpty().allMatch(known()::contains);
    }

    @Test
    void theImagesThatOursIsBuiltOnAreNamedByDigest() throws IOException {
        // Given
        String dockerfile = Files.readString(Path.of("Dockerfile"));
        Map<String, String> defaults = new HashMap<>();
        Pattern.compile("(?m)^ARG (\\w+)=(\\S+)$")
                .matcher(dockerfile)
                .results()
                .forEach(found -> defaults.put("${" + found.group(1) + "}", found.group(2)));

        // When
        List<String> bases = Pattern.compile("(?m)^FROM (\\S+)")
                .matcher(dockerfile)
                .results()
                .map(found -> defaults.getOrDefault(found.group(1), found.group(1)))
                .toList();

        // Then
        assertThat(bases)
                .hasSize(2)
                .allMatch(base -> base.matches("eclipse-temurin:17-(jdk|jre)@sha256:[0-9a-f]{64}"), "has a digest")
                .doesNotHaveDuplicates();
    }

    @Test
    void anIntegrationsPodsAreLetOutWhereTheDeploymentsAre() {
        // When
        Map<?, ?> integrations = map(
                map(documents(MANIFESTS.resolve("camel-k/networkpolicy.yaml")).get(0))
                        .get("spec"));
        Map<?, ?> deployments = map(map(documents(MANIFESTS.resolve("kubernetes/base/networkpolicy.yaml"))
                        .get(0))
                .get("spec"));

        // Then
        assertThat(integrations.get("egress")).isEqualTo(deployments.get("egress"));
        assertThat(integrations.get("ingress")).isEqualTo(deployments.get("ingress"));
        assertThat(integrations.get("policyTypes")).isEqualTo(deployments.get("policyTypes"));
        assertThat(integrations.get("podSelector"))
                .isEqualTo(Map.of("matchLabels", Map.of("camel.apache.org/integration", "kafkasend-portal")));
    }

    @ParameterizedTest
    @CsvSource({
        "kafkasend-portal, integration.yaml, pod-template.yaml",
        "kafkasend-gateway, gateway.yaml, gateway-pod-template.yaml"
    })
    void kamelRunMakesTheIntegrationThatTheManifestHas(String name, String manifest, String template)
            throws IOException {
        // Given
        Map<?, ?> integration =
                map(documents(MANIFESTS.resolve("camel-k").resolve(manifest)).get(0));
        Map<?, ?> spec = map(integration.get("spec"));
        Set<String> ofTheManifest = new TreeSet<>();
        map(spec.get("traits")).forEach((trait, properties) -> map(properties).forEach((property, value) -> {
            if (!property.equals("image")) { // has an option of its own
                ofTheManifest.add(trait + "." + kebab(String.valueOf(property)) + "="
                        + (value instanceof List<?> list ? list.get(0) : value));
            }
        }));
        String image =
                String.valueOf(map(map(spec.get("traits")).get("container")).get("image"));

        // When
        String line = Files.readAllLines(MANIFESTS.resolve("camel-k/README.md")).stream()
                .map(String::strip)
                .filter(each -> each.startsWith("kamel run --name " + name + " "))
                .findFirst()
                .orElseThrow();
        Set<String> ofTheCommand = new TreeSet<>();
        Pattern.compile(" -t ([a-z-]+\\.[a-z-]+=\\S+)")
                .matcher(line)
                .results()
                .forEach(found -> ofTheCommand.add(found.group(1)));

        // Then
        assertThat(ofTheCommand)
                .isEqualTo(ofTheManifest)
                .contains("security-context.run-as-non-root=true", "deployment.progress-deadline-seconds=180");
        assertThat(line)
                .contains(
                        " --image " + image + " ",
                        " --label camel.apache.org/app=" + name + " ",
                        " --pod-template deploy/camel-k/" + template + " ");
        assertThat(map(map(integration.get("metadata")).get("labels"))).isEqualTo(Map.of("camel.apache.org/app", name));
        assertThat(documents(MANIFESTS.resolve("camel-k").resolve(template)).get(0))
                .isEqualTo(map(spec.get("template")).get("spec"));
    }

    /** The command line's spelling: limitCPU is limit-cpu there. */
    private static String kebab(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    @Test
    void thePortalTakesTheValuesThatComposeGives() {
        // Given
        Map<String, String> environment = new HashMap<>();
        Map<?, ?> portal = services()
                .filter(service -> service.getKey().equals("portal"))
                .map(service -> map(map(service.getValue()).get("environment")))
                .findFirst()
                .orElseThrow();
        portal.forEach((name, value) -> environment.put(String.valueOf(name), String.valueOf(value)));

        // Then
        assertThatCode(() -> PortalSettings.fromEnvironment(environment)).doesNotThrowAnyException();
    }

    @Test
    void theVariablesOfClientsAreDocumented() throws IOException {
        assertThat(Files.readString(Path.of("docs/use/cli.md"))).contains(OF_CLIENTS);
    }

    private static Set<String> known() {
        Set<String> known = new TreeSet<>(OF_CLIENTS);
        PortalSettings.all().stream().map(Setting::variable).forEach(known::add);
        GatewaySettings.all().stream().map(Setting::variable).forEach(known::add);
        return known;
    }

    /** Every variable that stands anywhere as a key or as a whole value. */
    private static Set<String> variables(Object node) {
        Set<String> found = new TreeSet<>();
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                found.addAll(variables(key));
                found.addAll(variables(value));
            });
        } else if (node instanceof List<?> list) {
            list.forEach(element -> found.addAll(variables(element)));
        } else if (node instanceof String text && VARIABLE.matcher(text).matches()) {
            found.add(text);
        }
        return found;
    }

    private static List<Object> documents(Path file) {
        try {
            List<Object> documents = new ArrayList<>();
            new Yaml(new SafeConstructor(new LoaderOptions()))
                    .loadAll(Files.readString(file))
                    .forEach(documents::add);
            return documents;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<?> list(Object node) {
        return node == null ? List.of() : (List<?>) node;
    }

    private static Map<?, ?> map(Object node) {
        return (Map<?, ?>) node;
    }

    private static Console nowhere() {
        return new Console(InputStream.nullInputStream(), System.out, System.err, false, Map.of());
    }
}
