package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.kafka.ReplyTopics;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.report.Outbox;
import io.kafkasend.protocol.HostileCorpus;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.codec.MessageWriter;
import io.kafkasend.security.address.NameService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A good job among records that are worth nothing. What it waits is asserted only by tests that are left out of the default
 * run: {@code ./mvnw verify -Plarge -Dit.test=WorthlessRecordsIT}, on a calm machine. Behind floods the bench measures it
 * ({@code behind-...}).
 */
@Timeout(300)
class WorthlessRecordsIT {
    private static final int FLOOD = 5_000;
    private static final long BAR_MILLIS = 250;
    private static final JobId ENDED = JobId.random();

    private static EmbeddedBroker broker;
    private static RecordingApi api;

    private final MessageWriter writer = new MessageWriter();

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start();
        api = RecordingApi.start(call -> Plan.ok("good".getBytes(UTF_8)));
    }

    @AfterAll
    static void stop() {
        api.close();
        broker.close();
    }

    private static OwnPortal portal(String deadLetters, Map<String, String> overrides) throws Exception {
        Map<String, String> settings = new HashMap<>(overrides);
        settings.put("kafkasend.target-api-url", api.url());
        settings.put("kafkasend.dead-letter-topic", deadLetters);
        return OwnPortal.start(broker, NameService.system(), settings);
    }

    /** The kinds: what names no START, what policy forbids, what names no client, what has ended. */
    private Map<String, Supplier<Worthless>> kinds() {
        return Map.of(
                "chunk",
                () -> {
                    JobId id = JobId.random();
                    return new Worthless(id, writer.requestChunk(id, 0, 1, new byte[0]));
                },
                "start",
                () -> {
                    JobId id = JobId.random();
                    return new Worthless(id, forbidden(id));
                },
                "dead",
                () -> new Worthless(JobId.random(), "not json".getBytes(UTF_8)),
                "ended",
                () -> new Worthless(ENDED, forbidden(ENDED)));
    }

    private record Worthless(JobId key, byte[] value) {
        byte[] keyBytes() {
            return key.value().getBytes(UTF_8);
        }
    }

    private byte[] forbidden(JobId id) {
        return writer.write(WireClient.start(id, Method.GET, "/nope", Map.of(), null, null, new byte[0]));
    }

    private static void expectSettled(OwnPortal portal) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(portal.portal.bean("ledger", Ledger.class).unsettled()).isZero();
            assertThat(portal.portal.bean("outbox", Outbox.class).waiting()).isZero();
        });
    }

    /** How long the next good job takes, from the moment at which it is sent to that at which its answer is here. */
    private static long millis(OwnPortal portal) {
        long begin = System.nanoTime();
        JobId id = portal.client.get("/api/v1/canary");
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .pollDelay(Duration.ZERO)
                .atMost(Duration.ofSeconds(60))
                .until(() -> WireClient.ended(portal.client.messages(id)));
        assertThat(portal.client.reply(id).status()).isEqualTo(200);
        return (System.nanoTime() - begin) / 1_000_000;
    }

    private static void warmUp(OwnPortal portal, Supplier<Worthless> kind) {
        for (int i = 0; i < 200; i++) {
            Worthless one = kind.get();
            portal.client.raw(one.keyBytes(), one.value());
            if (i % 10 == 0) {
                millis(portal);
            }
        }
    }

    private long behindAFlood(OwnPortal portal, Supplier<Worthless> kind, List<JobId> sent) {
        List<Worthless> flood = new ArrayList<>();
        for (int i = 0; i < FLOOD; i++) {
            flood.add(kind.get());
        }
        flood.forEach(one -> portal.client.raw(one.keyBytes(), one.value()));
        portal.client.flush();
        long millis = millis(portal);
        flood.forEach(one -> sent.add(one.key()));
        return millis;
    }

    @Test
    void everyRecordOfAFloodHasItsFateAndTheLogSaysHowMany() throws Exception {
        broker.createTopic("flood-dead", 1);
        try (OwnPortal portal = portal("flood-dead", Map.of());
                CapturedLog log = CapturedLog.begin("io.kafkasend", "kafkasend.security")) {
            // Given the producer's first record has gone: those that follow one on its way may overtake one another
            millis(portal);
            for (Map.Entry<String, Supplier<Worthless>> kind : kinds().entrySet()) {
                // When
                List<JobId> sent = new ArrayList<>();
                behindAFlood(portal, kind.getValue(), sent);
                expectSettled(portal);

                // Then each has one ERROR, in the order in which they came; or is a dead letter; or is swallowed
                if (kind.getKey().equals("chunk") || kind.getKey().equals("start")) {
                    Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(sent)
                            .allSatisfy(id -> assertThat(portal.client.messages(id))
                                    .singleElement()
                                    .isInstanceOf(ResponseError.class)));
                    List<String> answered = portal.client.records().stream()
                            .map(record -> new String(record.key(), UTF_8))
                            .filter(
                                    sent.stream().map(JobId::value).collect(java.util.stream.Collectors.toSet())
                                            ::contains)
                            .toList();
                    assertThat(answered)
                            .containsExactlyElementsOf(
                                    sent.stream().map(JobId::value).toList());
                }
            }
            List<ConsumerRecord<byte[], byte[]>> dead = AllRecords.of(broker).stream()
                    .filter(record -> record.topic().equals("flood-dead"))
                    .toList();
            assertThat(dead).hasSize(FLOOD);
            assertThat(dead).extracting(record -> offset(record)).isSorted();

            // Then the log is short
            portal.portal.close();
            assertThat(log.lines()).hasSizeLessThan(150);
            for (String reason : List.of("UNKNOWN_JOB", "ENDPOINT_NOT_ALLOWED", "INVALID_JSON")) {
                assertThat(told(log, reason)).as(reason).isEqualTo(reason.startsWith("ENDPOINT") ? FLOOD + 1 : FLOOD);
            }
        }
    }

    private static long offset(ConsumerRecord<byte[], byte[]> letter) {
        return Long.parseLong(new String(
                letter.headers().lastHeader("__connect.errors.offset").value(), UTF_8));
    }

    /** How many the security log's lines of a reason speak of; the ends of jobs are counted apart. */
    private static long told(CapturedLog log, String reason) {
        long sum = 0;
        for (String line : log.lines()) {
            if (line.contains("reason=" + reason) && !line.contains("job_ended")) {
                var count = java.util.regex.Pattern.compile(" count=(\\d+)").matcher(line);
                sum += count.find() ? Long.parseLong(count.group(1)) : 1;
            }
        }
        return sum;
    }

    @Test
    @Tag("long")
    void aGoodJobDoesNotWaitBehindRecordsOfManyHeaders() throws Exception {
        broker.createTopic("bars-dead", 1);
        try (OwnPortal portal = portal("bars-dead", Map.of())) {
            // Given
            kinds().values().forEach(kind -> warmUp(portal, kind));
            behindHeaders(portal);
            expectSettled(portal);

            // When
            long millis = behindHeaders(portal);

            // Then
            System.out.println("a good job behind 10 records of 60,000 headers: " + millis + " ms");
            assertThat(millis).isLessThan(BAR_MILLIS);
        }
    }

    private static long behindHeaders(OwnPortal portal) {
        RecordHeaders many = new RecordHeaders();
        for (int i = 0; i < 60_000; i++) {
            many.add("h" + i, new byte[] {1});
        }
        for (int i = 0; i < 10; i++) {
            portal.client.record(new ProducerRecord<>(
                    portal.requestTopic, null, "k".getBytes(UTF_8), "not json".getBytes(UTF_8), many));
        }
        portal.client.flush();
        return millis(portal);
    }

    @Test
    @Tag("long")
    void goodJobsInTheWholeHostileCorpusAreNearlyAsFastAsAlone() throws Exception {
        broker.createTopic("corpus-dead", 1);
        try (OwnPortal portal = portal("corpus-dead", Map.of("kafkasend.job-idle-seconds", "30"))) {
            List<HostileCorpus.Line> lines = HostileCorpus.lines();
            for (int i = 0; i < 300; i++) {
                millis(portal);
            }
            List<Long> alone = new ArrayList<>();
            for (int i = 0; i < lines.size(); i++) {
                alone.add(millis(portal));
            }
            List<Long> among = new ArrayList<>();
            for (HostileCorpus.Line line : lines) {
                portal.client.raw(line.key() == null ? null : line.key().getBytes(UTF_8), line.value());
                among.add(millis(portal));
            }
            Collections.sort(alone);
            Collections.sort(among);
            long p99Alone = alone.get(alone.size() * 99 / 100);
            long p99Among = among.get(among.size() * 99 / 100);
            System.out.println("good jobs: p99 alone " + p99Alone + " ms, in the hostile corpus " + p99Among + " ms ("
                    + among.size() + "), at most " + among.get(among.size() - 1) + " ms");
            assertThat(p99Among).isLessThan(10 * Math.max(1, p99Alone));
        }
    }

    @Test
    void aReplyTopicThatIsMissingHurtsItsOwnClientOnly() throws Exception {
        try (OwnPortal portal = portal("", Map.of("kafkasend.reply-topics", "nowhere"))) {
            // When
            for (int i = 0; i < 2_000; i++) {
                JobId id = JobId.random();
                String endpoint = i % 2 == 0 ? "/nope" : "/api/v1/thing";
                portal.client.raw(id, asking(id, endpoint, "nowhere"));
            }
            JobId good = portal.client.get("/api/v1/canary");

            // Then
            assertThat(portal.client.reply(good).status()).isEqualTo(200);
            expectSettled(portal);
            assertThat(portal.client.ids()).containsExactly(good);
        }
    }

    @Test
    void aReplyTopicThatIsMadeIsUsedByTheFirstRequestThatNamesIt() throws Exception {
        // Given
        String late = "late-" + JobId.random();
        try (OwnPortal portal = portal("", Map.of("kafkasend.reply-topics", late))) {
            ReplyTopics topics = portal.portal.bean("reply-topics", ReplyTopics.class);
            Awaitility.await().until(() -> topics.knownFault(late).isPresent());

            // When
            broker.createTopic(late, 1);
            try (WireClient there = new WireClient(broker.bootstrapServers(), portal.requestTopic, late)) {
                JobId good = JobId.random();
                JobId forbidden = JobId.random();
                portal.client.raw(good, asking(good, "/api/v1/thing", late));
                portal.client.raw(forbidden, asking(forbidden, "/nope", late));

                // Then
                assertThat(there.reply(good).status()).isEqualTo(200);
                assertThat(there.error(forbidden).code()).isEqualTo("ENDPOINT_NOT_ALLOWED");
            }
            expectSettled(portal);
        }
    }

    private byte[] asking(JobId id, String endpoint, String replyTo) {
        byte[] start = writer.write(WireClient.start(id, Method.GET, endpoint, Map.of(), null, null, new byte[0]));
        return new String(start, UTF_8)
                .replaceFirst("\\{", "{\"reply_to\":\"" + replyTo + "\",")
                .getBytes(UTF_8);
    }
}
