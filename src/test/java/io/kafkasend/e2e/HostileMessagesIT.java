package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.requester.CallSlots;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.HostileCorpus;
import io.kafkasend.protocol.HostileCorpus.Line;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.codec.MessageWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Every line of the hostile corpus at a running portal: each comes to one fate, and the portal is none the worse. */
class HostileMessagesIT {
    private static final int PARTITIONS = 3;
    private static final Duration IDLE = Duration.ofSeconds(5);

    /** What became of a line. */
    private enum Kind {
        /** No client can be named: no ERROR, one line in the log. */
        UNADDRESSED,
        /** A START whose id is none: an ERROR under its own key. */
        UNDER_ITS_KEY,
        /** The line brought its job an ERROR. */
        ERROR,
        /** The line made its job whole: 200. */
        ANSWERED,
        /** A tombstone, a repetition, or late. */
        IGNORED,
        /** Kept for its job, whose outcome another line or time decides. */
        HELD
    }

    private record Fate(Kind kind, ErrorCode code) {}

    /** Lines that the corpus leaves open, or whose fate here is another, for the reasons in PROTOCOL.md. */
    private static final Map<Integer, Fate> OURS = Map.ofEntries(
            Map.entry(27, new Fate(Kind.HELD, null)), // 20,000 unknown fields are ignored
            Map.entry(34, new Fate(Kind.HELD, null)), // "Endpoint" is an unknown field
            Map.entry(86, new Fate(Kind.IGNORED, null)), // another START ends nothing, and the first is answered
            Map.entry(89, new Fate(Kind.IGNORED, null)),
            Map.entry(92, new Fate(Kind.IGNORED, null)),
            Map.entry(95, new Fate(Kind.IGNORED, null)),
            Map.entry(126, new Fate(Kind.HELD, null)), // never completed
            Map.entry(129, new Fate(Kind.HELD, null)), // its crc32 is the unsigned one after all
            Map.entry(149, new Fate(Kind.ANSWERED, null)), // an empty CHUNK is one
            Map.entry(151, new Fate(Kind.UNDER_ITS_KEY, ErrorCode.INVALID_JOB_ID)), // printable, as the next ones
            Map.entry(153, new Fate(Kind.UNDER_ITS_KEY, ErrorCode.INVALID_JOB_ID)),
            Map.entry(154, new Fate(Kind.UNDER_ITS_KEY, ErrorCode.INVALID_JOB_ID)),
            Map.entry(155, new Fate(Kind.UNDER_ITS_KEY, ErrorCode.INVALID_JOB_ID)),
            Map.entry(156, new Fate(Kind.UNDER_ITS_KEY, ErrorCode.INVALID_JOB_ID)),
            Map.entry(160, new Fate(Kind.UNADDRESSED, ErrorCode.MESSAGE_TOO_LARGE)), // not read at all
            Map.entry(161, new Fate(Kind.UNDER_ITS_KEY, ErrorCode.INVALID_JOB_ID)), // upper case
            Map.entry(165, new Fate(Kind.ERROR, ErrorCode.INVALID_MESSAGE)), // OPTIONS, but with a body
            Map.entry(182, new Fate(Kind.HELD, null)), // file names that are escaped, not refused
            Map.entry(190, new Fate(Kind.HELD, null)),
            Map.entry(200, new Fate(Kind.HELD, null)),
            Map.entry(204, new Fate(Kind.HELD, null)),
            Map.entry(219, new Fate(Kind.ANSWERED, null)), // a longer chunk than ours, within the record limit
            Map.entry(226, new Fate(Kind.ANSWERED, null)), // unknown fields again, on requests without a body
            Map.entry(227, new Fate(Kind.ANSWERED, null)),
            Map.entry(228, new Fate(Kind.ANSWERED, null)));

    /** Broker, API, portal and client of one test. */
    private static final class Fixture implements AutoCloseable {
        private final CapturedLog log = CapturedLog.begin("io.kafkasend", "kafkasend.security", "org.apache.camel");
        private final EmbeddedBroker broker = EmbeddedBroker.start();
        private final RecordingApi api;
        private final Portal portal;
        private final WireClient client;
        private final KafkaProducer<byte[], byte[]> producer;
        private final MessageWriter writer = new MessageWriter();
        private final Map<JobId, Long> canaries = new ConcurrentHashMap<>();

