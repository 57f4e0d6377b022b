package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.internal.AnswerMemory;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.codec.MessageReader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AnswerAssemblyTest {
    private static final JobId JOB = JobId.random();
    private static final Map<String, String> NO_HEADERS = Map.of();

    @Property(tries = 300)
    void anyBytesInAnyOrderWithRepeatsComeBackEqual(
            @ForAll @Size(max = 400) byte[] body, @ForAll @IntRange(min = 1, max = 50) int slice, @ForAll long seed) {
        // Given: one base64 text, cut wherever the slice's length falls, as old portals do
        String text = Base64.getEncoder().encodeToString(body);
        List<Object> messages = new ArrayList<>();
        int total = Math.max(1, (text.length() + slice - 1) / slice);
        messages.add(start(total, false, crc(body)));
        for (int i = 0; i < total; i++) {
            messages.add(chunk(
                    i,
                    total,
                    null,
                    text.substring(Math.min(i * slice, text.length()), Math.min((i + 1) * slice, text.length()))));
        }
        messages.addAll(List.copyOf(messages));
        Collections.shuffle(messages, new Random(seed));

        // When
        Answer answer = acceptAll(assembly(AnswerTarget.memory()), messages).orElseThrow();

        // Then
        assertThat(answer.bytes()).isEqualTo(body);
        assertThat(answer.crcVerified()).isTrue();
        assertThat(answer.size()).isEqualTo(body.length);
    }

    @Property(tries = 200)
    void anyTextInAnyOrderComesBackEqual(
            @ForAll @Size(max = 30) List<@net.jqwik.api.constraints.StringLength(max = 20) String> pieces,
            @ForAll long seed) {
        // Given
        List<String> wellFormed = pieces.stream()
                .map(piece -> new String(piece.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .toList();
        byte[] body = String.join("", wellFormed).getBytes(StandardCharsets.UTF_8);
        List<Object> messages = new ArrayList<>();
        messages.add(start(pieces.size(), true, crc(body)));
        for (int i = 0; i < pieces.size(); i++) {
            messages.add(chunk(i, pieces.size(), null, wellFormed.get(i)));
        }
        Collections.shuffle(messages, new Random(seed));

        // When
        Answer answer = acceptAll(assembly(AnswerTarget.memory()), messages).orElseThrow();

        // Then
        assertThat(answer.bytes()).isEqualTo(body);
        assertThat(answer.crcVerified()).isTrue();
    }

    @Test
    void isTextOfStartIsBelievedAndThatOfChunksIsNot() throws Exception {
        // Given
        AnswerAssembly assembly = assembly(AnswerTarget.memory());
        ResponseStart start = read("\"message_type\":\"START\",\"sequence\":0,\"total_chunks\":1,\"status_code\":200,"
                + "\"headers\":{\"Content-Type\":\"application/json\"},\"is_text\":true,\"crc32\":null,\"data\":null,"
                + "\"error_message\":null");
        ResponseChunk chunk = read("\"message_type\":\"CHUNK\",\"sequence\":0,\"total_chunks\":1,\"status_code\":null,"
                + "\"headers\":null,\"is_text\":false,\"data\":\"{\\\"a\\\":\\\"\\u00e9\\\"}\",\"error_message\":null");

        // When
        assembly.accept(start);
        Answer answer = assembly.accept(chunk).orElseThrow();

        // Then
        assertThat(answer.text()).isEqualTo("{\"a\":\"é\"}");
    }

    @Test
    void oneBase64TextCutAtWhereOldPortalsCutItIsDecoded() {
        // Given: 665,600 characters are no whole number of chunks of the body
        byte[] body = new byte[1_300_000];
        new Random(1).nextBytes(body);
        String text = Base64.getEncoder().encodeToString(body);
        List<Object> messages = new ArrayList<>();
        messages.add(start(3, false, crc(body)));
        for (int i = 0; i < 3; i++) {
            messages.add(chunk(i, 3, null, text.substring(i * 665_600, Math.min(text.length(), (i + 1) * 665_600))));
        }

        // When
        Answer answer = acceptAll(assembly(AnswerTarget.memory()), messages).orElseThrow();

        // Then
        assertThat(answer.bytes()).isEqualTo(body);
    }

    @Test
    void totalOneWithEmptyDataIsAnEmptyBody() {
        for (boolean text : new boolean[] {true, false}) {
            AnswerAssembly assembly = assembly(AnswerTarget.memory());
            assembly.accept(start(1, text, 0L));

            Answer answer = assembly.accept(chunk(0, 1, null, "")).orElseThrow();

            assertThat(answer.size()).isZero();
            assertThat(answer.bytes()).isEmpty();
            assertThat(answer.crcVerified()).isTrue();
        }
    }

    @Test
    void totalZeroIsAnEmptyBodyWithoutChunks() {
        assertThat(assembly(AnswerTarget.memory()).accept(start(0, true, null)).orElseThrow())
                .satisfies(answer -> assertThat(answer.size()).isZero())
                .satisfies(answer -> assertThat(answer.crcVerified()).isFalse());
    }

    @Test
    void aStreamedAnswerHasTotalAndCrcOnItsLastChunk() {
        // Given
        AnswerAssembly assembly = assembly(AnswerTarget.memory());
        assembly.accept(start(null, false, null));

        // When
        assertThat(assembly.accept(chunk(0, null, null, "AAEC"))).isEmpty();
        Answer answer = assembly.accept(chunk(1, 2, crc(new byte[] {0, 1, 2, 3}), "Aw=="))
                .orElseThrow();

        // Then
        assertThat(answer.bytes()).containsExactly(0, 1, 2, 3);
        assertThat(answer.crcVerified()).isTrue();
    }

    @Test
    void totalAndCrcOfALastChunkThatCameFirstAreKept() {
        AnswerAssembly assembly = assembly(AnswerTarget.memory());
        assembly.accept(chunk(1, 2, crc(new byte[] {0, 1, 2, 3}), "Aw=="));
        assembly.accept(start(null, false, null));

        Answer answer = assembly.accept(chunk(0, null, null, "AAEC")).orElseThrow();

        assertThat(answer.crcVerified()).isTrue();
    }

    @Test
    void textWhoseCrcIsOfAnotherCharsetIsTakenUnverified() {
        // Given: the API answered in ISO-8859-1, and an old portal took the CRC over that
        long crcOfLatin1 = crc("é".getBytes(StandardCharsets.ISO_8859_1));
        AnswerAssembly assembly = assembly(AnswerTarget.memory());
        assembly.accept(new ResponseStart(
                JOB, 1, 200, Map.of("Content-Type", "text/plain; charset=ISO-8859-1"), true, crcOfLatin1, null, null));

        // When
        Answer answer = assembly.accept(chunk(0, 1, null, "é")).orElseThrow();

        // Then
        assertThat(answer.crcVerified()).isFalse();
        assertThat(answer.text()).isEqualTo("é");
    }

    @Test
    void textWhoseCrcDiffersIsCorruptWhereThePortalIsNoOldOne() {
        // Given: what old portals never send
        ResponseStart withLength = new ResponseStart(
                JOB, 1, 200, Map.of("Content-Type", "application/json"), true, 7L, (long) "{}".length(), null);
        ResponseStart streamed =
                new ResponseStart(JOB, null, 200, Map.of("Content-Type", "application/json"), true, null, null, null);

        // Then
        assertFails(Kind.CORRUPT, "CRC-32", withLength, chunk(0, 1, null, "{}"));
        assertFails(Kind.CORRUPT, "CRC-32", streamed, chunk(0, 1, 7L, "{}"));
    }

    @Test
    void binaryTextIsReadInItsOwnCharset() {
        AnswerAssembly assembly = assembly(AnswerTarget.memory());
        assembly.accept(new ResponseStart(
                JOB, 1, 200, Map.of("content-type", "text/plain; charset=\"iso-8859-1\""), false, null, null, null));

        Answer answer = assembly.accept(chunk(0, 1, null, "6Q==")).orElseThrow();

        assertThat(answer.text()).isEqualTo("é");
    }

    @Test
    void binaryWhoseCrcDiffersIsCorrupt() {
        assertFails(Kind.CORRUPT, "CRC-32", start(1, false, 7L), chunk(0, 1, null, "AAEC"));
    }

    @Test
    void textWhoseLengthOrHashDiffersIsCorrupt() {
        assertFails(
                Kind.CORRUPT,
                "announced with 5",
                new ResponseStart(JOB, 1, 200, NO_HEADERS, true, null, 5L, null),
                chunk(0, 1, null, "four"));
        assertFails(
                Kind.CORRUPT,
                "SHA-256",
                new ResponseStart(JOB, 1, 200, NO_HEADERS, true, null, null, "0".repeat(64)),
                chunk(0, 1, null, "four"));
    }

    @Test
    void whatIsNoBase64IsCorrupt() {
        assertFails(Kind.CORRUPT, "CHUNK 0", start(1, false, null), chunk(0, 1, null, "A*=="));
        assertFails(Kind.CORRUPT, "too early", start(1, false, null), chunk(0, 1, null, "AAECA"));
        assertFails(
                Kind.CORRUPT, "CHUNK 1", start(2, false, null), chunk(0, 2, null, "AA=="), chunk(1, 2, null, "AAEC"));
    }

    @Test
    void moreChunksThanAnnouncedBreakTheProtocol() {
        assertFails(
                Kind.PROTOCOL,
                "more CHUNKs",
                chunk(2, null, null, "AAEC"),
                start(1, false, null),
                chunk(0, 1, null, "AAEC"));
    }

    @Test
    void chunksThatWaitForAnEarlierOneAreBounded() {
        // Given
        AnswerAssembly assembly = new AnswerAssembly(
                JOB,
                AnswerTarget.memory(),
                ProgressListener.none(),
                new AnswerMemory(1_000, 1_000),
                new AnswerMemory(10, 10),
                true);
        assembly.accept(start(100, true, null));

        // When, Then
        assembly.accept(chunk(1, 100, null, "12345"));
        assertThatThrownBy(() -> assembly.accept(chunk(2, 100, null, "678901")))
                .isInstanceOfSatisfying(
                        ClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PROTOCOL))
                .hasMessageContaining("CHUNK 0 is missing");
    }

    @Test
    void anAnswerOverTheLimitOfMemoryIsRefused() {
        AnswerAssembly assembly = new AnswerAssembly(
                JOB,
                AnswerTarget.memory(),
                ProgressListener.none(),
                new AnswerMemory(4, 100),
                new AnswerMemory(10, 10),
                true);
        assembly.accept(start(1, true, null));

        assertThatThrownBy(() -> assembly.accept(chunk(0, 1, null, "12345")))
                .isInstanceOfSatisfying(
                        ClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TARGET))
                .hasMessageContaining("over 4 bytes");
    }

    @Test
    void aPortalThatBeginsAnewAfterACrashIsFollowed() {
        // Given: half an answer of the first call
        AnswerAssembly assembly = assembly(AnswerTarget.memory());
        assembly.accept(start(2, true, crc("firstfirst".getBytes(StandardCharsets.UTF_8))));
        assembly.accept(chunk(0, 2, null, "first"));

        // When: the whole answer of the second
        assembly.accept(start(2, true, crc("second!".getBytes(StandardCharsets.UTF_8))));
        assembly.accept(chunk(0, 2, null, "second"));
        Answer answer = assembly.accept(chunk(1, 2, null, "!")).orElseThrow();

        // Then
        assertThat(answer.text()).isEqualTo("second!");
        assertThat(answer.crcVerified()).isTrue();
    }

    @Test
    void aPortalThatBeginsAnewCannotBeFollowedIntoAStream() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AnswerAssembly assembly = assembly(AnswerTarget.stream(out));
        assembly.accept(start(2, true, 1L));
        assembly.accept(chunk(0, 2, null, "first"));

        assertThatThrownBy(() -> assembly.accept(start(2, true, 2L)))
                .isInstanceOfSatisfying(
                        ClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
    }

    private static AnswerAssembly assembly(AnswerTarget target) {
        return new AnswerAssembly(
                JOB,
                target,
                ProgressListener.none(),
                new AnswerMemory(1L << 30, 1L << 30),
                new AnswerMemory(1L << 30, 1L << 30),
                true);
    }

    private static void assertFails(Kind kind, String message, Object... messages) {
        assertThatThrownBy(() -> acceptAll(assembly(AnswerTarget.memory()), List.of(messages)))
                .isInstanceOfSatisfying(
                        ClientException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }

    @Property(tries = 100)
    void framesInAnyOrderWithRepeatsComeBackEqual(
            @ForAll @Size(max = 400) byte[] body,
            @ForAll @IntRange(min = 1, max = 50) int size,
            @ForAll boolean text,
            @ForAll ContentEncoding encoding,
            @ForAll boolean encoded,
            @ForAll boolean frames,
            @ForAll long seed) {
        // Given
        int total = (body.length + size - 1) / size;
        boolean frame = frames || !encoded;
        List<Object> messages = new ArrayList<>();
        messages.add(
                new ResponseStart(JOB, null, 200, NO_HEADERS, text, null, null, null, encoded ? encoding : null, null));
        for (int i = 0; i < total; i++) {
            byte[] piece = Arrays.copyOfRange(body, i * size, Math.min(body.length, (i + 1) * size));
            byte[] data = encoded ? encoding.encode(piece) : piece;
            messages.add(new ResponseChunk(
                    JOB,
                    i,
                    i == total - 1 ? total : null,
                    i == total - 1 ? crc(body) : null,
                    null,
                    frame,
                    frame ? data : Base64.getEncoder().encode(data)));
        }
        messages.addAll(List.copyOf(messages));
        Collections.shuffle(messages, new Random(seed));

        // When
        Optional<Answer> answer = acceptAll(assembly(AnswerTarget.memory()), messages);

        // Then
        assertThat(answer.map(Answer::bytes).orElse(new byte[0])).isEqualTo(body);
    }

    @Test
    void textInAFrameThatDiffersFromItsChecksumIsNoOldPortals() {
        // Given
        ResponseChunk frame = new ResponseChunk(JOB, 0, 1, 7L, null, true, new byte[] {'a'});

        // Then
        assertFails(Kind.CORRUPT, "CRC-32", start(1, true, 7L), frame);
    }

    @Test
    void aFrameThatIsNotCompressedAsStartSaysFailsTheAnswer() {
        // Given
        ResponseStart start =
                new ResponseStart(JOB, 1, 200, NO_HEADERS, false, null, null, null, ContentEncoding.GZIP, null);
        byte[] bomb = ContentEncoding.GZIP.encode(new byte[50_000_000]);

        // Then
        assertFails(Kind.CORRUPT, "not gzip", start, new ResponseChunk(JOB, 0, 1, null, null, true, new byte[] {'a'}));
        assertFails(Kind.CORRUPT, "1048576 bytes", start, new ResponseChunk(JOB, 0, 1, null, null, true, bomb));
        assertFails(Kind.CORRUPT, "base64", start, chunk(0, 1, null, "a"));
    }

    private static Optional<Answer> acceptAll(AnswerAssembly assembly, List<Object> messages) {
        for (Object message : messages) {
            Optional<Answer> answer = message instanceof ResponseStart start
                    ? assembly.accept(start)
                    : assembly.accept((ResponseChunk) message);
            if (answer.isPresent()) {
                return answer;
            }
        }
        return Optional.empty();
    }

    private static ResponseStart start(Integer total, boolean text, Long crc) {
        return new ResponseStart(JOB, total, 200, NO_HEADERS, text, crc, null, null);
    }

    private static ResponseChunk chunk(int sequence, Integer total, Long crc, String data) {
        return new ResponseChunk(JOB, sequence, total, crc, null, data.getBytes(StandardCharsets.UTF_8));
    }

    private static long crc(byte[] body) {
        BodyDigest digest = new BodyDigest(false);
        digest.update(body);
        return digest.crc32();
    }

    @SuppressWarnings("unchecked")
    private static <T> T read(String fields) throws Exception {
        return (T) new MessageReader()
                .readResponse(("{\"job_id\":\"" + JOB + "\"," + fields + "}").getBytes(StandardCharsets.UTF_8));
    }
}
