package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a portal and a client of small heaps, in processes of their own, can bear. The figures are printed;
 * {@code ./mvnw verify -Plarge -Dit.test=MemoryIT} has those of the large file, too.
 */
@Timeout(240)
class MemoryIT {
    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    private EmbeddedBroker broker;
    private TokenServer tokens;
    private SampleApi api;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start();
        // One partition: what is answered was read after what was sent before it.
        broker.createTopic("api-requests", 1);
        broker.createTopic("api-responses", 1);
        tokens = TokenServer.start("portal", Stack.SECRET);
        api = SampleApi.start(tokens::isValid);
    }

    @AfterEach
    void stop() {
        api.close();
        tokens.close();
        broker.close();
    }

    private CommandProcess portal(String heap, String... more) throws IOException {
        CommandProcess portal = CommandProcess.start(directory, heap, environment(more), "portal");
        portal.awaitLog("the portal is up");
        return portal;
    }

    private Map<String, String> environment(String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "PORTAL_TARGET_API_URL",
                api.url().toString(),
                "PORTAL_ALLOWED_ENDPOINTS",
                Stack.ALLOWED,
                "OAUTH2_TOKEN_URL",
                tokens.tokenUrl().toString(),
                "OAUTH2_CLIENT_ID",
                "portal",
                "OAUTH2_CLIENT_SECRET",
                Stack.SECRET));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    private WireClient client() {
        return new WireClient(broker.bootstrapServers(), "api-requests", "api-responses");
    }

    private static RequestStart neverComplete(int chunks) {
        return RequestStart.builder(JobId.random(), chunks, Method.POST, "/api/v1/upload")
                .headers(Map.of("X-Request-ID", "r-17", "Accept", "application/json"))
                .filename("report.pdf")
                .contentType("application/pdf")
                .crc32(17L)
                .build();
    }

    /** Jobs of 1 MiB each, one after another: all are answered. */
    private static void pass(WireClient client, int jobs) {
        byte[] body = new byte[(int) MIB];
        for (int i = 0; i < jobs; i++) {
            JobId id = client.send(Method.POST, "/api/v1/echo", Map.of(), null, "application/octet-stream", body);
            assertThat(client.reply(id).status()).isEqualTo(200);
        }
    }

    @Test
    void tenThousandStartsThatNeverCompleteLeaveRoomForGoodJobs() throws Exception {
        try (CommandProcess portal = portal("256m", "PORTAL_MAX_ASSEMBLING_JOBS", "20000");
                WireClient client = client()) {
            // Given
            pass(client, 3);
            long before = portal.liveHeap();

            // When
            List<JobId> held = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                RequestStart start = neverComplete(Limits.CHUNKS);
                held.add(start.jobId());
                client.start(start);
            }
            client.flush();
            long begin = System.nanoTime();
            pass(client, 20);
            double seconds = (System.nanoTime() - begin) / 1e9;

            // Then
            assertThat(held).allMatch(id -> client.messages(id).isEmpty());
            long after = portal.liveHeap();
            report(
                    "live heap before", mib(before),
                    "live heap with 10,000 STARTs", mib(after),
                    "bytes for each START", String.valueOf((after - before) / 10_000),
                    "seconds for the STARTs and 20 good jobs", "%.1f".formatted(seconds));
            assertThat(after - before).isLessThan(10_000 * 4_096L);
        }
    }

    /** Prints figures: what and how much, in turn. */
    private static void report(String... figures) {
        StringBuilder line = new StringBuilder("figures: ");
        for (int i = 0; i < figures.length; i += 2) {
            line.append(i == 0 ? "" : "; ").append(figures[i]).append(": ").append(figures[i + 1]);
        }
        System.out.println(line);
    }

    private static String mib(long bytes) {
        return "%.1f MiB".formatted((double) bytes / MIB);
    }

    @Test
    void moreUnfinishedBytesThanThereIsHeapAreRefusedAndGoodJobsPassAfterwards() throws Exception {
        try (CommandProcess portal = portal("256m", "PORTAL_JOB_IDLE_SECONDS", "10");
                WireClient client = client()) {
            // Given
            pass(client, 3);
            long before = portal.liveHeap();
            byte[] chunk = new byte[Limits.CHUNK_BYTES];

            // When: 508 MiB
            List<JobId> held = new ArrayList<>();
            for (int i = 0; i < 800; i++) {
                RequestStart start = neverComplete(2);
                held.add(start.jobId());
                client.start(start);
                client.chunk(start.jobId(), 0, 2, chunk);
            }
            client.flush();

            // Then
            Awaitility.await().atMost(Duration.ofSeconds(120)).until(() -> held.stream()
                    .noneMatch(id -> client.messages(id).isEmpty()));
            List<String> codes = held.stream()
                    .flatMap(id -> client.messages(id).stream())
                    .map(message -> ((ResponseError) message).code())
                    .toList();
            assertThat(codes)
                    .hasSize(800)
                    .contains(ErrorCode.TOO_MANY_JOBS.name())
                    .containsOnly(ErrorCode.TOO_MANY_JOBS.name(), ErrorCode.JOB_TIMEOUT.name());
            pass(client, 3);
            long after = portal.liveHeap();
            report(
                    "live heap before", mib(before),
                    "live heap afterwards", mib(after),
                    "refused",
                            String.valueOf(codes.stream()
                                    .filter("TOO_MANY_JOBS"::equals)
                                    .count()));
            assertThat(after - before).isLessThan(10 * MIB);
        }
    }

    @Test
    void aFullDiskCostsTheJobOneErrorAndNothingElse() throws Exception {
        String spool = Files.createDirectory(directory.resolve("spool")).toString();
        try (CommandProcess portal = CommandProcess.startOnSmallDisk(
                        directory, 12 * 1024, "256m", environment("PORTAL_SPOOL_DIRECTORY", spool), "portal");
                WireClient client = client()) {
            // Given
            portal.awaitLog("the portal is up");
            byte[] tooLarge = new byte[(int) (20 * MIB)];
            byte[] fits = new byte[(int) (10 * MIB)];

            // When
            JobId bad = client.send(Method.POST, "/api/v1/echo", Map.of(), null, "application/x-a", tooLarge);
            JobId good = client.send(Method.POST, "/api/v1/echo", Map.of(), null, "application/x-a", fits);

            // Then
            assertThat(client.error(bad).code()).isEqualTo(ErrorCode.SPOOL_UNAVAILABLE.name());
            assertThat(client.error(bad).retryable()).isTrue();
            assertThat(client.reply(good).status()).isEqualTo(200);
            assertThat(client.messages(bad)).hasSize(1);
        }
    }

    @Test
    void aFileLargerThanPortalAndClientPasses() throws Exception {
        transfer(160 * MIB, "128m", "64m");
    }

    @Test
    @Tag("long")
    @Timeout(1_200)
    void aFileOfTwoGibibytesPasses() throws Exception {
        transfer(2_048 * MIB, "256m", "128m");
    }

    private void transfer(long bytes, String portalHeap, String clientHeap) throws Exception {
        // Given
        Path spool = Files.createDirectory(directory.resolve("spool"));
        Path file = directory.resolve("large.bin");
        String sha256 = write(file, bytes);
        try (CommandProcess portal = portal(portalHeap, "PORTAL_SPOOL_DIRECTORY", spool.toString())) {
            // When
            long begin = System.nanoTime();
            try (CommandProcess client = CommandProcess.start(
                    directory,
                    clientHeap,
                    Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()),
                    "send-file",
                    file.toString(),
                    "--endpoint",
                    "/api/v1/upload")) {
                int code = client.awaitEnd(Duration.ofSeconds(1_000));
                double seconds = (System.nanoTime() - begin) / 1e9;

                // Then
                assertThat(code).as(client.log() + portal.log()).isZero();
                assertThat(client.out()).contains("\"size\":" + bytes, "\"sha256\":\"" + sha256 + "\"");
                assertThat(portal.running()).isTrue();
                try (Stream<Path> left = Files.list(spool)) {
                    assertThat(left).isEmpty();
                }
                report(
                        "file", mib(bytes),
                        "heaps of portal and client", portalHeap + ", " + clientHeap,
                        "seconds", "%.1f".formatted(seconds),
                        "live heap of the portal afterwards", mib(portal.liveHeap()));
            }
        }
    }

    /** Writes what no compression shortens; its SHA-256. */
    private static String write(Path file, long bytes) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        Random random = new Random(17);
        byte[] block = new byte[(int) MIB];
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
            for (long i = 0; i < bytes; i += block.length) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