        Fixture(Map<String, String> overrides) throws Exception {
            Map<String, String> large = Map.of("max.message.bytes", "16000000");
            broker.createTopic("api-requests", PARTITIONS, large);
            broker.createTopic("api-responses", PARTITIONS);
            broker.createTopic("api-dead-letters", 1);
            api = RecordingApi.start(call -> Plan.ok(call.body()));
            Map<String, String> settings = new HashMap<>();
            settings.put("kafkasend.bootstrap-servers", broker.bootstrapServers());
            settings.put("kafkasend.target-api-url", api.url());
            settings.put("kafkasend.allowed-endpoints", "/api/v1/upload,/api/v1/documents/*");
            settings.put("kafkasend.use-oauth", "false");
            settings.put("kafkasend.max-concurrent-jobs", "500");
            settings.put("kafkasend.max-poll-records", "500");
            settings.put("kafkasend.job-idle-seconds", Long.toString(IDLE.toSeconds()));
            settings.putAll(overrides);
            portal = Portal.start(settings);
            client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses");
            producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "max.request.size", 16_000_000),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
        }

        RecordMetadata send(Line line) throws ExecutionException, InterruptedException {
            return begin(line).get();
        }

        Future<RecordMetadata> begin(Line line) {
            byte[] key = line.key() == null ? null : line.key().getBytes(StandardCharsets.UTF_8);
            return producer.send(new ProducerRecord<>("api-requests", key, line.value()));
        }

        /** A good job on a partition. */
        void canary(int partition) {
            JobId id = JobId.random();
            byte[] body = ("canary " + id).getBytes(StandardCharsets.UTF_8);
            byte[] key = id.value().getBytes(StandardCharsets.US_ASCII);
            var start = WireClient.start(id, Method.POST, "/api/v1/upload", Map.of(), null, "text/plain", body);
            canaries.put(id, System.currentTimeMillis());
            producer.send(new ProducerRecord<>("api-requests", partition, key, writer.write(start)));
            producer.send(new ProducerRecord<>("api-requests", partition, key, writer.requestChunk(id, 0, 1, body)));
        }

        /** All canaries have their own words back; gives how long each took. */
        List<Long> canariesPass() {
            List<Long> millis = new ArrayList<>();
            for (Map.Entry<JobId, Long> canary : canaries.entrySet()) {
                assertThat(client.reply(canary.getKey()).string()).isEqualTo("canary " + canary.getKey());
                long answered = client.records().stream()
                        .filter(record ->
                                canary.getKey().value().equals(new String(record.key(), StandardCharsets.US_ASCII)))
                        .findFirst()
                        .orElseThrow()
                        .timestamp();
                millis.add(answered - canary.getValue());
            }
            Collections.sort(millis);
            return millis;
        }

        int unsettled() {
            return portal.bean("ledger", Ledger.class).unsettled();
        }

