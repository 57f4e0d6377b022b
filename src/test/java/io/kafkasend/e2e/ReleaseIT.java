package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A release, made twice of this commit and tried as whoever installs it has it: another user, who has no home, and nothing that
 * may be written to.
 */
@Tag("release")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReleaseIT {
    private static final Path CHECKS = Path.of("target/release-check").toAbsolutePath();
    private static final long MOST_BYTES_OF_COMMAND_LINE = 25_000_000;

    private static final boolean AS_ROOT = System.getProperty("user.name").equals("root");

    @TempDir
    static Path directory;

    private ReleaseBuild one;
    private ReleaseBuild other;
    private Stack stack;

    @BeforeAll
    void build() throws Exception {
        // Two directories, zones, languages and masks; -Drelease.built=true tries those of the last run.
        one = new ReleaseBuild(CHECKS.resolve("one"));
        other = new ReleaseBuild(CHECKS.resolve("other-and-longer"));
        if (!Boolean.getBoolean("release.built")) {
            one = ReleaseBuild.make(one.checkout(), Map.of("TZ", "UTC", "LC_ALL", "C"));
            other = ReleaseBuild.make(other.checkout(), Map.of("TZ", "Asia/Tokyo", "LC_ALL", "C.UTF-8"));
        }
        ReleaseBuild.run(Path.of("."), Map.of(), "chmod", "755", directory.toString());
        stack = Stack.start(Map.of());
        stack.broker.createTopic("api-dead-letters", 3);
    }

    @AfterAll
    void stop() {
        if (stack != null) {
            stack.close();
        }
    }

    /** Each Java of 17 or newer that this machine has, and those of {@code -Drelease.javas=HOME:HOME}. */
    static Stream<Path> javas() throws IOException {
        Map<String, Path> found = new TreeMap<>();
        List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
        for (String named : System.getProperty("release.javas", "").split(":")) {
            if (!named.isEmpty()) {
                homes.add(Path.of(named));
            }
        }
        if (Files.isDirectory(Path.of("/usr/lib/jvm"))) {
            try (Stream<Path> installed = Files.list(Path.of("/usr/lib/jvm"))) {
                installed.forEach(homes::add);
            }
        }
        for (Path home : homes) {
            Path release = home.resolve("release");
            if (Files.isExecutable(home.resolve("bin/java")) && Files.exists(release)) {
                String version = Files.readString(release).replaceAll("(?s).*JAVA_VERSION=\"([^\"]+)\".*", "$1");
                if (Integer.parseInt(version.replaceAll("\\D.*", "")) >= 17) {
                    found.putIfAbsent(version, home);
                }
            }
        }
        return found.values().stream();
    }

    @Test
    void twoBuildsOfACommitAreTheSameByteForByte() throws Exception {
        assertThat(other.sums()).isEqualTo(one.sums());
        assertThat(one.sums().keySet())
                .containsExactly(
                        "SHA256SUMS",
                        "kafkasend-0.1.0-central.zip",
                        "kafkasend-0.1.0-cyclonedx.json",
                        "kafkasend-0.1.0-image.tar",
                        "kafkasend-0.1.0.intoto.json",
                        "kafkasend-0.1.0.zip",
                        "kafkasend-cli-0.1.0.zip",
                        "kafkasend_0.1.0_all.deb");
    }

    @Test
    void theSumsHoldAndTheProvenanceNamesEachFileAndTheCommit() throws Exception {
        // When
        String checked =
                ReleaseBuild.run(one.target().resolve("release"), Map.of(), "sha256sum", "--check", "SHA256SUMS");
        JsonNode statement = new ObjectMapper()
                .readTree(one.file("kafkasend-VERSION.intoto.json").toFile());

        // Then
        assertThat(checked.lines()).hasSize(7).allMatch(line -> line.endsWith(": OK"));
        assertThat(statement.get("_type").asText()).isEqualTo("https://in-toto.io/Statement/v1");
        assertThat(statement.get("predicateType").asText()).isEqualTo("https://slsa.dev/provenance/v1");
        Map<String, String> sums = one.sums();
        assertThat(statement.get("subject")).hasSize(6).allSatisfy(subject -> assertThat(
                        subject.at("/digest/sha256").asText())
                .isEqualTo(sums.get(subject.get("name").asText())));
        String commit = ReleaseBuild.run(one.checkout(), Map.of(), "git", "rev-parse", "HEAD")
                .strip();
        JsonNode definition = statement.at("/predicate/buildDefinition");
        assertThat(definition.at("/resolvedDependencies/0/digest/gitCommit").asText())
                .isEqualTo(commit);
        assertThat(definition.at("/internalParameters/checkoutWasChanged").asBoolean())
                .isFalse();
        assertThat(definition.get("resolvedDependencies")).hasSizeGreaterThan(50);
        assertThat(statement.at("/predicate/runDetails/builder/id").asText()).isNotEmpty();
    }

    @Test
    void centralWouldTakeBothArtifacts() throws Exception {
        // When
        Map<String, byte[]> files = CentralRules.unpacked(one.file("kafkasend-VERSION-central.zip"));

        // Then
        assertThat(CentralRules.violations(files, "kafkasend", "0.1.0", false)).isEmpty();
        assertThat(CentralRules.violations(files, "kafkasend-client", "0.1.0", false))
                .isEmpty();
        assertThat(CentralRules.violations(files, "kafkasend", "0.1.0", true)).hasSize(4);
    }

    @Test
    void withAKeyWhatCentralWantsSignedIsSigned() throws Exception {
        // Given
        Path home = Files.createDirectory(directory.resolve("gnupg"));
        Map<String, String> keys = Map.of("GNUPGHOME", home.toString());
        ReleaseBuild.run(Path.of("."), Map.of(), "chmod", "700", home.toString());
        String name = "A test <test@example.com>";
        ReleaseBuild.run(
                Path.of("."),
                keys,
                "gpg",
                "--batch",
                "--passphrase",
                "",
                "--quick-gen-key",
                name,
                "ed25519",
                "sign",
                "never");
        Path copy = directory.resolve("signed");
        ReleaseBuild.run(Path.of("."), Map.of(), "cp", "-a", other.checkout().toString(), copy.toString());

        // When
        try {
            new ReleaseBuild(copy).sign(home, "test@example.com");
        } finally {
            ReleaseBuild.run(Path.of("."), keys, "gpgconf", "--kill", "gpg-agent");
        }

        // Then
        Path release = copy.resolve("target/release");
        Map<String, byte[]> files = CentralRules.unpacked(release.resolve("kafkasend-0.1.0-central.zip"));
        assertThat(CentralRules.violations(files, "kafkasend", "0.1.0", true)).isEmpty();
        assertThat(CentralRules.violations(files, "kafkasend-client", "0.1.0", true))
                .isEmpty();
        Path central = copy.resolve("target/release-work/central/io/kafkasend/kafkasend/0.1.0");
        for (Path signed : List.of(release.resolve("SHA256SUMS"), central.resolve("kafkasend-0.1.0.jar"))) {
            assertThat(ReleaseBuild.run(Path.of("."), keys, "gpg", "--batch", "--verify", signed + ".asc", signed + ""))
                    .contains("Good signature");
        }
    }

    @ParameterizedTest
    @MethodSource("javas")
    void theCommandLineAloneSendsUnderEachJava(Path java) throws Exception {
        // Given
        assertThat(Files.size(one.file("kafkasend-cli-VERSION.zip"))).isLessThan(MOST_BYTES_OF_COMMAND_LINE);
        Installed installed = Installed.unzip(one.file("kafkasend-cli-VERSION.zip"), directory, java);
        assertThat(installed.jars())
                .contains("kafkasend-0.1.0.jar")
                .noneMatch(jar -> jar.startsWith("camel-") || jar.startsWith("kafka_"));

        // When, then
        assertThat(installed.run("--version")).startsWith("kafkasend 0.1.0, Java ");
        assertThat(installed.run("--help")).contains("send-file", "doctor").doesNotContain("\n  portal ");
        clientsWork(installed);
        assertThat(installed.failing("portal"))
                .isEqualTo("kafkasend: 'portal' is not in this package, which comes without portal and gateway; the"
                        + " whole KafkaSend has it\n");
        assertThat(installed.failing("class-data"))
                .startsWith("kafkasend: cannot write to ")
                .hasLineCount(1);
        assertThat(installed.files())
                .contains("man/man1/kafkasend-send-file.1", "completion/kafkasend", "LICENSE")
                .doesNotContain("man/man1/kafkasend-portal.1");
    }

    @ParameterizedTest
    @MethodSource("javas")
    void theWholeRunsTheDemoUnderEachJava(Path java) throws Exception {
        // Given
        Installed installed = Installed.unzip(one.file("kafkasend-VERSION.zip"), directory, java);

        // When, then
        assertThat(installed.run("--version")).startsWith("kafkasend 0.1.0, Java ");
        assertThat(installed.run("demo")).contains("demo: 5 passed, 0 failed");
        clientsWork(installed);
        assertThat(installed.files())
                .contains(
                        "man/man1/kafkasend-portal.1",
                        "completion/kafkasend",
                        "routes/portal/beans.camel.yaml",
                        "sbom.json");
    }

    @Test
    void theDebianPackageIsInstalledRunAndPurged() throws Exception {
        // Given
        Path root = Files.createDirectories(directory.resolve("debian/var/lib/dpkg/info"))
                .getParent()
                .getParent()
                .getParent()
                .getParent();
        Files.createFile(root.resolve("var/lib/dpkg/status"));
        String deb = one.file("kafkasend_VERSION_all.deb").toString();
        List<String> dpkg = new ArrayList<>(List.of(
                "dpkg", "--root=" + root, "--force-depends,not-root,script-chrootless", "--log=" + root + "/dpkg.log"));
        if (!AS_ROOT) {
            dpkg.add(0, "fakeroot");
        }

        // When
        String installation = ReleaseBuild.run(Path.of("."), Map.of(), with(dpkg, "--install", deb));
        Installed installed = new Installed(
                root.resolve("usr"), "bin/kafkasend", directory, Path.of(System.getProperty("java.home")));

        // Then
        assertThat(installation).contains("Setting up kafkasend (0.1.0)");
        assertThat(root.resolve("usr/share/kafkasend/kafkasend.jsa")).exists();
        assertThat(installed.run("--version")).startsWith("kafkasend 0.1.0, Java ");
        assertThat(installed.run("--help")).contains("\n  portal ").doesNotContain("\n  demo");
        clientsWork(installed);
        assertThat(ReleaseBuild.run(
                        root,
                        Map.of(),
                        "bash",
                        "-c",
                        "source usr/share/bash-completion/completions/kafkasend && complete -p kafkasend"))
                .contains("kafkasend");
        assertThat(root.resolve("usr/share/man/man1/kafkasend-send-request.1"))
                .content()
                .contains(".TH \"KAFKASEND\\-SEND\\-REQUEST\" \"1\"", "\\-\\-endpoint");

        // When, then
        ReleaseBuild.run(Path.of("."), Map.of(), with(dpkg, "--purge", "kafkasend"));
        assertThat(root.resolve("usr/share/kafkasend")).doesNotExist();
    }

    @Test
    void theImageHoldsWhatRunsAndSaysWhatItIs() throws Exception {
        // Given
        Path unpacked = Files.createDirectory(directory.resolve("image"));
        ReleaseBuild.run(
                unpacked,
                Map.of(),
                "tar",
                "-xf",
                one.file("kafkasend-VERSION-image.tar").toString());
        ObjectMapper json = new ObjectMapper();
        JsonNode manifest;
        Path blobs = unpacked;
        if (Files.exists(unpacked.resolve("manifest.json"))) {
            manifest = json.readTree(unpacked.resolve("manifest.json").toFile()).get(0);
        } else {
            blobs = unpacked.resolve("blobs/sha256");
            JsonNode index = json.readTree(unpacked.resolve("index.json").toFile());
            manifest = json.readTree(
                    blobs.resolve(digest(index.at("/manifests/0"))).toFile());
        }
        Path config = manifest.has("Config")
                ? blobs.resolve(manifest.get("Config").asText())
                : blobs.resolve(digest(manifest.get("config")));
        JsonNode settings = json.readTree(config.toFile()).get("config");

        // When
        Path root = Files.createDirectory(directory.resolve("image-root"));
        JsonNode layers = manifest.has("Layers") ? manifest.get("Layers") : manifest.get("layers");
        for (JsonNode layer : layers) {
            String blob = layer.isTextual() ? layer.asText() : digest(layer);
            ReleaseBuild.run(root, Map.of(), "tar", "-xzf", blobs.resolve(blob).toString());
        }

        // Then
        assertThat(settings.get("Entrypoint").toString()).isEqualTo("[\"/app/bin/kafkasend\"]");
        assertThat(settings.get("Cmd").toString()).isEqualTo("[\"portal\"]");
        assertThat(settings.get("User").asText()).isEqualTo("10001:10001");
        assertThat(settings.at("/Labels/org.opencontainers.image.version").asText())
                .isEqualTo("0.1.0");
        assertThat(settings.at("/Labels/org.opencontainers.image.source").asText())
                .startsWith("https://");
        assertThat(settings.get("Env").toString()).doesNotContain("JAVA_TOOL_OPTIONS");
        Installed installed = new Installed(
                root.resolve("app"), "bin/kafkasend", directory, Path.of(System.getProperty("java.home")));
        assertThat(installed.jars()).contains("kafkasend-0.1.0.jar").noneMatch(jar -> jar.startsWith("kafka_"));
        assertThat(root).isDirectoryNotContaining(file -> !file.endsWith("app"));
        clientsWork(installed);
    }

    @Test
    void jBangRunsWhatTheCatalogsEntryNamesAsCentralWouldHaveIt() throws Exception {
        // Given
        Path jars = directory.resolve("jbang");
        ReleaseBuild.run(
                Path.of("."),
                Map.of(),
                "./mvnw",
                "-B",
                "-q",
                "-ntp",
                "-f",
                "src/release/jbang/pom.xml",
                "package",
                "-Djbang.directory=" + jars);
        String central = one.target().resolve("release-work/central").toUri().toString();

        JsonNode entry = new ObjectMapper()
                .readTree(Path.of("jbang-catalog.json").toFile())
                .at("/aliases/kafkasend");
        List<String> jbang = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", jars + "/*"));
        jbang.addAll(List.of("dev.jbang.Main", "run", "--repos", "release=" + central + ",central"));
        jbang.addAll(List.of("--main", entry.get("main").asText()));
        entry.get("dependencies").forEach(library -> jbang.addAll(List.of("--deps", library.asText())));
        jbang.addAll(List.of(entry.get("script-ref").asText(), "--version"));
        Map<String, String> homes = Map.of(
                "JBANG_DIR", directory.resolve("jbang-home").toString(),
                "JBANG_REPO", directory.resolve("jbang-repository").toString());

        // When: JBang prints what its script then executes
        ProcessRun prepared = ProcessRun.of(directory, homes, jbang);
        String java = prepared.output()
                .lines()
                .filter(line -> line.contains(" -classpath "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(prepared.output()));

        // Then
        assertThat(java).contains("jbang-repository/io/kafkasend/kafkasend/0.1.0/kafkasend-0.1.0.jar");
        assertThat(ReleaseBuild.run(directory, Map.of(), "bash", "-c", java)).contains("kafkasend 0.1.0, Java ");
    }

    private void clientsWork(Installed installed) throws Exception {
        String broker = stack.broker.bootstrapServers();
        Path file = Files.writeString(Files.createTempFile(directory, "sent", ".txt"), "sent by who installed it");
        ReleaseBuild.run(Path.of("."), Map.of(), "chmod", "644", file.toString());
        assertThat(installed.run("send-file", file.toString(), "-e", "/api/v1/upload", "-b", broker))
                .contains("\"size\":24", "200 after ");
        assertThat(installed.run(
                        "send-request", "-e", "/api/v1/documents/a?size=100000", "-o", "-", "-q", "-b", broker))
                .hasSizeGreaterThanOrEqualTo(50_000);
        assertThat(installed.run("doctor", "-b", broker)).contains("api-requests");
        assertThat(installed.run("topics", "-b", broker)).contains("api-requests: ok");
        assertThat(installed.failing("send-request", "-e", "/not/allowed", "-q", "-b", broker))
                .contains("ENDPOINT_NOT_ALLOWED");
    }

    private static String digest(JsonNode descriptor) {
        return descriptor.get("digest").asText().substring("sha256:".length());
    }

    private static String[] with(List<String> words, String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** A package that is installed, and may not be written to. */
    private record Installed(Path home, String launcher, Path directory, Path java) {
        static Installed unzip(Path zip, Path directory, Path java) throws Exception {
            Path to = Files.createTempDirectory(directory, "installed");
            ReleaseBuild.run(Path.of("."), Map.of(), "unzip", "-q", zip.toString(), "-d", to.toString());
            try (Stream<Path> roots = Files.list(to)) {
                Path home = roots.findFirst().orElseThrow();
                ReleaseBuild.run(Path.of("."), Map.of(), "chmod", "-R", "a-w,a+rX", to.toString());
                return new Installed(home, "bin/kafkasend", directory, java);
            }
        }

        String run(String... arguments) throws Exception {
            return ReleaseBuild.run(Path.of("/"), Map.of(), command(arguments));
        }

        /** What a command says that has to fail. */
        String failing(String... arguments) throws Exception {
            ProcessRun run = ProcessRun.of(directory, Map.of(), List.of(command(arguments)));
            assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
            return run.output();
        }

        /** As nobody, whom root becomes, and without an environment but for the path to Java. */
        private String[] command(String... arguments) {
            List<String> command = new ArrayList<>();
            if (AS_ROOT) {
                command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
            }
            command.addAll(List.of("env", "-i", "PATH=" + java.resolve("bin") + ":/usr/bin:/bin"));
            command.add(home.resolve(launcher).toString());
            command.addAll(List.of(arguments));
            return command.toArray(String[]::new);
        }

        List<String> jars() throws IOException {
            return files().stream()
                    .filter(file -> file.endsWith(".jar"))
                    .map(file -> file.substring(file.lastIndexOf('/') + 1))
                    .toList();
        }

        TreeSet<String> files() throws IOException {
            try (Stream<Path> files = Files.walk(home)) {
                return new TreeSet<>(files.filter(Files::isRegularFile)
                        .map(file -> home.relativize(file).toString())
                        .toList());
            }
        }
    }
}
