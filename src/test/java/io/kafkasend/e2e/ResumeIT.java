package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.kafkasend.client.SigningKey;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An upload whose command is killed goes on where it was, with the next command. */
@Timeout(900)
class ResumeIT {
    private static final String SIGNER = "reports";
    /** Says nothing new to the command, and to the test that the answer is to go where STATUS may not. */
    private static final String OLD_READERS = "--response-topic=responses";

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Map<String, String> portal = new HashMap<>();
    private EmbeddedBroker broker;
    private Admin admin;

    @TempDir
    Path directory;

    @BeforeEach
    void startBroker() throws IOException {
        broker = open(EmbeddedBroker.start(0, Map.of("quota.window.num", "2", "quota.window.size.seconds", "1")));
        admin = open(Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers())));
        // What was sent is counted in the end: of more than a gibibyte the broker would have let go of the first.
        broker.createTopic("requests", 1, Map.of("retention.bytes", "-1"));
        List.of("responses", "mine", "dead").forEach(topic -> broker.createTopic(topic, 1));
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", call -> {
            byte[] length = String.valueOf(call.getRequestBody().transferTo(OutputStream.nullOutputStream()))
                    .getBytes(StandardCharsets.US_ASCII);
            call.sendResponseHeaders(201, length.length);
            call.getResponseBody().write(length);
            call.close();
        });
        api.start();
        open(() -> api.stop(0));
        portal.putAll(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "KAFKA_REQUEST_TOPIC",
                "requests",
                "KAFKA_RESPONSE_TOPIC",
                "responses",
                "PORTAL_DEAD_LETTER_TOPIC",
                "dead",
                "PORTAL_REPLY_TOPICS",
                "mine",
                "PORTAL_SPOOL_DIRECTORY",
                directory.toString(),
                "PORTAL_TARGET_API_URL",
                "http://127.0.0.1:" + api.getAddress().getPort(),
                "PORTAL_USE_OAUTH",
                "false",
                "PORTAL_WARM_UP_SECONDS",
                "0"));
        portal.putAll(Map.of("PORTAL_MANAGEMENT_PORT", "off", "PORTAL_ALLOWED_ENDPOINTS", "/api/v1/*"));
    }

    @AfterEach
    void stopAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(0, closeable);
        return closeable;
    }

    private CommandProcess portal() throws IOException {
        CommandProcess started = open(CommandProcess.start(directory, "256m", portal, "portal"));
        await().atMost(Duration.ofMinutes(1)).until(() -> started.log().contains("the portal is up"));
        return started;
    }

    /** Lets producers send so fast and no faster, so that there is something to cut. */
    private void throttle(double bytesPerSecond) throws ExecutionException, InterruptedException {
        Map<String, String> everybody = new HashMap<>();
        everybody.put(ClientQuotaEntity.CLIENT_ID, null);
        admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                        new ClientQuotaEntity(everybody),
                        List.of(new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond)))))
                .all()
                .get();
    }

    private Path body(String name, long bytes) throws IOException {
        Path file = directory.resolve(name);
        Random random = new Random(bytes);
        byte[] block = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = bytes; left > 0; left -= block.length) {
                random.nextBytes(block);
                out.write(block, 0, (int) Math.min(left, block.length));
            }
        }
        return file;
    }

    private CommandProcess send(Path file, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                "send-file",
                file.toString(),
                "-e",
                "/api/v1/upload",
                "--raw",
                "--resume",
                "-b",
                broker.bootstrapServers(),
                "--request-topic",
                "requests",
                "--sha256"));
        words.addAll(List.of(more));
        if (!List.of(more).contains(OLD_READERS)) {
            words.addAll(List.of(OLD_READERS, "--reply-to", "mine"));
        }
        Map<String, String> here =
                Map.of("XDG_STATE_HOME", directory.resolve("state").toString());
        return open(CommandProcess.start(directory, "128m", here, words.toArray(String[]::new)));
    }

    /** The state that there is; none where nothing is to be gone on with. */
    private List<Path> states() throws IOException {
        Path kept = directory.resolve("state").resolve("kafkasend");
        if (!Files.exists(kept)) {
            return List.of();
        }
        try (var files = Files.list(kept)) {
            return files.toList();
        }
    }

    private long written() throws ExecutionException, InterruptedException {
        TopicPartition requests = new TopicPartition("requests", 0);
        return admin.listOffsets(Map.of(requests, OffsetSpec.latest()))
                .partitionResult(requests)
                .get()
                .offset();
    }

    /** Ends it at once, when so many records more have come, its START among them; some may be those of the one before it. */
    private void killAfter(long records, CommandProcess sender) throws Exception {
        long before = written();

        await().atMost(Duration.ofMinutes(4)) // it first reads again what it had sent of the file
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    if (!sender.running()) {
                        throw new AssertionError("it ended: " + sender.log());
                    }
                    return written() >= before + records && messages(before).containsKey(-1);
                });
        sender.close();
    }

    private Map<Integer, Integer> messages() throws Exception {
        return messages(0);
    }

    /** How often each message of the job came from an offset on: START under -1, each CHUNK under its sequence. */
    private Map<Integer, Integer> messages(long offset) throws Exception {
        Map<Integer, Integer> counts = new HashMap<>();
        MessageReader reader = new MessageReader();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            TopicPartition requests = new TopicPartition("requests", 0);
            consumer.assign(List.of(requests));
            consumer.seek(requests, offset);
            long end = written();
            while (consumer.position(requests) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    RequestMessage message = reader.readRequest(
                            record.key(),
                            FrameHeaders.of(record.headers(), Header::key, Header::value),
                            record.value());
                    int which = message instanceof RequestChunk chunk ? chunk.sequence() : -1;
                    assertThat(message).isInstanceOfAny(RequestChunk.class, RequestStart.class);
                    counts.merge(which, 1, Integer::sum);
                }
            }
        }
        return counts;
    }

    private void sendsWithCuts(long bytes, int cuts, double bytesPerSecond, String... more) throws Exception {
        // Given
        CommandProcess running = portal();
        Path file = body("disk.img", bytes);
        int chunks = (int) Limits.chunksFor(bytes);
        throttle(bytesPerSecond);

        // When
        for (int cut = 0; cut < cuts; cut++) {
            killAfter(Math.max(2, chunks / (cuts + 1) / 2), send(file, more)); // more come until it is dead
            assertThat(states()).hasSize(1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(states().get(0))))
                    .isEqualTo("rw-------");
        }
        throttle(1e9);
        CommandProcess last = send(file, more);

        // Then
        assertThat(last.awaitEnd(Duration.ofMinutes(4))).as(last.log()).isZero();
        assertThat(last.log()).contains("goes on: the portal has ");
        assertThat(last.out()).contains(String.valueOf(bytes));
        assertThat(states()).as("nothing to go on with").isEmpty();
        Map<Integer, Integer> messages = messages();
        assertThat(messages.remove(-1)).as("STARTs").isEqualTo(cuts + 1);
        int sent = messages.values().stream().mapToInt(Integer::intValue).sum();
        System.out.printf("%d bytes, %d chunks, %d cuts: %d chunks came twice%n", bytes, chunks, cuts, sent - chunks);
        assertThat(messages).hasSize(chunks);
        assertThat(sent).isBetween(chunks, chunks + cuts);
        await().until(() -> running.log().contains("job answered"));
        if (sent == chunks) {
            assertThat(running.log()).doesNotContain("chunks_twice");
        } else {
            assertThat(running.log()).contains("chunks_twice=\"" + (sent - chunks) + "\"");
        }
    }

    @Test
    void sendsEachChunkOnceThoughItsCommandIsKilledEightTimes() throws Exception {
        sendsWithCuts(24_000_000, 8, 2e6);
    }

    @Test
    @Tag("long")
    @Timeout(1_500)
    void doesSoTwentyTimesWithTwoGibibytes() throws Exception {
        sendsWithCuts(2L << 30, 20, 60e6, "--timeout", "1h");
    }

    @Test
    void goesOnWithASignedRequestAndAPortalThatWasKilledToo() throws Exception {
        // Given
        KeyPair pair = SigningKey.generate(SigningKey.Algorithm.ED25519);
        Path keys = Files.createDirectory(directory.resolve("keys"));
        Files.writeString(keys.resolve(SIGNER + ".pem"), SigningKey.pem(pair.getPublic()));
        Path key = Files.writeString(directory.resolve("key.pem"), SigningKey.pem(pair.getPrivate()));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        portal.put("PORTAL_CLIENT_KEYS", keys.toString());
        portal.put("PORTAL_REQUIRE_SIGNATURE", "true");
        portal.put("KAFKA_SESSION_TIMEOUT_MS", "6000"); // so long the group waits for one that was killed
        String[] signed = {"--signing-key", key.toString(), "--client-id", SIGNER};
        CommandProcess first = portal();
        Path file = body("signed.img", 20_000_000);
        throttle(4e6);

        // When
        killAfter(8, send(file, signed));
        first.close();
        killAfter(1, send(file, signed)); // while no portal runs: it asks, and nobody tells
        portal();
        killAfter(8, send(file, signed));
        throttle(1e9);
        CommandProcess last = send(file, signed);

        // Then
        assertThat(last.awaitEnd(Duration.ofSeconds(120))).as(last.log()).isZero();
        Map<Integer, Integer> messages = messages();
        assertThat(messages.remove(-1)).isEqualTo(4);
        assertThat(messages.values().stream().mapToInt(Integer::intValue).sum()).isBetween(31, 34);
    }

    @Test
    void refusesAFileThatChangedAndAnotherProcessMeanwhile() throws Exception {
        // Given
        portal();
        Path file = body("changing.img", 10_000_000);
        throttle(2e6);
        killAfter(4, send(file));
        Path same = Files.copy(file, directory.resolve("same.img"));
        Path state = states().get(0);

        // When
        Files.write(file, new byte[] {1}, StandardOpenOption.APPEND);
        CommandProcess changed = send(file);
        int code = changed.awaitEnd(Duration.ofSeconds(60));

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(changed.log().lines().reduce((one, other) -> other).orElseThrow())
                .contains("the body changed since its job ")
                .endsWith("put it back, or remove " + state + " to send it anew");

        // When
        Files.move(same, file, StandardCopyOption.REPLACE_EXISTING);
        long before = written();
        CommandProcess one = send(file);
        await().atMost(Duration.ofSeconds(30)).until(() -> written() > before + 1);
        CommandProcess other = send(file);

        // Then
        assertThat(other.awaitEnd(Duration.ofSeconds(60))).isEqualTo(2);
        assertThat(other.log()).contains("another process goes on with it");
        throttle(1e9);
        assertThat(one.awaitEnd(Duration.ofSeconds(60))).as(one.log()).isZero();
        assertThat(messages()).containsEntry(-1, 2).hasSize(1 + (int) Limits.chunksFor(10_000_000));
    }

    @Test
    void fetchesTheAnswerOfAnUploadThatWasWholeAndBeginsAnewAfterAJobThatFailed() throws Exception {
        // Given
        portal.put("PORTAL_JOB_IDLE_SECONDS", "2");
        portal();
        Path file = body("left.img", 8_000_000);
        throttle(2e6);
        killAfter(4, send(file));

        // When
        await().atMost(Duration.ofSeconds(30)).until(() -> answers() > 0 && errorCame());
        throttle(1e9);
        CommandProcess anew = send(file);

        // Then
        assertThat(anew.awaitEnd(Duration.ofSeconds(60))).as(anew.log()).isZero();
        assertThat(anew.log()).contains("JOB_TIMEOUT").contains("retry 1 of 3");
        assertThat(states()).isEmpty();
    }

    @Test
    @Tag("long")
    void sendsAllAgainUnderTheSameJobWhereNoPortalMaySayWhatItHas() throws Exception {
        // Given
        CommandProcess running = portal();
        Path file = body("untold.img", 8_000_000);
        throttle(2e6);
        killAfter(4, send(file, OLD_READERS, "--timeout", "60"));
        throttle(1e9);

        // When
        CommandProcess again = send(file, OLD_READERS, "--timeout", "60");

        // Then
        assertThat(again.awaitEnd(Duration.ofSeconds(90))).as(again.log()).isZero();
        assertThat(again.log()).contains("goes on: no portal says what it has, so all of 8.0 MB is sent again");
        assertThat(messages()).containsEntry(-1, 2).containsEntry(0, 2);
        await().until(() -> running.log().contains("chunks_twice"));
    }

    private long answers() throws ExecutionException, InterruptedException {
        TopicPartition mine = new TopicPartition("mine", 0);
        return admin.listOffsets(Map.of(mine, OffsetSpec.latest()))
                .partitionResult(mine)
                .get()
                .offset();
    }

    private boolean errorCame() {
        return AllRecords.of(broker).stream()
                .anyMatch(
                        record -> record.topic().equals("mine") && new String(record.value()).contains("JOB_TIMEOUT"));
    }
}
