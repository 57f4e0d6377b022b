package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.chaos.PortalProcess;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.kafka.ReadableTopic;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that are there and cannot be read: one line says why, again and again at growing intervals, and nothing else breaks. */
@Timeout(180)
class UnreadableIT {
    private static final String REASON = "requests cannot be read; the portal tries again until this is put right";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    private EmbeddedBroker broker;
    private ScriptedApi api;
    private WireClient client;

    @BeforeEach
    void start() throws IOException {
        broker = EmbeddedBroker.start();
        api = ScriptedApi.start((head, socket, out) ->
                out.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".getBytes()));
        broker.createTopic("api-responses", 1);
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
        broker.close();
    }

    private void requests(Map<String, String> configs) {
        broker.createTopic("api-requests", 1, configs);
        client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses");
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafkasend.bootstrap-servers", broker.bootstrapServers());
        settings.put("kafkasend.target-api-url", api.url());
        settings.put("kafkasend.allowed-endpoints", "/api/v1/*");
        settings.put("kafkasend.use-oauth", "false");
        return settings;
    }

    /** Turns the last byte of what the broker has on its disk around. */
    private void damage() throws IOException {
        Path segment;
        try (Stream<Path> files = Files.walk(broker.dataDirectory())) {
            segment = files.filter(file -> file.endsWith("api-requests-0/00000000000000000000.log"))
                    .findFirst()
                    .orElseThrow();
        }
        Awaitility.await().until(() -> Files.size(segment) > 0);
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(file.length() - 3);
            int last = file.read();
            file.seek(file.length() - 3);
            file.write(~last);
        }
    }

    private ReadableTopic readable() {
        return new ReadableTopic(Map.of("bootstrap.servers", broker.bootstrapServers()), PATIENCE);
    }

    @Test
    void aDamagedRecordIsToldAtGrowingIntervalsAndReadOnceItIsWhole() throws Exception {
        // Given
        requests(Map.of());
        JobId job = client.get("/api/v1/x");
        damage();
        Path alive = directory.resolve("alive");
        Map<String, String> settings = settings();
        settings.put("kafkasend.liveness-file", alive.toString());

        try (CapturedLog log = CapturedLog.begin("io.kafkasend.portal.kafka.EnduringPolls", "org.apache.camel");
                Portal portal = Portal.start(settings)) {
            // When
            Awaitility.await().until(() -> told(log).size() >= 3);

            // Then
            assertThat(portal.context().isStarted()).isTrue();
            assertThat(told(log).get(0))
                    .contains("what stands next in api-requests-0", "is damaged", "--reset-offsets")
                    .contains("next_try_seconds=1");
            assertThat(told(log).get(2)).contains("next_try_seconds=4");
            assertThat(log.lines())
                    .as("nothing of Camel's beside it")
                    .noneMatch(line -> line.contains("xception ") && !line.startsWith(REASON));
            assertThat(readable().fault("api-requests", "kafkasend-portal").orElseThrow())
                    .contains("is damaged");

            // When
            damage();

            // Then
            assertThat(client.reply(job).status()).isEqualTo(200);
            assertThat(readable().fault("api-requests", "another")).isEmpty();
        }
    }

    private static List<String> told(CapturedLog log) {
        return log.lines().stream().filter(line -> line.startsWith(REASON)).toList();
    }

    @Test
    void aCompressionWhoseLibraryCannotBeLoadedIsNamedWithItsCure() throws Exception {
        // Given: a host on which nothing may be unpacked into the directory for temporary files
        requests(Map.of("compression.type", "zstd"));
        client.get("/api/v1/x");
        Map<String, String> environment = Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "PORTAL_TARGET_API_URL",
                api.url(),
                "PORTAL_USE_OAUTH",
                "false",
                "JAVA_TOOL_OPTIONS",
                "-Djava.io.tmpdir=" + directory.resolve("none"));

        // When
        try (PortalProcess portal = PortalProcess.start("zstd", directory, environment)) {
            // Then
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> portal.log()
                    .contains(REASON));
            assertThat(portal.log())
                    .contains("is compressed by zstd", "cannot be loaded", directory.resolve("none") + "", "noexec")
                    .doesNotContain("\tat ");
        }

        // When
        try (CommandProcess check = CommandProcess.start(directory, "256m", environment, "portal", "--check")) {
            // Then
            assertThat(check.awaitEnd(Duration.ofSeconds(60))).isEqualTo(1);
            assertThat(check.out()).contains("requests cannot be read from api-requests: ", "zstd", "noexec");
        }
    }
}
