package io.kafkasend.protocol.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictBase64Test {
    @Property
    void whatTheEncoderWritesIsRead(@ForAll byte[] bytes) {
        assertThat(decode(Base64.getEncoder().encodeToString(bytes))).isEqualTo(bytes);
    }

    @Property(tries = 20_000)
    void whatIsReadIsWhatTheEncoderWrites(@ForAll("nearlyBase64") String text) {
        // When
        byte[] bytes = decode(text);

        // Then
        if (bytes != null) {
            assertThat(Base64.getEncoder().encodeToString(bytes)).isEqualTo(text);
        }
    }

    @Provide
    Arbitrary<String> nearlyBase64() {
        return Arbitraries.strings().withChars("ABQRghwxyz0189+/==-_ \n").ofMaxLength(12);
    }

    @Test
    void everyEndOfFourIsReadOnlyInItsCanonicalForm() {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        int onePad = 0;
        int twoPads = 0;
        for (char c : alphabet.toCharArray()) {
            onePad += decode("AA" + c + "=") == null ? 0 : 1;
            twoPads += decode("A" + c + "==") == null ? 0 : 1;
        }
        assertThat(onePad).isEqualTo(16);
        assertThat(twoPads).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "QUJ",
                "QR==",
                "QQ=",
                "QQ==QQ==",
                "====",
                "QUJD====",
                "=QUJ",
                "QUJD=",
                "QUJDR",
                "QU JD",
                "QUJD\r\n",
                "-_-_",
                "data:;base64,QUJD",
                "QUJÄ",
                "\0\0\0\0",
                "Q===",
                "QQ=Q"
            })
    void anythingElseIsNotBase64(String text) {
        assertThat(decode(text)).isNull();
    }

    @Test
    void emptyTextIsNoBytes() {
        assertThat(decode("")).isEmpty();
    }

    @Test
    void aSliceIsReadWithoutItsSurroundings() {
        // Given
        byte[] value = "{\"data\":\"QUJD\"}".getBytes(US_ASCII);

        // When
        byte[] bytes = StrictBase64.decode(value, 9, 4);

        // Then
        assertThat(new String(bytes, ISO_8859_1)).isEqualTo("ABC");
    }

    private static byte[] decode(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return StrictBase64.decode(bytes, 0, bytes.length);
    }
}
