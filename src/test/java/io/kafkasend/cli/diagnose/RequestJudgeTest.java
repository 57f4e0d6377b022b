package io.kafkasend.cli.diagnose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.cli.diagnose.Verdict.Fault;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.HostileCorpus;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestJudgeTest {
    private static final Path VECTORS = Path.of("src/test/resources/vectors");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JobId JOB =
            JobId.parse("550e8400-e29b-41d4-a716-446655440000").orElseThrow();
    private static final String SECRET = "a".repeat(32);
    private static final byte[] BODY = "hello world".getBytes(UTF_8);

    private final MessageWriter writer = new MessageWriter();
    private final RequestJudge judge = new RequestJudge(new SignatureJudge(Map.of()), true);
    private long offset;

    @ParameterizedTest
    @MethodSource("vectors")
    void whatThePortalTakesOrRefusesIsJudgedAlike(JsonNode line) {
        // Given
        RequestJudge fresh = new RequestJudge(new SignatureJudge(Map.of()), false);
        JsonNode expect = line.path("expect");

        // When
        List<Verdict> verdicts = records(line).stream().map(fresh::judge).toList();

        // Then
        List<ErrorCode> codes = verdicts.stream()
                .flatMap(verdict -> verdict.faults().stream())
                .map(Fault::code)
                .toList();
        if (expect.has("error_code")) {
            assertThat(codes)
                    .first()
                    .isEqualTo(ErrorCode.valueOf(expect.path("error_code").asText()));
        } else {
            assertThat(verdicts)
                    .allSatisfy(verdict -> assertThat(verdict.faults()).isEmpty());
        }
    }

    static List<JsonNode> vectors() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        for (String file : List.of("requests-valid", "requests-invalid", "old-client", "frames")) {
            for (JsonNode line : lines(file)) {
                if (!line.path("direction").asText("request").equals("response")) {
                    all.add(line);
                }
            }
        }
        return all;
    }

    private static List<JsonNode> lines(String file) throws IOException {
        List<JsonNode> all = new ArrayList<>();
        for (String line : Files.readAllLines(VECTORS.resolve(file + ".jsonl"))) {
            all.add(JSON.readTree(line));
        }
        return all;
    }

    private List<ConsumerRecord<byte[], byte[]>> records(JsonNode line) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        if (line.has("records")) {
            for (JsonNode each : line.path("records")) {
                RecordHeaders headers = new RecordHeaders();
                each.path("headers")
                        .forEach(header -> headers.add(
                                header.get(0).asText(),
                                header.get(1).isNull()
                                        ? null
                                        : header.get(1).asText().getBytes(UTF_8)));
                JsonNode key = each.path("key");
                all.add(record(key.isNull() ? null : key.asText().getBytes(UTF_8), value(each), headers));
            }
        } else if (line.has("values")) {
            line.path("values").forEach(value -> all.add(keyed(value.asText().getBytes(UTF_8))));
        } else {
            all.add(keyed(value(line)));
        }
        return all;
    }

    private static byte[] value(JsonNode line) {
        return line.has("value_base64")
                ? Base64.getDecoder().decode(line.path("value_base64").asText())
                : line.path("value").asText().getBytes(UTF_8);
    }

    /** Under the key that the message names, as the vectors say. */
    private ConsumerRecord<byte[], byte[]> keyed(byte[] value) {
        try {
            return record(JSON.readTree(value).path("job_id").asText().getBytes(UTF_8), value, new RecordHeaders());
        } catch (IOException e) {
            return record(null, value, new RecordHeaders());
        }
    }

    private ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value, RecordHeaders headers) {
        return record("api-requests", 2, 0, key, value, headers);
    }

    private ConsumerRecord<byte[], byte[]> record(
            String topic, int partition, long millis, byte[] key, byte[] value, RecordHeaders headers) {
        return new ConsumerRecord<>(
                topic,
                partition,
                offset++,
                millis,
                TimestampType.CREATE_TIME,
                36,
                0,
                key,
                value,
                headers,
                Optional.empty());
    }

    @ParameterizedTest
    @MethodSource("signed")
    void signaturesAreJudgedAsAPortalJudgesThem(JsonNode line) {
        // Given
        RequestJudge knows = new RequestJudge(SignatureJudge.of(VECTORS.resolve("client-keys")), true);
        JsonNode expect = line.path("expect");
        byte[] value = value(line);

        // When
        Verdict verdict = knows.judge(record(
                line.path("topic").asText(),
                line.path("partition").asInt(),
                line.path("now").asLong() * 1000,
                keyed(value).key(),
                value,
                new RecordHeaders()));

        // Then
        if (expect.has("client")) {
            assertThat(verdict.faults()).isEmpty();
        } else if (expect.path("error_code").asText().equals("SIGNATURE_REQUIRED")) {
            assertThat(verdict.notes()).anyMatch(note -> note.contains("SIGNATURE_REQUIRED"));
        } else {
            assertThat(verdict.faults()).isNotEmpty();
            if (expect.has("error_code")) {
                assertThat(verdict.faults().get(0).code().name())
                        .isEqualTo(expect.path("error_code").asText());
            }
        }
    }

    static List<JsonNode> signed() throws IOException {
        // CANCELs need a START: see below
        return lines("signatures").stream()
                .filter(line -> !line.has("job_client"))
                .toList();
    }

    @Test
    void aCancelOfASignedJobIsSignedByItsClient() throws IOException {
        // Given
        JsonNode start = signed().get(0);
        assertThat(start.path("expect").path("client").asText()).isEqualTo("ed");

        for (JsonNode line : lines("signatures")) {
            if (line.path("job_client").asText().equals("ed")) {
                // When
                RequestJudge knows = new RequestJudge(SignatureJudge.of(VECTORS.resolve("client-keys")), true);
                Verdict begun = knows.judge(record(
                        start.path("topic").asText(),
                        start.path("partition").asInt(),
                        start.path("now").asLong() * 1000,
                        JOB.key(),
                        value(start),
                        new RecordHeaders()));
                byte[] cancel = value(line);
                Verdict verdict = knows.judge(record(
                        "api-requests", start.path("partition").asInt(), 0, JOB.key(), cancel, new RecordHeaders()));

                // Then
                assertThat(begun.good()).isTrue();
                assertThat(verdict.good())
                        .as(line.path("name").asText())
                        .isEqualTo(line.path("expect").path("client").asText().equals("ed"));
            }
        }
    }

    @Test
    void nothingHostileGetsThroughAsRightOrEndsTheJudge() throws IOException {
        for (HostileCorpus.Line line : HostileCorpus.lines()) {
            // When
            byte[] key = line.key() == null ? null : line.key().getBytes(UTF_8);
            Verdict verdict = judge.judge(record(key, line.value(), new RecordHeaders()));

            // Then
            if (line.outcome().equals("DLQ")) {
                assertThat(verdict.faults())
                        .as("line %d %s", line.number(), line.cls())
                        .isNotEmpty();
            }
            assertThat(verdict.toString()).as("line %d", line.number()).hasSizeLessThan(3_000);
        }
    }

    private RequestStart.Builder start(int chunks) {
        return RequestStart.builder(JOB, chunks, Method.POST, "/api/v1/upload")
                .crc32(crc(BODY))
                .totalBytes((long) BODY.length)
                .secretSha256(RequestDigest.ofSecret(SECRET));
    }

    private static long crc(byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(data);
        return crc.getValue();
    }

    private Verdict judge(byte[] value) {
        return judge.judge(record(JOB.key(), value, new RecordHeaders()));
    }

    private byte[] chunk(int sequence, int total, String digest, String data) {
        return writer.requestChunk(JOB, sequence, total, digest, data.getBytes(UTF_8), new byte[100]);
    }

    @Test
    void aJobOfSeveralChunksInAnyOrderIsRight() {
        // Given
        byte[] start = writer.write(start(3).build());
        String digest = RequestDigest.of(start);

        // When
        List<Verdict> verdicts = Stream.of(
                        start,
                        chunk(2, 3, digest, "rld"),
                        chunk(0, 3, digest, "hello"),
                        chunk(0, 3, digest, "hello"),
                        chunk(1, 3, digest, " wo"))
                .map(this::judge)
                .toList();

        // Then
        assertThat(verdicts).allMatch(Verdict::good);
        assertThat(verdicts.get(3).notes()).singleElement().asString().contains("was there before");
        assertThat(judge.unfinished()).isEmpty();
        assertThat(judge.endedJobs()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5|2|own|hello|INVALID_MESSAGE|total_chunks is not START's 2|5",
                "2|2|own|hello|SEQUENCE_OUT_OF_RANGE|sequence is not within 0 and total_chunks - 1|2",
                "0|2|other|hello||request_sha256 is not the SHA-256 of START's record value|bbbb",
                "0|2|own|hello, world|LENGTH_MISMATCH|longer than total_bytes, which is 11|12",
            })
    void aChunkThatDoesNotFitItsStartIsTold(
            int first, int total, String digest, String data, ErrorCode code, String wrong, String got) {
        // Given
        byte[] start = writer.write(start(2).build());
        judge(start);
        String claimed = digest.equals("own") ? RequestDigest.of(start) : "b".repeat(64);

        // When
        Verdict verdict = judge(chunk(first == 5 ? 0 : first, first == 5 ? 5 : total, claimed, data));

        // Then
        assertThat(verdict.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.code()).isEqualTo(code);
            assertThat(fault.wrong()).contains(wrong);
            assertThat(fault.got()).startsWith(got);
        });
    }

    @Test
    void aBodyThatIsNotWhatStartSaysIsTold() {
        // Given
        String sha = RequestDigest.of("other".getBytes(UTF_8));
        byte[] start =
                writer.write(start(1).crc32(1L).totalBytes(12L).sha256(sha).build());
        judge(start);

        // When
        Verdict verdict = judge(chunk(0, 1, RequestDigest.of(start), "hello world"));

        // Then
        assertThat(verdict.faults())
                .extracting(Fault::code)
                .containsExactly(ErrorCode.LENGTH_MISMATCH, ErrorCode.CRC_MISMATCH, ErrorCode.SHA256_MISMATCH);
        assertThat(verdict.faults().get(1))
                .hasToString(
                        "CRC_MISMATCH: crc32 is not that of the whole raw body, 222957957, got 1 (PROTOCOL.md, START of a request)");
    }

    @Test
    void conflictsFramesAndSecondStartsAreTold() {
        // Given
        byte[] start = writer.write(start(2).build());
        String digest = RequestDigest.of(start);
        judge(start);
        judge(chunk(0, 2, digest, "hello"));
        RecordHeaders frame = new RecordHeaders();
        FrameHeaders.chunk(1, 2, null, null, digest).forEach(frame::add);

        // When
        Verdict again = judge(writer.write(start(2).build()));
        Verdict other = judge(writer.write(start(2).headers(Map.of("a", "b")).build()));
        Verdict framed = judge.judge(record(JOB.key(), BODY, frame));
        RequestJudge second = new RequestJudge(new SignatureJudge(Map.of()), true);
        second.judge(record(JOB.key(), start, new RecordHeaders()));
        second.judge(record(JOB.key(), chunk(0, 2, digest, "hello"), new RecordHeaders()));
        Verdict conflict = second.judge(record(JOB.key(), chunk(0, 2, digest, "hullo"), new RecordHeaders()));

        // Then
        assertThat(again.good()).isTrue();
        assertThat(again.notes()).isNotEmpty();
        assertThat(other.faults()).extracting(Fault::code).containsExactly(ErrorCode.DUPLICATE_START);
        assertThat(framed.faults()).singleElement().asString().contains("does not say binary_frames");
        assertThat(conflict.faults()).extracting(Fault::code).containsExactly(ErrorCode.CHUNK_CONFLICT);
    }

    @Test
    void recordsOnAnotherPartitionOrWithoutStartOrUnderAnotherKeyAreTold() {
        // Given
        byte[] start = writer.write(start(2).build());
        byte[] chunk = chunk(0, 2, RequestDigest.of(start), "hello");

        // When
        Verdict early = judge(chunk);
        judge(start);
        Verdict elsewhere = judge.judge(record("api-requests", 1, 0, JOB.key(), chunk, new RecordHeaders()));
        Verdict unkeyed = judge.judge(record(null, chunk, new RecordHeaders()));
        Verdict late = new RequestJudge(new SignatureJudge(Map.of()), false)
                .judge(record(JOB.key(), chunk, new RecordHeaders()));

        // Then
        assertThat(early.faults()).extracting(Fault::code).containsExactly(ErrorCode.UNKNOWN_JOB);
        assertThat(elsewhere.faults()).singleElement().asString().contains("began on partition 2", "got partition 1");
        assertThat(unkeyed.faults()).singleElement().asString().contains("KEY_MISMATCH", "got no key");
        assertThat(late.notes()).singleElement().asString().startsWith("not judged");
        assertThat(judge.unfinished()).singleElement().satisfies(verdict -> assertThat(
                        verdict.faults().get(0).toString())
                .contains("JOB_TIMEOUT", "0 of 2 chunks, missing 0-1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "wrong", ""})
    void aCancelShowsItsSecret(String secret) {
        // Given
        byte[] start = writer.write(start(2).build());
        judge(start);

        // When
        Verdict verdict = judge(writer.write(new RequestCancel(JOB, secret.isEmpty() ? null : secret, null)));

        // Then
        assertThat(verdict.good()).isEqualTo(secret.equals(SECRET));
        assertThat(verdict.toString()).doesNotContain("wrong,");
        assertThat(judge.unfinished()).hasSize(verdict.good() ? 0 : 1);
        assertThat(judge(chunk(0, 2, RequestDigest.of(start), "hello")).notes()).hasSize(verdict.good() ? 1 : 0);
    }

    @Test
    void whatAFaultyFieldHoldsIsShownAndSecretsAreNot() {
        String start = "{\"job_id\":\"" + JOB
                + "\",\"message_type\":\"START\",\"total_chunks\":-3,\"method\":\"GET\",\"endpoint\":\"/\"}";
        assertThat(judge(start.getBytes(UTF_8)).faults())
                .singleElement()
                .asString()
                .contains("total_chunks", "got -3");
        assertThat(FieldValue.in("{\"a\":{\"b\":[1]},\"secret\":\"x\",\"b\":[]}".getBytes(UTF_8), "b"))
                .isEqualTo("an array");
        assertThat(FieldValue.in("{\"secret\":\"x\"}".getBytes(UTF_8), "secret"))
                .isNull();
        assertThat(FieldValue.in("{\"a\":".getBytes(UTF_8), "b")).isNull();
        assertThat(FieldValue.in("[]".getBytes(UTF_8), "b")).isNull();
        assertThat(FieldValue.named("START's sequence is not 0")).isEqualTo("sequence");
    }

    @Test
    void credentialsAndEndpointsThatNoPortalTakesAreTold() {
        byte[] start = writer.write(RequestStart.builder(JOB, 0, Method.GET, "/a/../b")
                .headers(Map.of("Authorization", "Bearer c4nary"))
                .build());
        Verdict verdict = judge(start);
        assertThat(verdict.faults()).extracting(Fault::code).containsExactly(ErrorCode.ENDPOINT_NOT_ALLOWED, null);
        assertThat(verdict.toString()).doesNotContain("c4nary");
        assertThat(verdict.notes()).singleElement().asString().contains("secret_sha256");
    }

    @Test
    void whatIsHeldIsBoundedWhateverComes() {
        // Given
        Random random = new Random(1);

        // When
        for (int i = 0; i < 3_000; i++) {
            JobId job = JobId.random();
            byte[] start = writer.write(RequestStart.builder(job, 50, Method.POST, "/" + "a".repeat(8_000))
                    .build());
            judge.judge(record(job.key(), start, new RecordHeaders()));
            byte[] late =
                    writer.requestChunk(job, 1 + random.nextInt(49), 50, null, new byte[30_000], new byte[50_000]);
            judge.judge(record(job.key(), late, new RecordHeaders()));
        }

        // Then
        assertThat(judge.unfinished()).hasSizeLessThanOrEqualTo(2_000);
        assertThat(judge.heldBytes()).isLessThanOrEqualTo(64 << 20);
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everySectionThatIsNamedIsAHeadingOfTheProtocol(ErrorCode code) throws IOException {
        Set<String> headings = Files.readAllLines(Path.of("PROTOCOL.md")).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", ""))
                .collect(Collectors.toSet());
        for (String kind : List.of("START", "CHUNK", "CANCEL", "frame", "record")) {
            assertThat(headings).contains(Sections.of(code, kind));
        }
        assertThat(headings).contains(Sections.CHUNKING, Sections.BINDING, Sections.ORDER, Sections.TIMEOUTS);
    }

    @Test
    void keysThatAreNoneAreRefused(@TempDir Path directory) throws IOException {
        assertThatThrownBy(() -> SignatureJudge.of(directory)).hasMessageContaining("has no file");
        Files.writeString(directory.resolve("a.pem"), "no key");
        assertThatThrownBy(() -> SignatureJudge.of(directory)).hasMessageContaining("a.pem holds no public key");
        assertThatThrownBy(() -> SignatureJudge.of(directory.resolve("none"))).hasMessageContaining("cannot be read");
    }
}
