package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.chaos.PortalProcess;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of jobs when portals die, join and leave. */
@Timeout(240)
class LedgerIT {
    private static EmbeddedBroker broker;
    private static int topics;

    @TempDir
    Path directory;

    private final CountDownLatch released = new CountDownLatch(1);
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final String requests = "requests-" + ++topics;
    private final String responses = "responses-" + topics;
    private ScriptedApi api;
    private WireClient client;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void startApi() throws Exception {
        api = ScriptedApi.start((head, socket, out) -> {
            socket.getInputStream()
                    .readNBytes(head.startsWith("POST") ? 2 : 0); // or closing would reset the connection
            if (head.contains(" /api/v1/held ") && held.add(key(head))) {
                released.await(); // the first call of each job; a second one is answered
            } else if (head.contains(" /api/v1/brief ")) {
                new CountDownLatch(1).await(20, java.util.concurrent.TimeUnit.MILLISECONDS);
            }
            out.write(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nConnection: close\r\n\r\ndone"
                            .getBytes(StandardCharsets.US_ASCII));
        });
    }

    @AfterEach
    void stopAll() throws Exception {
        released.countDown();
        for (AutoCloseable each : opened) {
            each.close();
        }
        api.close();
    }

    private static String key(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("idempotency-key: "))
                .map(line -> line.substring(17))
                .findFirst()
                .orElseThrow();
    }

    private long calls(JobId id) {
        return api.heads().stream().filter(head -> key(head).equals(id.value())).count();
    }

    private void topics(int partitions, Map<String, String> responseConfig) {
        broker.createTopic(requests, partitions);
        broker.createTopic(responses, partitions, responseConfig);
        client = open(new WireClient(broker.bootstrapServers(), requests, responses));
    }

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(0, closeable);
        return closeable;
    }

    private Portal portal(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "kafkasend.bootstrap-servers",
                broker.bootstrapServers(),
                "kafkasend.request-topic",
                requests,
                "kafkasend.response-topic",
                responses,
                "kafkasend.session-timeout-ms",
                "6000",
                "kafkasend.target-api-url",
                api.url(),
                "kafkasend.allowed-endpoints",
                "/api/v1/*",
                "kafkasend.use-oauth",
                "false"));
        settings.put("kafkasend.consumer-group", requests);
        settings.putAll(more);
        return open(Portal.start(settings));
    }

    private PortalProcess process(String delivery) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "KAFKA_REQUEST_TOPIC",
                requests,
                "KAFKA_RESPONSE_TOPIC",
                responses,
                "KAFKA_CONSUMER_GROUP",
                requests,
                "KAFKA_SESSION_TIMEOUT_MS",
                "6000",
                "PORTAL_TARGET_API_URL",
                api.url(),
                "PORTAL_ALLOWED_ENDPOINTS",
                "/api/v1/*",
                "PORTAL_USE_OAUTH",
                "false"));
        settings.put("PORTAL_DELIVERY", delivery);
        return open(PortalProcess.start(requests, directory, settings));
    }

    private RequestStart start(String endpoint) {
        RequestStart start = RequestStart.builder(JobId.random(), 2, Method.POST, endpoint)
                .contentType("text/plain")
                .build();
        client.start(start);
        return start;
    }

    private void chunk(RequestStart start, int sequence) {
        client.chunk(start.jobId(), sequence, 2, new byte[] {(byte) sequence});
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin.listConsumerGroupOffsets(requests)
                    .partitionsToOffsetAndMetadata()
                    .get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until the commits stay as they are for longer than the portal's interval. */
    private void awaitCommits() {
        List<Map<TopicPartition, OffsetAndMetadata>> last = new ArrayList<>(List.of(Map.of()));
        long[] since = {System.nanoTime()};
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            Map<TopicPartition, OffsetAndMetadata> now = committed();
            if (!now.equals(last.get(0))) {
                last.set(0, now);
                since[0] = System.nanoTime();
            }
            return !now.isEmpty() && System.nanoTime() - since[0] > 1_500_000_000L;
        });
    }

    private void isAnsweredOnce(JobId id) {
        assertThat(client.reply(id).string()).isEqualTo("done");
        List<ResponseMessage> messages = client.messages(id);
        assertThat(messages).noneMatch(message -> message instanceof ResponseError);
        assertThat(messages.stream().filter(message -> message instanceof ResponseStart))
                .hasSize(1);
    }

    /** Once or, where a rebalance found its call in flight, twice; never by an ERROR. */
    private void isAnswered(JobId id) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> client.messages(id).size() >= 2);
        assertThat(client.messages(id)).noneMatch(message -> message instanceof ResponseError);
    }

    @Test
    void aKilledPortalsJobsGoOnWhereTheyWereAndFinishedOnesAreNotCalledAgain() throws Exception {
        // Given
        topics(1, Map.of());
        PortalProcess first = process("at-least-once");
        RequestStart slow = start("/api/v1/held");
        RequestStart one = start("/api/v1/quick");
        chunk(slow, 0);
        RequestStart unfinished = start("/api/v1/quick");
        chunk(one, 1);
        chunk(slow, 1);
        RequestStart two = start("/api/v1/quick");
        chunk(two, 0);
        chunk(unfinished, 0);
        chunk(one, 0);
        chunk(two, 1);
        client.reply(one.jobId());
        client.reply(two.jobId());
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> calls(slow.jobId()) == 1);
        awaitCommits();

        // When
        first.kill();
        portal(Map.of());
        JobId canary = client.get("/api/v1/quick");
        chunk(unfinished, 1);

        // Then
        List.of(slow.jobId(), one.jobId(), two.jobId(), unfinished.jobId(), canary)
                .forEach(this::isAnsweredOnce);
        assertThat(calls(slow.jobId())).isEqualTo(2);
        assertThat(List.of(calls(one.jobId()), calls(two.jobId()), calls(unfinished.jobId()), calls(canary)))
                .containsOnly(1L);
        TopicPartition partition = new TopicPartition(requests, 0);
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        committed().get(partition).offset())
                .isEqualTo(13));
    }

    @Test
    void atMostOnceAKilledPortalsCallIsNotRepeatedAndItsClientHearsOfIt() throws Exception {
        // Given
        topics(1, Map.of());
        PortalProcess first = process("at-most-once");
        RequestStart slow = start("/api/v1/held");
        chunk(slow, 0);
        RequestStart quick = start("/api/v1/quick");
        chunk(slow, 1);
        chunk(quick, 0);
        chunk(quick, 1);
        client.reply(quick.jobId());
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> calls(slow.jobId()) == 1);
        awaitCommits();

        // When
        first.kill();
        portal(Map.of("kafkasend.delivery", "at-most-once"));
        JobId canary = client.get("/api/v1/quick");

        // Then
        assertThat(client.error(slow.jobId()).code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN.name());
        isAnsweredOnce(canary);
        isAnsweredOnce(quick.jobId());
        assertThat(client.messages(slow.jobId())).hasSize(1);
        assertThat(calls(slow.jobId())).isEqualTo(1);
        assertThat(calls(quick.jobId())).isEqualTo(1);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> committed().get(new TopicPartition(requests, 0)).offset() == 7);
    }

    /** What a crash leaves that comes between the last record of an answer and the commit. */
    @ParameterizedTest
    @ValueSource(strings = {"at-least-once", "at-most-once"})
    void aJobIsNotCalledAgainThatWasAnsweredBeforeACrash(String delivery) throws Exception {
        // Given
        topics(3, Map.of());
        JobId answered = client.get("/api/v1/quick");
        JobId begun = client.get("/api/v1/quick");
        MessageWriter writer = new MessageWriter();
        for (JobId id : List.of(answered, begun)) {
            // Of unknown length: only the last chunk says that it is the last.
            produce(id, writer.write(new ResponseStart(id, null, 200, Map.of(), true, null, null, null)));
        }
        JobId framed = client.get("/api/v1/quick");
        JobId framedInPart = client.get("/api/v1/quick");
        for (JobId id : List.of(framed, framedInPart)) {
            produce(id, writer.write(new ResponseStart(id, null, 200, Map.of(), false, null, null, null)));
            produce(id, new byte[] {'d', 'o'}, FrameHeaders.chunk(0, null, null, null));
        }
        produce(framed, new byte[] {'n', 'e'}, FrameHeaders.chunk(1, 2, 1L, null));
        JobId refused = client.get("/forbidden");
        produce(refused, writer.write(new ResponseError(refused, "no", "ENDPOINT_NOT_ALLOWED", false, null)));
        produce(answered, writer.textChunk(answered, 0, 1, "done"));

        // When
        portal(Map.of("kafkasend.delivery", delivery));
        JobId canary = client.get("/api/v1/quick");

        // Then
        isAnsweredOnce(canary);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> calls(begun) == 1);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> calls(framedInPart) == 1);
        awaitAllCommitted(6);
        assertThat(client.messages(refused)).hasSize(1);
        assertThat(calls(framed)).isZero();
        assertThat(client.messages(framed)).hasSize(3);
        assertThat(client.messages(answered)).hasSize(2);
        assertThat(calls(answered)).isZero();
        assertThat(calls(begun)).isEqualTo(1);
    }

    @Test
    void theTailOfARefusedJobRaisesNoSecondErrorAfterACrash() throws Exception {
        // Given
        topics(1, Map.of());
        PortalProcess first = process("at-least-once");
        RequestStart refused = start("/forbidden");
        chunk(refused, 0);
        client.error(refused.jobId());
        awaitAllCommitted(2);

        // When
        first.kill();
        chunk(refused, 1);
        RequestStart unknown =
                RequestStart.builder(JobId.random(), 2, Method.POST, "/").build();
        chunk(unknown, 1);
        portal(Map.of());

        // Then
        assertThat(client.error(unknown.jobId()).code()).isEqualTo(ErrorCode.UNKNOWN_JOB.name());
        awaitAllCommitted(4);
        assertThat(client.messages(refused.jobId())).hasSize(1);
    }

    /** Waits until so many records are committed in all. */
    private void awaitAllCommitted(int records) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> committed().values().stream()
                                .mapToLong(OffsetAndMetadata::offset)
                                .sum()
                        == records);
    }

    private void produce(JobId id, byte[] value) throws Exception {
        produce(id, value, Map.of());
    }

    private void produce(JobId id, byte[] value, Map<String, byte[]> headers) throws Exception {
        Map<String, Object> properties = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(responses, id.value().getBytes(StandardCharsets.US_ASCII), value);
            headers.forEach(record.headers()::add);
            producer.send(record).get();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CooperativeStickyAssignor", "RangeAssignor"})
    void nothingIsLostWhenAPortalJoinsAndLeaves(String assignor) throws Exception {
        // Given
        topics(4, Map.of());
        Map<String, String> settings = Map.of(
                "kafkasend.partition-assignor",
                "org.apache.kafka.clients.consumer." + assignor,
                "kafkasend.max-concurrent-jobs",
                "2");
        portal(settings);
        List<RequestStart> sent = new ArrayList<>();
        sendInterleaved(sent, 30);
        client.reply(sent.get(0).jobId());

        // When
        Portal second = portal(settings);
        Ledger joined = second.bean("ledger", Ledger.class);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            sendInterleaved(sent, 4);
            return joined.unsettled() > 0;
        });
        sendInterleaved(sent, 20);
        second.close();
        opened.remove(second);
        sendInterleaved(sent, 20);

        // Then
        long twice = 0;
        for (RequestStart job : sent) {
            isAnswered(job.jobId());
            assertThat(calls(job.jobId())).isBetween(1L, 2L);
            twice += calls(job.jobId()) - 1;
        }
        // Two calls at a time, which the first rebalance may find in flight, and the second one again.
        assertThat(twice).as("calls of %d jobs made twice", sent.size()).isLessThanOrEqualTo(4);
    }

    private void sendInterleaved(List<RequestStart> sent, int jobs) {
        List<RequestStart> batch = new ArrayList<>();
        for (int i = 0; i < jobs; i++) {
            batch.add(start("/api/v1/brief"));
        }
        batch.forEach(start -> chunk(start, 1));
        batch.forEach(start -> chunk(start, 0));
        sent.addAll(batch);
        client.flush();
    }

    @Test
    void anErrorIsSentUntilTheBrokerTakesIt() throws Exception {
        // Given
        topics(1, Map.of("max.message.bytes", "10"));
        Portal portal = portal(Map.of());
        Ledger ledger = portal.bean("ledger", Ledger.class);
        JobId refused = client.get("/forbidden");
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> ledger.unsettled() == 1);

        // When
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, responses),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", "1048588"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }

        // Then
        assertThat(client.error(refused).code()).isEqualTo(ErrorCode.ENDPOINT_NOT_ALLOWED.name());
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> ledger.unsettled() == 0);
        assertThat(client.messages(refused)).hasSize(1);
    }
}