        void expectNothingLeft() {
            Awaitility.await().atMost(IDLE.plusSeconds(30)).untilAsserted(() -> {
                assertThat(portal.bean("jobs", Jobs.class).underWay()).isZero();
                assertThat(portal.bean("jobs", Jobs.class).assembling()).isZero();
                assertThat(portal.bean("slots", CallSlots.class).taken()).isZero();
                assertThat(unsettled()).isZero();
            });
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Stack.lag(broker.bootstrapServers(), "kafkasend-portal") == 0);
        }

        Map<String, Long> callsByJob() {
            return api.calls().stream()
                    .collect(Collectors.groupingBy(RecordingApi.Call::job, TreeMap::new, Collectors.counting()));
        }

        @Override
        public void close() {
            producer.close();
            client.close();
            portal.close();
            api.close();
            broker.close();
            log.close();
        }
    }

    @Test
    void everyLineComesToOneFateAndARepetitionChangesNothing() throws Exception {
        List<Line> lines = HostileCorpus.lines();
        Map<Integer, Fate> fates = expected(lines);
        try (Fixture portal = new Fixture(Map.of())) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                portal.canary(partition);
            }
            List<Long> warm = portal.canariesPass();
            portal.canaries.clear();
            long heap = heapAfterCollection();
            int threads = Thread.activeCount();

            // When the file is produced in order, with good jobs in between
            long begin = System.nanoTime();
            Map<Integer, String> records = produce(portal, lines);
            portal.expectNothingLeft();
            long millis = (System.nanoTime() - begin) / 1_000_000;

            // Then each line has had its fate
            assertFates(portal, lines, fates, records);
            List<Long> interleaved = portal.canariesPass();
            assertThat(interleaved.get(interleaved.size() - 1)).isLessThan(10_000);
            int canaries = portal.canaries.size() + PARTITIONS;
            assertThat(portal.api.calls()).hasSize(canaries + (int) count(fates, Kind.ANSWERED));
            assertBodies(portal, lines);
            long grown = heapAfterCollection() - heap;
            assertThat(grown)
                    .as("heap growth, with this test's own records of it")
                    .isLessThan(64_000_000);

            // When the file is produced again
            Map<String, Long> calls = portal.callsByJob();
            Map<JobId, List<ResponseMessage>> outcomes = outcomes(portal, lines);
            for (Line line : lines) {
                portal.send(line);
            }
            for (int partition = 0; partition < PARTITIONS; partition++) {
                portal.canary(partition);
            }
            portal.canariesPass();
            portal.expectNothingLeft();

            // Then nothing but the last canaries is new
            Map<String, Long> more = portal.callsByJob();
            more.keySet().removeIf(job -> portal.canaries.keySet().stream()
                    .anyMatch(id -> id.value().equals(job)));
            calls.keySet().removeIf(job -> portal.canaries.keySet().stream()
                    .anyMatch(id -> id.value().equals(job)));
            assertThat(more).isEqualTo(calls);
            assertThat(outcomes(portal, lines)).isEqualTo(outcomes);
            assertLog(portal.log, lines);

            Map<Kind, Long> sum = fates.values().stream()
                    .collect(Collectors.groupingBy(Fate::kind, TreeMap::new, Collectors.counting()));
            System.out.println("hostile messages: " + lines.size() + " lines, " + sum + ", API calls for them "
                    + count(fates, Kind.ANSWERED) + ", file to rest in " + millis
                    + " ms; good jobs before it took at most "
                    + warm.get(warm.size() - 1) + " ms, within it median "
                    + interleaved.get(interleaved.size() / 2) + " ms, at most "
                    + interleaved.get(interleaved.size() - 1) + " ms (" + interleaved.size() + "); heap "
                    + grown / 1_000_000 + " MB over its baseline, threads " + threads + " -> " + Thread.activeCount()
                    + "; second run: 0 calls, 0 answers; log events "
                    + portal.log.lines().size());
        }
    }

    @Test
    void aFloodOfStartsIsHeldUpToTheLimitAndRefusedAboveIt() throws Exception {
        List<Line> flood = HostileCorpus.lines().stream()
                .filter(line -> line.cls().equals("O-job-flood"))
                .toList();
        try (Fixture portal = new Fixture(Map.of("kafkasend.max-assembling-jobs", "10"))) {
            Stack.awaitPartitions(portal.portal); // so that all come before the first is given up
            List<JobId> jobs = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                Line line = flood.get(i % flood.size());
                JobId id = i < flood.size() ? JobId.parse(line.key()).orElseThrow() : JobId.random();
                String value = new String(line.value(), StandardCharsets.UTF_8).replace(line.key(), id.value());
                jobs.add(id);
                portal.begin(new Line(0, line.cls(), id.value(), "", "", value.getBytes(StandardCharsets.UTF_8)));
            }
            portal.canary(0); // it needs an assembly itself, and so may be refused: only later ones must pass
            JobId early = portal.canaries.keySet().iterator().next();
            portal.canaries.clear();

            List<String> codes = new ArrayList<>();
            for (JobId job : jobs) {
                codes.add(portal.client.error(job).code());
                assertThat(portal.client.messages(job)).hasSize(1);
            }
            assertThat(portal.client.error(early).retryable()).isTrue();
            assertThat(Collections.frequency(codes, "TOO_MANY_JOBS")).isEqualTo(50);
            assertThat(Collections.frequency(codes, "JOB_TIMEOUT")).isEqualTo(10);
            assertThat(portal.api.calls()).isEmpty();

            portal.canary(1);
            portal.canariesPass();
            portal.expectNothingLeft();
            System.out.println("job flood: 60 STARTs at a limit of 10: 10 held until JOB_TIMEOUT, 50 TOO_MANY_JOBS");
        }
    }

    private static long count(Map<Integer, Fate> fates, Kind kind) {
        return fates.values().stream().filter(fate -> fate.kind() == kind).count();
    }

    /** The fate of each line by the corpus' index, with {@link #OURS} where it leaves a choice. */
    private static Map<Integer, Fate> expected(List<Line> lines) {
        Map<Integer, Fate> fates = new LinkedHashMap<>();
        Map<String, Boolean> ended = new HashMap<>();
        for (Line line : lines) {
            boolean late = ended.containsKey(line.key()) && !line.outcome().startsWith("DLQ");
            Fate own = late ? new Fate(Kind.IGNORED, null) : OURS.get(line.number());
            Fate fate = own != null ? own : suggested(line);
            if (fate.kind() == Kind.ERROR || fate.kind() == Kind.ANSWERED) {
                ended.put(line.key(), true);
            }
            fates.put(line.number(), fate);
        }
        return fates;
    }

    private static Fate suggested(Line line) {
        String outcome = line.outcome();
        if (line.value() == null || outcome.startsWith("ignored")) {
            return new Fate(Kind.IGNORED, null);
        }
        if (outcome.startsWith("200")) {
            return new Fate(Kind.ANSWERED, null);
        }
        if (outcome.startsWith("pending")) {
            return new Fate(Kind.HELD, null);
        }
        Kind kind = outcome.startsWith("DLQ") ? Kind.UNADDRESSED : Kind.ERROR;
        return new Fate(kind, ErrorCode.named(line.code()).orElseThrow());
    }

    /** Sends all lines, a good job on each partition after every tenth; gives each line's record as logs name it. */
    private static Map<Integer, String> produce(Fixture portal, List<Line> lines) throws Exception {
        Map<Integer, String> records = new HashMap<>();
        for (Line line : lines) {
            RecordMetadata sent = portal.send(line);
            records.put(line.number(), sent.topic() + "-" + sent.partition() + "@" + sent.offset());
            if (line.number() % 10 == 0) {
                portal.canary(line.number() / 10 % PARTITIONS);
            }
        }
        return records;
    }

    /** The records that became dead letters, and why; the log has only some of so many. */
    private static Map<String, String> buried(Fixture portal) {
        Map<String, String> buried = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> letter : AllRecords.of(portal.broker)) {
            if (letter.topic().equals("api-dead-letters")) {
                buried.put(
                        header(letter, "__connect.errors.topic") + "-" + header(letter, "__connect.errors.partition")
                                + "@" + header(letter, "__connect.errors.offset"),
                        header(letter, "kafkasend.error_code") + ":");
            }
        }
        return buried;
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static void assertFates(
            Fixture portal, List<Line> lines, Map<Integer, Fate> fates, Map<Integer, String> records) {
        Map<String, String> rejected = buried(portal);
        List<String> wrong = new ArrayList<>();
        Map<JobId, Fate> outcomes = new HashMap<>();
        for (Line line : lines) {
            Fate fate = fates.get(line.number());
            String reason = rejected.remove(records.get(line.number()));
            if (fate.kind() == Kind.UNADDRESSED) {
                if (reason == null || !reason.startsWith(fate.code() + ":")) {
                    wrong.add("line " + line.number() + " " + line.cls() + ": " + fate + ", but logged " + reason);
                }
                continue;
            }
            if (reason != null) {
                wrong.add("line " + line.number() + " " + line.cls() + ": " + fate + ", but rejected: " + reason);
            }
            if (fate.kind() == Kind.UNDER_ITS_KEY) {
                List<String> errors = portal.client.records().stream()
                        .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(line.key()))
                        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                        .toList();
                if (errors.size() != 1 || !errors.get(0).contains("\"error_code\":\"" + fate.code() + "\"")) {
                    wrong.add("line " + line.number() + ": " + fate + ", but answered " + errors);
                }
                continue;
            }
            if (line.value() == null) {
                continue;
            }
            JobId id = JobId.parse(line.key()).orElseThrow();
            if (fate.kind() == Kind.ERROR || fate.kind() == Kind.ANSWERED) {
                outcomes.put(id, fate);
            } else if (fate.kind() == Kind.HELD) {
                outcomes.putIfAbsent(id, new Fate(Kind.ERROR, ErrorCode.JOB_TIMEOUT));
            }
        }
        outcomes.forEach((id, fate) -> {
            List<ResponseMessage> messages = portal.client.messages(id);
            boolean right;
            if (fate.kind() == Kind.ANSWERED) {
                right = messages.stream().noneMatch(ResponseError.class::isInstance)
                        && !messages.isEmpty()
                        && portal.client.reply(id).status() == 200;
            } else {
                right = messages.size() == 1
                        && messages.get(0) instanceof ResponseError error
                        && error.code().equals(fate.code().name())
                        && error.message().matches("[ -~]{1,120}")
                        && !error.message().contains("documents");
            }
            if (!right) {
                wrong.add("job " + id + ": " + fate + ", but answered " + messages);
            }
        });
        assertThat(wrong).isEmpty();
        assertThat(rejected).as("rejections of no line").isEmpty();
        assertThat(portal.client.ids().stream()
                        .filter(id -> !outcomes.containsKey(id) && !portal.canaries.containsKey(id)))
                .as("answers to nobody but the canaries before the file")
                .hasSize(PARTITIONS);
    }

    /** What reached the API is what the legitimate scenarios meant. */
    private static void assertBodies(Fixture portal, List<Line> lines) {
        Map<String, RecordingApi.Call> calls = new HashMap<>();
        portal.api.calls().forEach(call -> assertThat(calls.put(call.job(), call))
                .isNull());
        for (Line line : lines) {
            RecordingApi.Call call = calls.get(line.key());
            if (call == null) {
                continue;
            }
            String body = new String(call.body(), StandardCharsets.ISO_8859_1);
            assertThat(call.path()).doesNotContain("admin");
            assertThat(call.header("authorization")).isEmpty();
            switch (line.cls()) {
                case "H-out-of-order" -> assertThat(body).contains("abc");
                case "O-bomb" -> assertThat(body.length()).isBetween(19_465, 20_200);
                case "M-filename" ->
                    assertThat(body.split("(?i)content-disposition:", -1)).hasSize(2);
                default -> {}
            }
        }
    }

    private static Map<JobId, List<ResponseMessage>> outcomes(Fixture portal, List<Line> lines) {
        Map<JobId, List<ResponseMessage>> outcomes = new HashMap<>();
        for (Line line : lines) {
            if (line.key() != null) {
                JobId.parse(line.key()).ifPresent(id -> outcomes.put(id, List.copyOf(portal.client.messages(id))));
            }
        }
        return outcomes;
    }

    private static long heapAfterCollection() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** No control characters, no long lines, nothing of a value but what names it. */
    private static void assertLog(CapturedLog log, List<Line> lines) {
        int window = 40; // longer than a job_id
        Map<String, String> windows = new HashMap<>();
        for (String line : log.lines()) {
            assertThat(line).matches("[ -~]*");
            assertThat(line.length()).isLessThan(line.startsWith("settings ") ? 10_000 : 1_500);
            for (int i = 0; i + window <= line.length(); i++) {
                windows.put(line.substring(i, i + window), line);
            }
        }
        for (Line line : lines) {
            String value = line.value() == null ? "" : new String(line.value(), StandardCharsets.UTF_8);
            for (int i = 0; i + window <= Math.min(value.length(), 200_000); i++) {
                assertThat(windows.get(value.substring(i, i + window)))
                        .as("log of line " + line.number())
                        .isNull();
            }
        }
    }
}
