package io.kafkasend.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.Transfer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MessageWriterTest {
    private static final JobId JOB = new JobId("550e8400-e29b-41d4-a716-446655440000");
    private static final String SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private final MessageWriter writer = new MessageWriter();
    private final MessageReader reader = new MessageReader();

    @Test
    void aRequestsStartIsWrittenWithoutWhatItDoesNotHave() {
        // Given
        RequestStart start = RequestStart.builder(JOB, 0, Method.GET, "/api/v1/documents?q=a%20b")
                .build();

        // When
        String json = new String(writer.write(start), UTF_8);

        // Then
        assertThat(json)
                .isEqualTo("{\"job_id\":\"550e8400-e29b-41d4-a716-446655440000\",\"message_type\":\"START\","
                        + "\"sequence\":0,\"total_chunks\":0,\"method\":\"GET\","
                        + "\"endpoint\":\"/api/v1/documents?q=a%20b\",\"headers\":{}}");
    }

    @Test
    void aRequestsStartComesBackEqualWithAllItHas() throws Exception {
        // Given
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Request-ID", "ü \"quoted\" \\ 😀");
        headers.put("Accept", "*/*");
        RequestStart start = RequestStart.builder(JOB, Limits.CHUNKS, Method.POST, "/a")
                .headers(headers)
                .filename("a\"b 📄.pdf")
                .contentType("text/plain; charset=\"utf-8\"")
                .crc32(4_294_967_295L)
                .totalBytes(66_559_800_000L)
                .sha256(SHA256)
                .timeoutSeconds(900)
                .expiresAt(1_800_000_900L)
                .build();

        // When
        RequestMessage read = reader.readRequest(writer.write(start));

        // Then
        assertThat(read).isEqualTo(start);
        assertThat(((RequestStart) read).headers().keySet()).containsExactly("X-Request-ID", "Accept");
        assertThat(((RequestStart) read).multipart()).isTrue();
        assertThat(read).hasToString("START " + JOB + " POST, 100000 chunks");
    }

    @Test
    void aRequestsChunkIsWrittenAsEarlierPortalsReadIt() {
        assertThat(new String(writer.requestChunk(JOB, 2, 3, "abc".getBytes(UTF_8)), UTF_8))
                .isEqualTo("{\"job_id\":\"550e8400-e29b-41d4-a716-446655440000\",\"message_type\":\"CHUNK\","
                        + "\"sequence\":2,\"total_chunks\":3,\"data\":\"YWJj\"}");
    }

    @Test
    void aSpareArrayIsTakenWhereItHasTheRightLengthAndNothingOfItStays() {
        // Given
        byte[] before = writer.requestChunk(JOB, 8, 12, "abcdef".getBytes(UTF_8));

        // When
        byte[] same = writer.requestChunk(JOB, 9, 12, "uvwxyz".getBytes(UTF_8), before);
        byte[] longer = writer.requestChunk(JOB, 10, 12, "uvwxyz".getBytes(UTF_8), same);
        byte[] shorter = writer.requestChunk(JOB, 11, 12, "u".getBytes(UTF_8), longer);

        // Then
        assertThat(same).isSameAs(before).isEqualTo(writer.requestChunk(JOB, 9, 12, "uvwxyz".getBytes(UTF_8)));
        assertThat(longer).isNotSameAs(same).isEqualTo(writer.requestChunk(JOB, 10, 12, "uvwxyz".getBytes(UTF_8)));
        assertThat(shorter).isEqualTo(writer.requestChunk(JOB, 11, 12, "u".getBytes(UTF_8)));
    }

    @Test
    void anAnswersStartComesBackEqualWholeAndStreamed() throws Exception {
        // Given
        ResponseStart whole =
                new ResponseStart(JOB, 1, 200, Map.of("Content-Type", "text/plain"), true, 1L, 5L, SHA256);
        ResponseStart streamed = new ResponseStart(JOB, null, 599, Map.of(), false, null, null, null);

        // When
        byte[] wholeValue = writer.write(whole);
        byte[] streamedValue = writer.write(streamed);

        // Then
        assertThat(reader.readResponse(wholeValue)).isEqualTo(whole);
        assertThat(reader.readResponse(streamedValue)).isEqualTo(streamed);
        assertThat(new String(streamedValue, UTF_8))
                .doesNotContain("total_chunks")
                .doesNotContain("crc32");
    }

    @Test
    void anAnswersChunkRepeatsIsTextForEarlierClients() {
        assertThat(new String(writer.binaryChunk(JOB, 0, null, null, null, new byte[3]), UTF_8))
                .contains("\"is_text\":false");
        assertThat(new String(writer.textChunk(JOB, 0, 1, "a"), UTF_8)).contains("\"is_text\":true");
    }

    @Test
    void theLastChunkOfAStreamedAnswerTellsItsTotalAndDigests() throws Exception {
        // When
        ResponseMessage last =
                reader.readResponse(writer.binaryChunk(JOB, 9, 10, 4_294_967_295L, SHA256, new byte[] {1}));

        // Then
        assertThat(last)
                .isEqualTo(new ResponseChunk(
                        JOB, 9, 10, 4_294_967_295L, SHA256, Base64.getEncoder().encode(new byte[] {1})));
        assertThat(last).hasToString("CHUNK " + JOB + " #9, 4 characters");
    }

    @Test
    void anErrorComesBackEqual() throws Exception {
        // Given
        ResponseError full = new ResponseError(JOB, "later, please", "TOO_MANY_JOBS", true, 30);
        ResponseError bare = new ResponseError(JOB, "no", null, null, null);

        // Then
        assertThat(reader.readResponse(writer.write(full))).isEqualTo(full);
        assertThat(reader.readResponse(writer.write(bare))).isEqualTo(bare);
    }

    @Test
    void whatBindsMessagesToTheirStartComesBackEqual() throws Exception {
        // Given
        RequestStart start = RequestStart.builder(JOB, 1, Method.POST, "/a")
                .secretSha256(RequestDigest.ofSecret("s"))
                .build();
        RequestChunk chunk = new RequestChunk(JOB, 0, 1, false, SHA256, new byte[] {1});
        RequestCancel cancel = new RequestCancel(JOB, RequestDigest.newSecret(), "signature");
        ResponseStart answer =
                new ResponseStart(JOB, 1, 200, Map.of(), false, null, null, null, null, RequestDigest.NONE);
        ResponseError error = new ResponseError(JOB, "no", "UNKNOWN_JOB", false, null, SHA256);

        // Then
        assertThat(reader.readRequest(writer.write(start))).isEqualTo(start);
        assertThat(reader.readRequest(writer.requestChunk(JOB, 0, 1, SHA256, new byte[] {1}, null)))
                .isEqualTo(chunk);
        assertThat(reader.readRequest(writer.write(cancel))).isEqualTo(cancel);
        assertThat(reader.readResponse(writer.write(answer))).isEqualTo(answer);
        assertThat(reader.readResponse(writer.write(error))).isEqualTo(error);
        assertThat(reader.readResponse(writer.textChunk(JOB, 0, 1, SHA256, "a")).request())
                .isEqualTo(SHA256);
        assertThat(reader.readResponse(writer.binaryChunk(JOB, 0, 1, null, null, SHA256, new byte[3]))
                        .request())
                .isEqualTo(SHA256);
    }

    @Test
    void theLargestChunksFitTheBrokersDefaultLimit() {
        // Given
        byte[] data = new byte[Limits.CHUNK_BYTES];

        // When
        byte[] request = writer.requestChunk(JOB, Limits.CHUNKS - 1, Limits.CHUNKS, SHA256, data, null);
        byte[] answer = writer.binaryChunk(JOB, Limits.CHUNKS - 1, Limits.CHUNKS, 4_294_967_295L, SHA256, SHA256, data);
        byte[] text =
                writer.textChunk(JOB, Limits.CHUNKS - 1, Limits.CHUNKS, SHA256, "a".repeat(Limits.TEXT_CHUNK_BYTES));

        // Then
        assertThat(Records.size(JOB, request)).isLessThan(Limits.RECORD_BYTES);
        assertThat(Records.size(JOB, answer)).isLessThan(Limits.RECORD_BYTES);
        assertThat(Records.size(JOB, text)).isLessThan(Limits.RECORD_BYTES);
    }

    @Property(tries = 100)
    void howChunksTravelIsReadAsItIsWritten(
            @ForAll ContentEncoding encoding,
            @ForAll boolean encoded,
            @ForAll boolean frames,
            @ForAll boolean readsFrames,
            @ForAll Set<ContentEncoding> readsEncodings,
            @ForAll boolean readsHeaderLists,
            @ForAll boolean readsProgress)
            throws Exception {
        // Given
        Transfer transfer = new Transfer(
                encoded ? encoding : null, frames, readsFrames, readsEncodings, readsHeaderLists, readsProgress);
        RequestStart start = RequestStart.builder(JOB, 1, Method.POST, "/a")
                .transfer(transfer)
                .build();
        ResponseStart answer =
                new ResponseStart(JOB, 1, 200, Map.of(), false, null, null, null, transfer.encoding(), null);

        // Then
        assertThat(reader.readRequest(writer.write(start))).isEqualTo(start);
        assertThat(reader.readResponse(writer.write(answer))).isEqualTo(answer);
    }

    @Test
    void whatEveryPeerReadsIsNotAnnounced() {
        // Given
        byte[] start =
                writer.write(RequestStart.builder(JOB, 1, Method.POST, "/a").build());

        // Then
        assertThat(new String(start, UTF_8)).doesNotContain("accept", "binary_frames", "content_encoding");
    }
}
