package io.kafkasend.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContentEncodingTest {
    private static final JobId JOB = JobId.random();

    private static void isRefused(ErrorCode code, ContentEncoding encoding, byte[] data) {
        assertThatThrownBy(() -> encoding.decode(JOB, data)).isInstanceOfSatisfying(ProtocolException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.jobId()).contains(JOB);
        });
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Property(tries = 200)
    void whatIsEncodedComesBackEqual(@ForAll ContentEncoding encoding, @ForAll @Size(max = 5_000) byte[] data)
            throws Exception {
        assertThat(encoding.decode(JOB, encoding.encode(data))).isEqualTo(data);
    }

    @Property(tries = 500)
    void anyBytesAreDecodedOrRefused(@ForAll ContentEncoding encoding, @ForAll @Size(max = 300) byte[] data) {
        isDecodedOrRefused(encoding, data);
    }

    @Property(tries = 1_000)
    void anyDamageIsDecodedOrRefused(
            @ForAll ContentEncoding encoding,
            @ForAll @IntRange(max = 10_000) int size,
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 8) int flips) {
        // Given
        byte[] data = encoding.encode(new byte[size]);
        Random random = new Random(seed);
        for (int i = 0; i < flips; i++) {
            data[random.nextInt(data.length)] ^= (byte) (1 << random.nextInt(8));
        }

        // Then
        isDecodedOrRefused(encoding, Arrays.copyOf(data, random.nextInt(data.length + 1)));
        isDecodedOrRefused(encoding, data);
    }

    private static void isDecodedOrRefused(ContentEncoding encoding, byte[] data) {
        try {
            assertThat(encoding.decode(JOB, data)).hasSizeLessThanOrEqualTo(Limits.DECODED_BYTES);
        } catch (ProtocolException e) {
            assertThat(e.code()).isIn(ErrorCode.INVALID_ENCODING, ErrorCode.CHUNK_TOO_LARGE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void asMuchComesOutAsIsAllowedAndNotAByteMore(ContentEncoding encoding) throws Exception {
        // Given
        byte[] most = random(Limits.DECODED_BYTES);

        // Then
        assertThat(Arrays.equals(encoding.decode(JOB, encoding.encode(most)), most))
                .isTrue();
        isRefused(ErrorCode.CHUNK_TOO_LARGE, encoding, encoding.encode(new byte[Limits.DECODED_BYTES + 1]));
        isRefused(ErrorCode.CHUNK_TOO_LARGE, encoding, encoding.encode(new byte[200_000_000]));
    }

    @ParameterizedTest
    @EnumSource
    void severalMembersAreOneChunkAndTheirSumIsBounded(ContentEncoding encoding) throws Exception {
        // Given
        byte[] half = encoding.encode(new byte[Limits.DECODED_BYTES / 2]);

        // Then
        assertThat(encoding.decode(JOB, twice(half))).hasSize(Limits.DECODED_BYTES);
        isRefused(ErrorCode.CHUNK_TOO_LARGE, encoding, twice(twice(half)));
    }

    private static byte[] twice(byte[] data) {
        byte[] both = Arrays.copyOf(data, 2 * data.length);
        System.arraycopy(data, 0, both, data.length, data.length);
        return both;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsCutOrEmptyOrSomethingElseIsRefused(ContentEncoding encoding) {
        // Given
        byte[] whole = encoding.encode(random(1_000));

        // Then
        isRefused(ErrorCode.INVALID_ENCODING, encoding, Arrays.copyOf(whole, whole.length - 1));
        isRefused(ErrorCode.INVALID_ENCODING, encoding, new byte[0]);
        isRefused(ErrorCode.INVALID_ENCODING, encoding, "hello".getBytes());
    }

    /** A window of 128 MiB, as zstd --long makes it, is asked for by 8 bytes. */
    @Test
    void aLargeWindowTakesNoMemory() throws Exception {
        // Given
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZstdOutputStream zstd = new ZstdOutputStream(out)) {
            zstd.setLong(27);
            zstd.write(random(1_000));
        } catch (IOException e) {
            throw new AssertionError(e);
        }

        // Then
        assertThat(ContentEncoding.ZSTD.decode(JOB, out.toByteArray())).isEqualTo(random(1_000));
    }

    @ParameterizedTest
    @EnumSource
    void bytesThatDoNotShrinkStillFitTheirRecord(ContentEncoding encoding) {
        // Given: a batch, a record, its key and every header of a frame
        int besides = 61 + 21 + 1 + 36 + 3 + 1 + 140;

        // Then
        assertThat(encoding.encode(random(Limits.FRAME_BYTES)).length + besides)
                .isLessThan(Limits.RECORD_BYTES - 1_024); // of which others may have some
        assertThat(encoding.usable()).isTrue();
        assertThat(ContentEncoding.named(encoding.token())).contains(encoding);
        assertThat(ContentEncoding.named(encoding.name())).isEmpty();
    }
}
