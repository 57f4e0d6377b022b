package io.kafkasend.protocol.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Base64SlicesTest {
    private static final int SLICE = 6_144;

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, SLICE - 1, SLICE, SLICE + 1, SLICE + 2, 2 * SLICE, 3 * SLICE + 5, 665_598})
    void whatComesOutIsWhatTheJdkGivesInOnePiece(int length) {
        // Given
        byte[] data = random(length);
        byte[] expected = Base64.getEncoder().encode(data);
        byte[] to = new byte[expected.length + 9];
        Arrays.fill(to, (byte) '#');

        // When
        Base64Slices.encode(data, to, 4);

        // Then
        assertThat(Base64Slices.encodedLength(length)).isEqualTo(expected.length);
        assertThat(Arrays.copyOfRange(to, 4, 4 + expected.length)).isEqualTo(expected);
        assertThat(new String(to, 0, 4, US_ASCII) + new String(to, to.length - 5, 5, US_ASCII))
                .isEqualTo("#########");
        assertThat(Base64Slices.decode(to, 4, expected.length)).isEqualTo(data);
        assertThat(StrictBase64.decode(to, 4, expected.length)).isEqualTo(data);
    }

    @Test
    void oneWrongCharacterAnywhereIsFound() {
        byte[] text = Base64.getEncoder().encode(random(3 * SLICE));
        for (int at = 0; at < text.length; at += 97) {
            for (char wrong : "=-_ \n\"é".toCharArray()) {
                byte[] other = text.clone();
                other[at] = (byte) wrong;
                assertThat(StrictBase64.decode(other, 0, other.length)).isNull();
            }
        }
    }

    /** The JDK takes padding for the end; where one slice ends and the next begins, it is none. */
    @ParameterizedTest
    @ValueSource(strings = {"=", "=="})
    void paddingBetweenTwoSlicesIsNoEnd(String padding) {
        // Given
        byte[] text = Base64.getEncoder().encode(random(3 * SLICE));
        for (int slice = 1; slice <= 2; slice++) {
            byte[] padded = text.clone();
            int end = slice * SLICE / 3 * 4;
            System.arraycopy(padding.getBytes(US_ASCII), 0, padded, end - padding.length(), padding.length());

            // Then
            assertThatIllegalArgumentException().isThrownBy(() -> Base64Slices.decode(padded, 0, padded.length));
            assertThat(StrictBase64.decode(padded, 0, padded.length)).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8_194, 8_195})
    void withoutPaddingItIsReadAsTheJdkReadsIt(int length) {
        byte[] text = "A".repeat(length).getBytes(US_ASCII);

        assertThat(Base64Slices.decode(text, 0, length))
                .isEqualTo(Base64.getDecoder().decode(text));
        assertThat(StrictBase64.decode(text, 0, length)).isNull();
    }
}
