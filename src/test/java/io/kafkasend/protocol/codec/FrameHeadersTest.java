package io.kafkasend.protocol.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.ResponseChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Binary frames, as they are written and read. */
class FrameHeadersTest {
    private static final JobId JOB = JobId.random();
    private static final byte[] KEY = JOB.value().getBytes(US_ASCII);

    private final MessageReader reader = new MessageReader();

    private record Header(String name, byte[] value) {}

    private static FrameHeaders read(List<Header> headers) {
        return FrameHeaders.of(headers, Header::name, Header::value);
    }

    private static FrameHeaders read(Map<String, byte[]> headers) {
        return FrameHeaders.of(headers.entrySet(), Map.Entry::getKey, Map.Entry::getValue);
    }

    private static FrameHeaders read(String... namesAndValues) {
        List<Header> headers = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(new Header(namesAndValues[i], namesAndValues[i + 1].getBytes(US_ASCII)));
        }
        return read(headers);
    }

    @Property(tries = 300)
    void whatIsWrittenIsReadAndTheValueIsNotCopied(
            @ForAll @IntRange(max = 99_999) int sequence,
            @ForAll @IntRange(max = 100_000) int total,
            @ForAll @LongRange(max = 4_294_967_295L) long crc,
            @ForAll boolean last,
            @ForAll @Size(max = 50) byte[] data)
            throws Exception {
        // Given
        String sha256 = last ? "ab".repeat(32) : null;

        // When
        FrameHeaders headers = read(FrameHeaders.chunk(sequence, last ? total : null, last ? crc : null, sha256));
        ResponseChunk answer = (ResponseChunk) reader.readResponse(KEY, headers, data);
        RequestChunk request =
                (RequestChunk) reader.readRequest(KEY, read(FrameHeaders.chunk(sequence, total, null, null)), data);

        // Then
        assertThat(answer)
                .isEqualTo(
                        new ResponseChunk(JOB, sequence, last ? total : null, last ? crc : null, sha256, true, data));
        assertThat(answer.data()).isSameAs(data);
        assertThat(request).isEqualTo(new RequestChunk(JOB, sequence, total, true, data));
        assertThat(request.data()).isSameAs(data);
    }

    @Provide
    Arbitrary<List<Header>> anyHeaders() {
        Arbitrary<String> names = Arbitraries.oneOf(
                Arbitraries.of(FrameHeaders.NAMES),
                Arbitraries.of("KS-TYPE", "ks-", "ks-seq ", "content-type"),
                Arbitraries.strings().ofMaxLength(10));
        Arbitrary<byte[]> values = Arbitraries.oneOf(
                Arbitraries.of("CHUNK", "START", "0", "1", "-1", "007", "1e3", "+1", "99999", "100000", "4294967296")
                        .map(text -> text.getBytes(US_ASCII)),
                Arbitraries.longs().map(number -> Long.toString(number).getBytes(US_ASCII)),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(80));
        return Combinators.combine(names, values.injectNull(0.1))
                .as(Header::new)
                .list()
                .ofMaxSize(8);
    }

    @Provide
    Arbitrary<byte[]> anyKey() {
        return Arbitraries.oneOf(
                        Arbitraries.just(KEY),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(80))
                .injectNull(0.1);
    }

    @Property(tries = 3_000)
    void anyHeadersMakeAChunkOrOneRefusal(
            @ForAll("anyHeaders") List<Header> headers,
            @ForAll("anyKey") byte[] key,
            @ForAll @Size(max = 20) byte[] value) {
        FrameHeaders frame = read(headers);
        assertThat(frame.isFrame())
                .isEqualTo(headers.stream().anyMatch(header -> header.name().equals("ks-type")));
        try {
            RequestMessage message = reader.readRequest(key, frame, value);
            if (frame.isFrame()) {
                RequestChunk chunk = (RequestChunk) message;
                assertThat(chunk.jobId().value().getBytes(US_ASCII)).isEqualTo(key);
                assertThat(chunk.sequence()).isBetween(0, Limits.CHUNKS - 1);
                assertThat(chunk.data()).isSameAs(value);
            }
        } catch (ProtocolException e) {
            boolean named =
                    key != null && JobId.parse(new String(key, US_ASCII)).isPresent();
            assertThat(e.jobId().isPresent()).isEqualTo(frame.isFrame() && named);
        }
        try {
            reader.readResponse(key, read(headers), value);
        } catch (ProtocolException e) {
            assertThat(e).hasMessageNotContaining(new String(value, US_ASCII) + "\u0000");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ks-seq, '', INVALID_MESSAGE",
        "ks-seq, +0, INVALID_MESSAGE",
        "ks-seq, ' 0', INVALID_MESSAGE",
        "ks-seq, 00, INVALID_MESSAGE",
        "ks-seq, -0, INVALID_MESSAGE",
        "ks-seq, 1234567890123456789, INVALID_MESSAGE",
        "ks-seq, -1, SEQUENCE_OUT_OF_RANGE",
        "ks-seq, 10000000, SEQUENCE_OUT_OF_RANGE",
        "ks-total, -1, INVALID_MESSAGE",
        "ks-total, 10000001, TOO_MANY_CHUNKS",
        "ks-total, 1.0, INVALID_MESSAGE",
        "ks-crc32, 4294967296, INVALID_MESSAGE",
        "ks-sha256, AB, INVALID_MESSAGE",
        "ks-type, chunk, UNKNOWN_MESSAGE_TYPE",
        "ks-type, CANCEL, UNKNOWN_MESSAGE_TYPE"
    })
    void aHeaderOutsideItsRangeIsRefusedWithItsCode(String name, String value, ErrorCode code) {
        // Given
        String type = name.equals("ks-type") ? value : "CHUNK";
        FrameHeaders headers = name.equals("ks-type") || name.equals("ks-seq")
                ? read("ks-type", type, "ks-seq", name.equals("ks-seq") ? value : "0")
                : read("ks-type", type, "ks-seq", "0", name, value);

        // When
        ProtocolException refusal =
                catchThrowableOfType(ProtocolException.class, () -> reader.readResponse(KEY, headers, new byte[1]));

        // Then
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.jobId()).contains(JOB);
    }

    @Test
    void aValueThatIsLargerThanARecordIsNotRead() {
        // Given
        FrameHeaders headers = read("ks-type", "CHUNK", "ks-seq", "0");

        // When
        ProtocolException refusal = catchThrowableOfType(
                ProtocolException.class, () -> reader.readRequest(KEY, headers, new byte[Limits.RECORD_BYTES + 1]));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    }

    @Test
    void withoutATypeARecordIsJsonWhateverItsOtherHeaders() throws Exception {
        // Given
        byte[] json = new MessageWriter().requestChunk(JOB, 0, 1, new byte[] {'x'});

        // Then
        assertThat(reader.readRequest(null, read("ks-seq", "7", "ks-total", "x"), json))
                .isEqualTo(new RequestChunk(JOB, 0, 1, new byte[] {'x'}));
        assertThat(reader.readRequest(KEY, FrameHeaders.none(), json)).isInstanceOf(RequestChunk.class);
    }
}
