package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Fault;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.client.Answer;
import io.kafkasend.client.Body;
import io.kafkasend.client.Frames;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.Transfer;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CHUNKs as binary frames and compressed, through a real portal; the API gives back what it gets. */
class FramesIT {
    private static final byte[] TEXT = "Größe: 1 €, \uD83D\uDCC4 \"quoted\"\n".getBytes(StandardCharsets.UTF_8);

    private static EmbeddedBroker broker;
    private static RecordingApi api;
    private static Portal portal;
    private static KafkaSendClient sdk;

    /** Every record of both topics, since the test began. */
    private KafkaConsumer<byte[], byte[]> tap;

    private WireClient wire;

    @BeforeAll
    static void startEverything() throws Exception {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 3, Map.of("max.message.bytes", "4000000"));
        broker.createTopic("api-responses", 3);
        broker.createTopic("api-dead-letters", 1);
        // Named like the headers of a frame, and allowed: they are the API's all the same.
        Map<String, String> ofTheApi = Map.of("ks-type", "CHUNK", "ks-seq", "7");
        api = RecordingApi.start(call -> {
            Map<String, String> headers = new LinkedHashMap<>(ofTheApi);
            headers.put("Content-Type", call.header("content-type"));
            return new Plan(200, headers, call.body(), 0, Fault.NONE);
        });
        portal = Portal.start(Map.of(
                "kafkasend.bootstrap-servers",
                broker.bootstrapServers(),
                "kafkasend.target-api-url",
                api.url(),
                "kafkasend.allowed-endpoints",
                "/api/v1/*",
                "kafkasend.modern-readers",
                "true",
                "kafkasend.allowed-response-headers",
                "Content-Type,ks-type,ks-seq",
                "kafkasend.use-oauth",
                "false"));
        sdk = KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .defaultTimeout(Duration.ofSeconds(120))
                .build();
    }

    @AfterAll
    static void stopEverything() {
        sdk.close();
        portal.close();
        api.close();
        broker.close();
    }

    @BeforeEach
    void listen() {
        tap = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = Stream.of("api-requests", "api-responses")
                .flatMap(topic -> Stream.of(0, 1, 2).map(partition -> new TopicPartition(topic, partition)))
                .toList();
        tap.assign(all);
        tap.seekToEnd(all);
        all.forEach(tap::position);
        wire = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses");
    }

    @AfterEach
    void stopListening() {
        wire.close();
        tap.close();
    }

    /** What a job's records were, in one direction. */
    private record Seen(List<ConsumerRecord<byte[], byte[]>> records) {
        long bytes() {
            return records.stream().mapToLong(record -> record.value().length).sum();
        }

        List<ConsumerRecord<byte[], byte[]>> frames() {
            return records.stream()
                    .filter(record -> record.headers().lastHeader(FrameHeaders.TYPE) != null)
                    .toList();
        }

        /** START's JSON. */
        String start() {
            return new String(records.get(0).value(), StandardCharsets.UTF_8);
        }
    }

    private Map<String, Seen> seen(JobId id) {
        Map<String, Seen> seen = new LinkedHashMap<>();
        seen.put("api-requests", new Seen(new ArrayList<>()));
        seen.put("api-responses", new Seen(new ArrayList<>()));
        Map<TopicPartition, Long> ends = tap.endOffsets(tap.assignment());
        while (ends.entrySet().stream().anyMatch(end -> tap.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : tap.poll(Duration.ofMillis(100))) {
                if (Arrays.equals(record.key(), id.value().getBytes(StandardCharsets.US_ASCII))) {
                    seen.get(record.topic()).records().add(record);
                }
            }
        }
        return seen;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static byte[] compressible(int size) {
        String line = "{\"id\":42,\"name\":\"value\"},\n";
        return Arrays.copyOf(line.repeat(size / line.length() + 1).getBytes(StandardCharsets.US_ASCII), size);
    }

    static Stream<Arguments> everyWay() {
        return Stream.of(Frames.values()).flatMap(frames -> Stream.of(null, ContentEncoding.GZIP, ContentEncoding.ZSTD)
                .map(compression -> Arguments.of(frames, compression)));
    }

    private static Answer call(Frames frames, ContentEncoding compression, String type, byte[] body) {
        return sdk.call(Request.builder()
                .method(Method.POST)
                .endpoint("/api/v1/echo")
                .frames(frames)
                .compression(compression)
                .contentType(type)
                .body(Body.of(body))
                .build());
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void carriesEveryBodyThereAndBack(Frames frames, ContentEncoding compression) {
        // Given
        Map<String, byte[]> bodies = new LinkedHashMap<>();
        bodies.put("application/x-empty", new byte[0]);
        bodies.put("application/x-one", new byte[] {0});
        bodies.put("text/plain; charset=UTF-8", TEXT);
        bodies.put("text/plain", new byte[] {(byte) 0xFF, 'a'}); // no UTF-8
        bodies.put("application/x-chunk", random(Limits.CHUNK_BYTES));
        bodies.put("application/x-frame", random(Limits.FRAME_BYTES));
        bodies.put("application/x-frame-and-one", random(Limits.FRAME_BYTES + 1));
        bodies.put("application/json", compressible(3_500_000));
        bodies.put("application/octet-stream", random(20_000_000));
        bodies.put("text/csv", compressible(20_000_000));

        bodies.forEach((type, body) -> {
            // When
            Answer answer = call(frames, compression, type, body);

            // Then
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.crcVerified()).isTrue();
            assertThat(Arrays.equals(answer.bytes(), body)).as(type).isTrue();
            if (type.startsWith("text/plain; ")) {
                assertThat(answer.text()).isEqualTo(new String(TEXT, StandardCharsets.UTF_8));
            }
            Map<String, Seen> seen = seen(answer.jobId());
            assertForm(seen.get("api-requests"), frames == Frames.REQUEST_AND_ANSWER, body.length);
            assertForm(seen.get("api-responses"), frames != Frames.NONE, body.length);
            boolean shrinks = compression != null && body.length > 1_000_000 && !type.contains("/octet");
            if (type.contains("json") || type.contains("csv")) {
                assertThat(seen.get("api-requests").bytes() < body.length / 4).isEqualTo(shrinks);
                assertThat(seen.get("api-responses").bytes() < body.length / 4).isEqualTo(shrinks);
            } else {
                assertThat(seen.get("api-requests").start()).doesNotContain("content_encoding");
                assertThat(seen.get("api-responses").start()).doesNotContain("content_encoding");
            }
        });
    }

    private static void assertForm(Seen seen, boolean frames, int bytes) {
        if (!frames) {
            assertThat(seen.records()).allSatisfy(record -> {
                assertThat(record.headers()).isEmpty();
                assertThat((char) record.value()[0]).isEqualTo('{');
            });
            return;
        }
        assertThat(seen.frames()).hasSize((int) Limits.chunksFor(bytes, Limits.FRAME_BYTES));
        assertThat(seen.records()).hasSize(seen.frames().size() + 1);
        assertThat(seen.records().get(0).headers())
                .as("START's, and none of the API")
                .isEmpty();
        assertThat(seen.frames()).allSatisfy(record -> assertThat(record.headers())
                .extracting(header -> header.key())
                .doesNotHaveDuplicates()
                .isSubsetOf(FrameHeaders.NAMES));
    }

    @Test
    void aClientThatDoesNotAskGetsNoFrames() {
        // When
        List<JobId> jobs = Stream.of(TEXT, random(20_000_000), compressible(5_000_000))
                .map(body -> wire.send(Method.POST, "/api/v1/echo", Map.of(), null, "text/plain", body))
                .toList();

        // Then
        for (JobId job : jobs) {
            wire.reply(job);
            assertThat(seen(job).get("api-responses").frames()).isEmpty();
        }
    }

    /** A frame to be sent, and what its job is to come to. */
    private record Hostile(String name, ContentEncoding encoding, byte[] value, ErrorCode fate, Object... headers) {}

    @Test
    void everyBadFrameComesToOneErrorAndHarmsNoOther() {
        // Given
        byte[] data = {1, 2, 3};
        byte[] huge = "1".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        byte[] zeros = ContentEncoding.ZSTD.encode(new byte[100_000_000]);
        byte[] cut = Arrays.copyOf(ContentEncoding.ZSTD.encode(random(1_000)), 500);
        List<Hostile> frames = List.of(
                new Hostile("no seq", null, data, ErrorCode.INVALID_MESSAGE, "ks-type", "CHUNK"),
                new Hostile("null seq", null, data, ErrorCode.INVALID_MESSAGE, "ks-type", "CHUNK", "ks-seq", null),
                new Hostile(
                        "seq is a word", null, data, ErrorCode.INVALID_MESSAGE, "ks-type", "CHUNK", "ks-seq", "one"),
                new Hostile("padded seq", null, data, ErrorCode.INVALID_MESSAGE, "ks-type", "CHUNK", "ks-seq", "01"),
                new Hostile(
                        "seq twice",
                        null,
                        data,
                        ErrorCode.INVALID_MESSAGE,
                        "ks-type",
                        "CHUNK",
                        "ks-seq",
                        "0",
                        "ks-seq",
                        "0"),
                new Hostile(
                        "type twice",
                        null,
                        data,
                        ErrorCode.INVALID_MESSAGE,
                        "ks-type",
                        "CHUNK",
                        "ks-seq",
                        "0",
                        "ks-type",
                        "CHUNK"),
                new Hostile("huge seq", null, data, ErrorCode.INVALID_MESSAGE, "ks-type", "CHUNK", "ks-seq", huge),
                new Hostile(
                        "bad sha",
                        null,
                        data,
                        ErrorCode.INVALID_MESSAGE,
                        "ks-type",
                        "CHUNK",
                        "ks-seq",
                        huge,
                        "ks-sha256",
                        "x"),
                new Hostile(
                        "negative", null, data, ErrorCode.SEQUENCE_OUT_OF_RANGE, "ks-type", "CHUNK", "ks-seq", "-1"),
                new Hostile("beyond", null, data, ErrorCode.SEQUENCE_OUT_OF_RANGE, "ks-type", "CHUNK", "ks-seq", "2"),
                new Hostile(
                        "other total",
                        null,
                        data,
                        ErrorCode.INVALID_MESSAGE,
                        "ks-type",
                        "CHUNK",
                        "ks-seq",
                        "0",
                        "ks-total",
                        "3"),
                new Hostile(
                        "too many",
                        null,
                        data,
                        ErrorCode.TOO_MANY_CHUNKS,
                        "ks-type",
                        "CHUNK",
                        "ks-seq",
                        "0",
                        "ks-total",
                        "100001"),
                new Hostile("a START", null, data, ErrorCode.UNKNOWN_MESSAGE_TYPE, "ks-type", "START", "ks-seq", "0"),
                new Hostile("null type", null, data, ErrorCode.UNKNOWN_MESSAGE_TYPE, "ks-type", null, "ks-seq", "0"),
                new Hostile(
                        "zstd bomb",
                        ContentEncoding.ZSTD,
                        zeros,
                        ErrorCode.CHUNK_TOO_LARGE,
                        "ks-type",
                        "CHUNK",
                        "ks-seq",
                        "0"),
                new Hostile(
                        "gzip bomb",
                        ContentEncoding.GZIP,
                        ContentEncoding.GZIP.encode(new byte[100_000_000]),
                        ErrorCode.CHUNK_TOO_LARGE,
                        "ks-type",
                        "CHUNK",
                        "ks-seq",
                        "0"),
                new Hostile(
                        "cut zstd",
                        ContentEncoding.ZSTD,
                        cut,
                        ErrorCode.INVALID_ENCODING,
                        "ks-type",
                        "CHUNK",
                        "ks-seq",
                        "0"),
                new Hostile(
                        "no gzip",
                        ContentEncoding.GZIP,
                        data,
                        ErrorCode.INVALID_ENCODING,
                        "ks-type",
                        "CHUNK",
                        "ks-seq",
                        "0"),
                new Hostile(
                        "nothing",
                        ContentEncoding.ZSTD,
                        new byte[0],
                        ErrorCode.INVALID_ENCODING,
                        "ks-type",
                        "CHUNK",
                        "ks-seq",
                        "0"));
        Map<JobId, Hostile> jobs = new LinkedHashMap<>();
        int calls = api.calls().size();

        // When
        for (Hostile frame : frames) {
            JobId id = JobId.random();
            jobs.put(id, frame);
            start(id, 2, new Transfer(frame.encoding(), true, false, Set.of()));
            frame(id.value(), frame.value(), frame.headers());
            frame(id.value(), data, "ks-type", "CHUNK", "ks-seq", "1"); // late
        }
        JobId unannounced = JobId.random();
        start(unannounced, 1, Transfer.PLAIN);
        frame(unannounced.value(), data, "ks-type", "CHUNK", "ks-seq", "0");
        JobId unknown = JobId.random();
        frame(unknown.value(), data, "ks-type", "CHUNK", "ks-seq", "0");
        JobId conflict = JobId.random();
        start(conflict, 2, new Transfer(null, true, false, Set.of()));
        frame(conflict.value(), data, "ks-type", "CHUNK", "ks-seq", "0");
        wire.chunk(conflict, 0, 2, data); // the same, in JSON
        frame(conflict.value(), new byte[] {9}, "ks-type", "CHUNK", "ks-seq", "0");
        for (String key : List.of("", "another", "A".repeat(36), unknown.value().toUpperCase(java.util.Locale.ROOT))) {
            frame(key, data, "ks-type", "CHUNK", "ks-seq", "0");
        }
        ProducerRecord<byte[], byte[]> keyless = new ProducerRecord<>("api-requests", null, data);
        keyless.headers().add("ks-type", "CHUNK".getBytes(StandardCharsets.US_ASCII));
        wire.record(keyless);

        // Then
        jobs.forEach((id, frame) -> assertThat(wire.error(id).code())
                .as(frame.name())
                .isEqualTo(frame.fate().name()));
        assertThat(wire.error(unannounced).code()).isEqualTo("INVALID_MESSAGE");
        assertThat(wire.error(unknown).code()).isEqualTo("UNKNOWN_JOB");
        assertThat(wire.error(conflict).code()).isEqualTo("CHUNK_CONFLICT");
        assertThat(Arrays.equals(
                        call(Frames.REQUEST_AND_ANSWER, null, "text/plain", TEXT)
                                .bytes(),
                        TEXT))
                .isTrue();
        Awaitility.await().untilAsserted(() -> assertThat(
                        portal.bean("ledger", Ledger.class).unsettled())
                .isZero());
        assertThat(jobs.keySet())
                .allSatisfy(id ->
                        assertThat(wire.messages(id)).hasSize(1).allMatch(message -> message instanceof ResponseError));
        assertThat(api.calls()).hasSize(calls + 1);
        assertThat(portal.bean("bodies", io.kafkasend.portal.body.BodyBudget.class)
                        .heldBytes())
                .isZero();
    }

    @Test
    void headersDecideWhatARecordIsWhateverItsValueLooksLike() {
        // Given
        JobId id = JobId.random();
        byte[] json = new MessageWriter().requestChunk(id, 0, 1, new byte[] {'x'});
        byte[] start =
                new MessageWriter().write(WireClient.start(id, Method.POST, "/api/v1/x", Map.of(), null, null, TEXT));

        // When
        start(id, 3, new Transfer(null, true, false, Set.of()));
        frame(id.value(), json, "ks-type", "CHUNK", "ks-seq", "0", "ks-total", "3", "Authorization", "Bearer stolen");
        frame(id.value(), start, "ks-type", "CHUNK", "ks-seq", "2", "ks-other", "x", "CamelHttpUri", "http://x");
        ProducerRecord<byte[], byte[]> inJson =
                record(id.value(), new MessageWriter().requestChunk(id, 1, 3, new byte[] {'y'}), "ks-seq", "7");
        wire.record(inJson); // no frame without ks-type

        // Then
        assertThat(wire.reply(id).status()).isEqualTo(200);
        RecordingApi.Call call = api.calls().get(api.calls().size() - 1);
        assertThat(new String(call.body(), StandardCharsets.UTF_8))
                .isEqualTo(new String(json, StandardCharsets.UTF_8) + "y" + new String(start, StandardCharsets.UTF_8));
        assertThat(call.header("authorization")).isEmpty();
    }

    private void start(JobId id, int chunks, Transfer transfer) {
        wire.start(RequestStart.builder(id, chunks, Method.POST, "/api/v1/echo")
                .contentType("text/plain")
                .transfer(transfer)
                .build());
    }

    private void frame(String key, byte[] value, Object... headers) {
        wire.record(record(key, value, headers));
    }

    private static ProducerRecord<byte[], byte[]> record(String key, byte[] value, Object... headers) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>("api-requests", key.getBytes(StandardCharsets.US_ASCII), value);
        for (int i = 0; i < headers.length; i += 2) {
            Object header = headers[i + 1];
            record.headers()
                    .add(
                            (String) headers[i],
                            header instanceof String text ? text.getBytes(StandardCharsets.US_ASCII) : (byte[]) header);
        }
        return record;
    }
}
