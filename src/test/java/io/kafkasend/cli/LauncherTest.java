package io.kafkasend.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with a Maven that copies a file, and a Java that says what its jar holds. */
@Timeout(60)
class LauncherTest {
    private static final String MAVEN = """
            #!/usr/bin/env bash
            echo "[INFO] --- compiler:1.0:compile (default) @ kafkasend ---"
            echo build >>builds
            until [ -e go ]; do sleep 0.05; done
            [ ! -e offline ] || { echo "Could not transfer artifact: Unknown host repo.maven.apache.org"; exit 1; }
            mkdir -p target/lib target/dev-lib
            rm -f target/lib/* target/dev-lib/*
            cat src/main/code >target/kafkasend-0.1.0.jar
            touch target/lib/a.jar target/dev-lib/b.jar
            """;

    private static final String JAVA = """
            #!/usr/bin/env bash
            case "$*" in *-Xshare:dump*) for each; do case "$each" in *ArchiveFile=*) touch "${each#*=}" ;; esac; done ;; esac
            case "$*" in *AOTCacheOutput=*)
                grep -q 25 "${0%/bin/java}/release" 2>/dev/null || exit 1
                for each; do case "$each" in *AOTCacheOutput=*) echo profiles >"${each#*=}" ;; esac; done ;;
            esac
            [ -z "${OPTIONS:-}" ] || echo "$*" >>"$OPTIONS"
            while [ "$1" != -cp ]; do shift; done
            jar="${2%%:*}"
            shift 3
            echo "$1 runs"
            if [ "$1" = portal ]; then until [ -e "$END" ]; do sleep 0.05; done; fi
            cat "$jar"
            """;

    @TempDir
    Path home;

    private final List<Process> started = new ArrayList<>();
    private String launcher = "./kafkasend";

