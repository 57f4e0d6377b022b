package io.kafkasend.portal.respond;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.codec.TextCutter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextPiecesTest {
    private static List<byte[]> chunks(byte[] bytes, int size) {
        List<byte[]> chunks = new ArrayList<>();
        for (int i = 0; i < bytes.length; i += size) {
            chunks.add(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + size)));
        }
        return chunks;
    }

    @Test
    void theTextIsCutAsIfItWereOneString() {
        // Given
        TextCutter cutter = new TextCutter();
        StringBuilder text = new StringBuilder();
        Random random = new Random(11);
        String[] characters = {"a", "\"", "\n", "\u0001", "é", "€", "😀"};
        while (text.length() < 2_500_000) {
            text.append(characters[random.nextInt(characters.length)].repeat(1 + random.nextInt(40)));
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        List<String> asOneString = cutter.cut(text.toString());

        for (int size : new int[] {665_598, 100_003, 4_096}) {
            // When
            TextPieces pieces = TextPieces.of(chunks(bytes, size), cutter).orElseThrow();
            List<String> taken = new ArrayList<>();
            pieces.forEachRemaining(taken::add);

            // Then
            assertThat(taken).isEqualTo(asOneString);
            assertThat(pieces.count()).isEqualTo(taken.size());
        }
    }

    @Test
    void bytesThatAreNoUtf8AreNoText() {
        byte[] cutOff = "a€".getBytes(StandardCharsets.UTF_8);
        assertThat(TextPieces.of(List.of(Arrays.copyOf(cutOff, 3)), new TextCutter()))
                .isEmpty();
        assertThat(TextPieces.of(List.of(new byte[] {'a'}, new byte[] {(byte) 0xFF}), new TextCutter()))
                .isEmpty();
        assertThat(TextPieces.of(List.of(Arrays.copyOf(cutOff, 3), new byte[] {'a'}), new TextCutter()))
                .isEmpty();
    }

    @Test
    void noBytesAreNoPieces() {
        TextPieces none = TextPieces.of(List.of(), new TextCutter()).orElseThrow();
        assertThat(none.count()).isZero();
        assertThat(none.hasNext()).isFalse();
    }
}
