package io.kafkasend.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.ResponseChunk;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextCutterTest {
    private static final JobId JOB = new JobId("550e8400-e29b-41d4-a716-446655440000");

    private final MessageWriter writer = new MessageWriter();
    private final MessageReader reader = new MessageReader();

    @Property
    void piecesConcatenateToTheTextAndEachFitsAndNoPairIsCut(
            @ForAll("texts") String text, @ForAll @IntRange(min = 6, max = 40) int maxBytes) {
        // When
        List<String> pieces = new TextCutter(maxBytes).cut(text);

        // Then
        assertThat(String.join("", pieces)).isEqualTo(text);
        for (String piece : pieces) {
            assertThat(piece).isNotEmpty();
            assertThat(jsonBytes(piece)).isLessThanOrEqualTo(maxBytes);
            assertThat(new String(piece.getBytes(UTF_8), UTF_8)).isEqualTo(piece);
        }
        for (int i = 0; i + 1 < pieces.size(); i++) {
            int next = pieces.get(i + 1).codePointAt(0);
            assertThat(jsonBytes(pieces.get(i) + Character.toString(next)))
                    .as("a piece is as long as it can be")
                    .isGreaterThan(maxBytes);
        }
    }

    /** Every kind of character that takes its own number of bytes. */
    @Provide
    Arbitrary<String> texts() {
        Arbitrary<Integer> characters = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 0x7F),
                Arbitraries.of((int) '"', (int) '\\', (int) '/', (int) '\n', 0, 0x7F, 0x2028, 0xFEFF),
                Arbitraries.integers().between(0x80, 0xD7FF),
                Arbitraries.integers().between(0xE000, 0x10FFFF));
        return characters.list().ofMaxSize(200).map(list -> {
            StringBuilder text = new StringBuilder();
            list.forEach(text::appendCodePoint);
            return text.toString();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\"", "\u0001", "é", "€", "😀", "a😀\"€\u0000é"})
    void aTextOfMegabytesIsCutIntoRecordsThatABrokerTakes(String unit) throws Exception {
        // Given
        String text = unit.repeat(2_000_000 / unit.getBytes(UTF_8).length);

        // When
        List<String> pieces = new TextCutter().cut(text);

        // Then
        StringBuilder whole = new StringBuilder();
        for (int i = 0; i < pieces.size(); i++) {
            byte[] value = writer.textChunk(JOB, i, pieces.size(), pieces.get(i));
            assertThat(Records.size(JOB, value)).isLessThan(Limits.RECORD_BYTES);
            ResponseChunk chunk = (ResponseChunk) reader.readResponse(value);
            whole.append(new String(chunk.data(), UTF_8));
        }
        assertThat(whole.toString().equals(text)).isTrue();
    }

    @Test
    void emptyTextHasNoPieces() {
        assertThat(new TextCutter().cut("")).isEmpty();
    }

    @Test
    void aLimitThatHoldsNoEscapeIsRefused() {
        assertThatThrownBy(() -> new TextCutter(5)).isInstanceOf(IllegalArgumentException.class);
    }

    private int jsonBytes(String text) {
        return writer.textChunk(JOB, 0, 1, text).length - writer.textChunk(JOB, 0, 1, "").length;
    }
}
