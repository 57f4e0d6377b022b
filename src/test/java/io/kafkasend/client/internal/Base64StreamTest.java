package io.kafkasend.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.client.internal.Base64Stream.NotBase64Exception;
import io.kafkasend.protocol.ByteSlice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Base64StreamTest {
    private final Base64Stream stream = new Base64Stream();
    private final ByteArrayOutputStream decoded = new ByteArrayOutputStream();

    /** Lengths about the slices of 8,192 characters and the pieces of 61,440 bytes, whole and cut anywhere. */
    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "1, 1",
        "2, 3",
        "3, 4",
        "6143, 8192",
        "6144, 8192",
        "6145, 8192",
        "6144, 8191",
        "6144, 8193",
        "61440, 100000",
        "61441, 100000",
        "61439, 8192",
        "200000, 665600",
        "1300001, 665600",
        "1300001, 665599",
        "1300001, 7"
    })
    void bytesComeOutEqualHoweverTheirTextIsCut(int length, int cut) throws Exception {
        // Given
        byte[] body = new byte[length];
        new Random(length).nextBytes(body);
        byte[] text = ("xy" + Base64.getEncoder().encodeToString(body)).getBytes(StandardCharsets.US_ASCII);

        // When
        for (int at = 2; at < text.length; at += cut) {
            stream.decode(
                    new ByteSlice(text, at, Math.min(cut, text.length - at)),
                    (all, count) -> decoded.write(all, 0, count));
        }
        stream.end();

        // Then
        assertThat(decoded.toByteArray()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"QQ==QUJD", "Q===", "QU JD", "QUJ\"", "QUJD\n", "====", "Q"})
    void refusesWhatIsNoBase64(String text) {
        assertThatThrownBy(() -> {
                    take(text);
                    stream.end();
                })
                .isInstanceOf(NotBase64Exception.class);
    }

    @Test
    void refusesASliceAfterThePadding() throws Exception {
        // Given
        take("QQ==");

        // When // Then
        assertThatThrownBy(() -> {
                    take("QUJD");
                    stream.end();
                })
                .isInstanceOf(NotBase64Exception.class);
    }

    private void take(String text) throws NotBase64Exception, IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        stream.decode(ByteSlice.of(bytes), (all, length) -> decoded.write(all, 0, length));
    }
}