    @BeforeEach
    void checkout() throws IOException {
        Files.copy(Path.of("kafkasend"), home.resolve("kafkasend"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Files.createDirectories(home.resolve("src/main"));
        Files.createDirectories(home.resolve("java/bin"));
        Files.writeString(home.resolve("src/main/code"), "first");
        script("mvnw", MAVEN);
        script("java/bin/java", JAVA);
        Files.createFile(home.resolve("go"));
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void aBuildIsMadeWhenSourcesChangeAndSaysWhatMavenDoes() throws Exception {
        // When
        Process first = run("topics");
        Process again = run("topics");
        Files.writeString(home.resolve("src/main/code"), "second");
        Process changed = run("topics");
        Files.setLastModifiedTime(
                home.resolve("src/main/code"),
                java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() + 60_000));
        Process touched = run("topics");

        // Then
        assertThat(output(first)).contains("kafkasend: building", "Maven: compiler:1.0:compile", "topics runs\nfirst");
        assertThat(output(again)).isEqualTo("topics runs\nfirst");
        assertThat(output(changed)).contains("building").endsWith("second");
        assertThat(output(touched)).isEqualTo("topics runs\nsecond");
        assertThat(home.resolve("builds")).hasContent("build\nbuild");
    }

    @Test
    void whatRunsGoesOnWithWhatItWasStartedWith() throws Exception {
        // Given
        Process portal = start("portal");
        Path log = log(portal);
        await().until(() -> Files.readString(log).contains("portal runs"));
        List<Path> before = builds();

        // When
        Files.writeString(home.resolve("src/main/code"), "second");
        assertThat(output(run("topics"))).endsWith("second");
        List<Path> during = builds();
        Files.createFile(home.resolve("end"));
        assertThat(portal.waitFor(60, TimeUnit.SECONDS)).isTrue();
        Files.writeString(home.resolve("src/main/code"), "third");
        run("topics");

        // Then
        assertThat(Files.readString(log)).endsWith("portal runs\nfirst");
        assertThat(during).hasSize(2).containsAll(before);
        assertThat(builds()).hasSize(1); // nobody runs the others
    }

    @Test
    void ofTwoAtOnceOneBuildsAndTheOtherWaits() throws Exception {
        // Given
        Files.delete(home.resolve("go"));

        // When
        Process one = start("topics");
        await().until(() -> Files.exists(home.resolve("builds")));
        Process other = start("dlq");
        await().until(() -> Files.readString(log(other)).contains("another build is under way; waiting for it"));
        Files.createFile(home.resolve("go"));

        // Then
        assertThat(one.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output(one)).endsWith("topics runs\nfirst");
        assertThat(output(other)).endsWith("dlq runs\nfirst");
        assertThat(home.resolve("builds")).hasContent("build");
    }

    @Test
    void theArchiveOfClassesIsForTheJavaThatMadeItOnly() throws Exception {
        // Given
        Path options = home.resolve("options");
        output(run("topics"));
        Files.createDirectories(home.resolve("other/bin"));
        script("other/bin/java", JAVA);

        // When
        output(run("topics", "OPTIONS=" + options));
        output(run("portal", "OPTIONS=" + options, "END=" + Files.createFile(home.resolve("end"))));
        output(run("topics", "OPTIONS=" + options, "JAVA_HOME=" + home.resolve("other")));

        // Then
        List<String> runs = Files.readAllLines(options);
        assertThat(runs.get(0))
                .contains("-XX:SharedArchiveFile=", "-XX:ArchiveRelocationMode=0", "TieredStopAtLevel=1");
        assertThat(runs.get(1)).contains("-XX:SharedArchiveFile=").doesNotContain("Relocation", "TieredStopAtLevel");
        assertThat(runs.get(2)).contains("TieredStopAtLevel=1").doesNotContain("Archive");
    }

    @Test
    void whatLivesLongStartsFromTheAotCacheThatAJavaOf25Makes() throws Exception {
        // Given
        Path options = home.resolve("options");
        Files.writeString(home.resolve("java/release"), "JAVA_VERSION=\"25.0.1\"\nOS_ARCH=\"x86_64\"\n");
        output(run("topics"));

        // When
        output(run("topics", "OPTIONS=" + options));
        output(run("gateway", "OPTIONS=" + options));
        output(run("demo", "OPTIONS=" + options));
        output(run("gateway", "OPTIONS=" + options, "KAFKASEND_JAVA_OPTS=-Xshare:auto"));
        output(run("gateway", "OPTIONS=" + options, "JAVA_TOOL_OPTIONS=-XX:AOTMode=off"));

        // Then
        List<String> runs = Files.readAllLines(options);
        assertThat(runs.get(0)).contains("-XX:SharedArchiveFile=").doesNotContain("AOT");
        assertThat(runs.get(1)).contains("-XX:AOTCache=").doesNotContain("SharedArchiveFile", "TieredStopAtLevel");
        assertThat(runs.get(2)).contains("-XX:AOTCache=").doesNotContain("SharedArchiveFile");
        assertThat(runs.get(3)).as("its own options stand").contains("-XX:SharedArchiveFile=", "-Xshare:auto");
        assertThat(runs.get(3)).doesNotContain("AOT");
        assertThat(runs.get(4)).as("its own options stand").doesNotContain("-XX:AOTCache=");
    }

    @Test
    void noJavaWarnsOfWhatZstdAndKafkaDo() throws Exception {
        // Given
        Path options = home.resolve("options");
        Path release = home.resolve("java/release");
        Files.writeString(release, "JAVA_VERSION=\"25.0.1\"\n");

        // When
        output(run("topics", "OPTIONS=" + options));
        output(run("demo", "OPTIONS=" + options));
        Files.writeString(release, "JAVA_VERSION=\"17.0.15\"\n");
        output(run("demo", "OPTIONS=" + options));

        // Then
        List<String> runs = Files.readAllLines(options);
        assertThat(runs).hasSizeGreaterThan(3).allMatch(run -> run.contains("--enable-native-access=ALL-UNNAMED"));
        assertThat(runs.get(runs.size() - 3)).doesNotContain("unsafe");
        assertThat(runs.get(runs.size() - 2)).contains(" --sun-misc-unsafe-memory-access=allow ");
        assertThat(runs.get(runs.size() - 1)).as("Java 17 knows no such option").doesNotContain("unsafe");
    }

    @Test
    void theAotCacheIsNotForAnotherJavaUnderTheSameName() throws Exception {
        // Given
        Path options = home.resolve("options");
        Path release = Files.writeString(home.resolve("java/release"), "JAVA_VERSION=\"25.0.1\"\n");
        output(run("topics"));

        // When
        Files.writeString(release, "JAVA_VERSION=\"17.0.15\"\n");
        output(run("gateway", "OPTIONS=" + options));
        Files.delete(release);
        output(run("gateway", "OPTIONS=" + options));
        Files.writeString(release, "JAVA_VERSION=\"25.0.1\"\n");
        Files.delete(builds().get(0).resolve("kafkasend.aot"));
        output(run("gateway", "OPTIONS=" + options));

        // Then
        assertThat(Files.readAllLines(options)).hasSize(3).allSatisfy(run -> assertThat(run)
                .contains("-XX:SharedArchiveFile=")
                .doesNotContain("AOT"));
    }

    @Test
    void twoThatMakeArchivesAtOnceLeaveThemWhole() throws Exception {
        // Given
        install("");
        Files.writeString(home.resolve("java/release"), "JAVA_VERSION=\"25.0.1\"\n");

        // When
        Process one = start("class-data");
        Process other = start("class-data");

        // Then
        assertThat(one.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(one.exitValue() + other.exitValue()).isZero();
        assertThat(home.resolve("installed/kafkasend.aot")).hasContent("profiles");
        assertThat(files()).noneMatch(file -> file.toString().contains(".new"));
    }

    @Test
    void aBuildWithoutANetworkSaysSoAndNamesTheProxysSettings() throws Exception {
        // Given
        Files.createFile(home.resolve("offline"));

        // When
        Process process = run("topics");

        // Then
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(output(process))
                .contains("Maven Central", "https_proxy", "MAVEN_OPTS='-Dhttps.proxyHost=HOST", "the whole log is")
                .doesNotContain("topics runs");
    }

    @Test
    void installedItStartsWhatLiesBesideBinAndWritesNothing() throws Exception {
        // Given
        install("");
        Set<Path> before = files();

        // When
        Process direct = run("topics");
        Files.createSymbolicLink(home.resolve("link"), home.resolve("installed/bin/kafkasend"));
        launcher = "./link";
        Process linked = run("topics");

        // Then
        assertThat(output(direct)).isEqualTo("topics runs\nreleased");
        assertThat(output(linked)).isEqualTo("topics runs\nreleased");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void installedItMakesAnArchiveOfClassesWhereItIsAskedTo() throws Exception {
        // Given
        install("");
        Path options = home.resolve("options");

        // When
        Process made = run("class-data");
        output(run("topics", "OPTIONS=" + options));

        // Then
        assertThat(made.exitValue()).as(output(made)).isZero();
        assertThat(Files.readString(options)).contains("-XX:SharedArchiveFile=");
    }

    @Test
    void aContainerWithTooLittleMemoryIsToldOfInALine() throws Exception {
        // Given
        install(Files.writeString(home.resolve("limit"), "67108864\n").toString());

        // When
        Process little = run("portal");
        Files.writeString(home.resolve("limit"), "1073741824\n");
        Process enough = run("topics");
        Files.writeString(home.resolve("limit"), "max\n");
        Process unlimited = run("topics");

        // Then
        assertThat(little.exitValue()).isEqualTo(1);
        assertThat(output(little))
                .isEqualTo("kafkasend: this container has 64 MiB of memory; a command takes 128 MiB or more,"
                        + " and a portal 640 MiB\n");
        assertThat(output(enough)).isEqualTo("topics runs\nreleased");
        assertThat(output(unlimited)).isEqualTo("topics runs\nreleased");
    }

    /** Lays a release out; its container's limit of memory is in this file, if there is one. */
    private void install(String limit) throws IOException {
        Files.createDirectories(home.resolve("installed/bin"));
        Files.createDirectories(home.resolve("installed/lib"));
        Files.writeString(home.resolve("installed/kafkasend-0.1.0.jar"), "released");
        script(
                "installed/bin/kafkasend",
                Files.readString(Path.of("kafkasend"))
                        .replace("/sys/fs/cgroup/memory.max", limit.isEmpty() ? "/none" : limit)
                        .replace("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/none"));
        launcher = "installed/bin/kafkasend";
    }

    private Set<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("installed"))) {
            return Set.copyOf(files.toList());
        }
    }

    @Test
    void aClosedStandardOutputIsAFailure() throws Exception {
        // When
        Process process = start("topics", ">&-");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        // Then
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(output(process)).isEqualTo("kafkasend: standard output is closed\n");
    }

    private void script(String name, String text) throws IOException {
        Files.writeString(home.resolve(name), text);
        assertThat(home.resolve(name).toFile().setExecutable(true)).isTrue();
    }

    private List<Path> builds() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("target"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("app-"))
                    .toList();
        }
    }

    private Process run(String command, String... variables) throws Exception {
        Process process = started(command, "", variables);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process;
    }

    private Process start(String command, String... redirections) throws IOException {
        return started(command, String.join(" ", redirections));
    }

    private Process started(String command, String redirections, String... variables) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                "bash", "-c", "exec env \"$@\" " + launcher + " " + command + " " + redirections, "bash");
        builder.command().addAll(List.of(variables));
        builder.directory(home.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", home.resolve("java").toString());
        builder.environment().put("END", home.resolve("end").toString());
        builder.environment().remove("KAFKASEND_JAVA_OPTS");
        Path log = home.resolve("log-" + started.size());
        Process process = builder.redirectOutput(log.toFile()).start();
        started.add(process);
        return process;
    }

    private Path log(Process process) {
        return home.resolve("log-" + started.indexOf(process));
    }

    private String output(Process process) throws IOException {
        return Files.readString(log(process), StandardCharsets.UTF_8);
    }
}
