package io.kafkasend.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mvnw} takes the one artefact whose sum is written down, whatever tools a machine or a container image has. */
@Timeout(120)
class MavenWrapperTest {
    private static final Path PROPERTIES = Path.of(".mvn/wrapper/maven-wrapper.properties");

    /** What the script takes from any Unix; of what downloads, checks and unpacks there is nothing. */
    private static final List<String> LEAST =
            List.of("sh", "dirname", "basename", "uname", "tr", "mktemp", "mkdir", "rm", "mv", "cat", "chmod", "ls");

    @TempDir
    private Path directory;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer repository;
    private byte[] distribution;

    @BeforeEach
    void serve() throws Exception {
        distribution = zip(Map.of(
                "apache-maven-3.9.11/bin/mvn",
                "#!/bin/sh\necho \"Maven was given $*\"\n",
                "apache-maven-3.9.11/bin/mvnDebug",
                "#!/bin/sh\n"));
        repository = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        repository.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(200, distribution.length);
            exchange.getResponseBody().write(distribution);
            exchange.close();
        });
        repository.start();
    }

    @AfterEach
    void stop() {
        repository.stop(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256sum",
                "sha256sum curl",
                "sha256sum wget",
                "sha256sum unzip",
                "sha256sum curl unzip",
                "sha256sum wget curl unzip tar gzip",
                "sha256sum tar gzip"
            })
    void takesTheSameArtefactWhateverToolsThereAre(String tools) throws Exception {
        // When
        Run run = run(sha256(distribution), tools);

        // Then
        assertThat(run.output()).contains("Maven was given -version here");
        assertThat(run.exitCode()).isZero();
        assertThat(asked).singleElement().asString().endsWith("/apache-maven-3.9.11-bin.zip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256sum unzip curl"})
    void takesNoOtherArtefact(String tools) throws Exception {
        // When
        Run run = run("0".repeat(64), tools);

        // Then
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.output())
                .contains("Failed to validate Maven distribution SHA-256")
                .doesNotContain("Maven was given");
    }

    @Test
    void theSumThatIsWrittenDownIsOfTheZipThatIsNamed() throws IOException {
        assertThat(Files.readString(PROPERTIES))
                .contains("/apache-maven-3.9.11-bin.zip\n")
                .containsPattern("distributionSha256Sum=[0-9a-f]{64}\n");
        assertThat(Files.readString(Path.of("mvnw"))).doesNotContain("distributionUrl%.zip}.tar.gz");
    }

    private record Run(int exitCode, String output) {}

    /** Runs a copy of the script, with a distribution of ours, in a world with these tools and a JDK. */
    private Run run(String sum, String tools) throws Exception {
        Path checkout = Files.createDirectories(directory.resolve("checkout"));
        Path wrapper = Files.createDirectories(checkout.resolve(".mvn/wrapper"));
        Path script = Files.copy(Path.of("mvnw"), checkout.resolve("mvnw"));
        Files.writeString(
                wrapper.resolve("maven-wrapper.properties"),
                Files.readString(PROPERTIES).replaceAll("distributionSha256Sum=.*", "distributionSha256Sum=" + sum));
        Path path = Files.createDirectories(directory.resolve("bin"));
        Stream.concat(LEAST.stream(), Stream.of(tools.split(" "))).forEach(tool -> offer(path, tool));
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString(), "-version", "here")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH", path.toString(),
                        "JAVA_HOME", System.getProperty("java.home"),
                        "HOME", directory.toString(),
                        "TMPDIR", directory.toString(),
                        "JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                        "MVNW_REPOURL",
                                "http://127.0.0.1:" + repository.getAddress().getPort()));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
            return new Run(process.exitValue(), Files.readString(directory.resolve("output")));
        } finally {
            process.destroyForcibly();
        }
    }

    /** Makes a tool callable that this machine has; without it the script must do without, too. */
    private static void offer(Path path, String tool) {
        Stream.of("/usr/bin", "/bin")
                .map(each -> Path.of(each, tool))
                .filter(each -> !tool.isEmpty() && Files.isExecutable(each))
                .findFirst()
                .ifPresent(found -> {
                    Path command = path.resolve(tool);
                    try {
                        Files.writeString(command, "#!/bin/sh\nexec " + found + " \"$@\"\n");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    assertThat(command.toFile().setExecutable(true)).isTrue();
                });
    }

    private static byte[] zip(Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
