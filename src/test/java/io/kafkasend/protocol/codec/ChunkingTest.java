package io.kafkasend.protocol.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.ResponseChunk;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies through writer and reader, cut as the protocol says, in any order. */
class ChunkingTest {
    private static final JobId JOB = new JobId("550e8400-e29b-41d4-a716-446655440000");

    private final MessageWriter writer = new MessageWriter();
    private final MessageReader reader = new MessageReader();

    @Property
    void anyRequestBodyComesBackEqualInAnyOrder(
            @ForAll @Size(max = 400) byte[] body, @ForAll @IntRange(min = 1, max = 30) int step, @ForAll long seed)
            throws Exception {
        // Given
        List<byte[]> values = new ArrayList<>();
        List<byte[]> pieces = cut(body, step);
        for (int i = 0; i < pieces.size(); i++) {
            values.add(writer.requestChunk(JOB, i, pieces.size(), pieces.get(i)));
        }
        Collections.shuffle(values, new Random(seed));

        // When
        TreeMap<Integer, byte[]> read = new TreeMap<>();
        for (byte[] value : values) {
            RequestChunk chunk = (RequestChunk) reader.readRequest(value);
            assertThat(chunk.totalChunks()).isEqualTo(pieces.size());
            read.put(chunk.sequence(), chunk.data());
        }

        // Then
        assertThat(join(read.values())).isEqualTo(body);
    }

    @Property
    void anyBinaryAnswerDecodesAsOneBase64TextWhichIsWhatEarlierClientsDo(
            @ForAll @Size(max = 400) byte[] body, @ForAll @IntRange(min = 1, max = 10) int triples, @ForAll long seed)
            throws Exception {
        // Given
        List<byte[]> values = new ArrayList<>();
        List<byte[]> pieces = cut(body, triples * 3);
        for (int i = 0; i < pieces.size(); i++) {
            values.add(writer.binaryChunk(JOB, i, null, null, null, pieces.get(i)));
        }
        Collections.shuffle(values, new Random(seed));

        // When
        TreeMap<Integer, byte[]> read = new TreeMap<>();
        for (byte[] value : values) {
            ResponseChunk chunk = (ResponseChunk) reader.readResponse(value);
            read.put(chunk.sequence(), chunk.data());
        }

        // Then
        assertThat(Base64.getDecoder().decode(join(read.values()))).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 665_597, 665_598, 665_599, 1_331_196, 2_000_000})
    void bodiesAroundTheChunkSizeComeBackEqual(int length) throws Exception {
        // Given
        byte[] body = new byte[length];
        new Random(length).nextBytes(body);

        // When
        List<byte[]> pieces = cut(body, Limits.CHUNK_BYTES);
        ByteArrayOutputStream base64 = new ByteArrayOutputStream();
        for (int i = 0; i < pieces.size(); i++) {
            byte[] value = writer.requestChunk(JOB, i, pieces.size(), pieces.get(i));
            assertThat(((RequestChunk) reader.readRequest(value)).data()).isEqualTo(pieces.get(i));
            base64.write(((ResponseChunk) reader.readResponse(value)).data());
        }

        // Then
        assertThat(pieces).hasSize((int) Limits.chunksFor(length));
        assertThat(Base64.getDecoder().decode(base64.toByteArray())).isEqualTo(body);
    }

    @Property
    void dataIsFoundWhateverStandsBeforeIt(
            @ForAll @Size(max = 60) byte[] body, @ForAll @Size(max = 30) List<Character> odd) throws Exception {
        // Given
        StringBuilder text = new StringBuilder("ü€😀\\\"data\\\":\\\"");
        odd.stream()
                .filter(c -> c >= 0x20 && c != '"' && c != '\\' && !Character.isSurrogate(c))
                .forEach(text::append);
        byte[] value = ("{ \"x\" : \"" + text + "\",\n\"job_id\":\"" + JOB
                        + "\",\"message_type\":\"CHUNK\",\"sequence\":0 , \"data\" :\t\""
                        + Base64.getEncoder().encodeToString(body) + "\" }\n")
                .getBytes(UTF_8);

        // Then
        assertThat(((RequestChunk) reader.readRequest(value)).data()).isEqualTo(body);
    }

    @Property
    void dataWrittenWithEscapesIsReadTheSame(@ForAll @Size(max = 60) byte[] body) throws Exception {
        // Given
        StringBuilder escaped = new StringBuilder();
        for (byte b : Base64.getEncoder().encode(body)) {
            escaped.append(b == '/' ? "\\/" : b % 3 == 0 ? String.format("\\u%04x", b) : "" + (char) b);
        }
        byte[] value = ("{\"job_id\":\"" + JOB + "\",\"message_type\":\"CHUNK\",\"sequence\":0,\"data\":\"" + escaped
                        + "\"}")
                .getBytes(US_ASCII);

        // Then
        assertThat(((RequestChunk) reader.readRequest(value)).data()).isEqualTo(body);
    }

    private static List<byte[]> cut(byte[] body, int step) {
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < body.length; from += step) {
            pieces.add(Arrays.copyOfRange(body, from, Math.min(from + step, body.length)));
        }
        return pieces;
    }

    private static byte[] join(Iterable<byte[]> pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        pieces.forEach(out::writeBytes);
        return out.toByteArray();
    }
}
