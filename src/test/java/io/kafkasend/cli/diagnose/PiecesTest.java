package io.kafkasend.cli.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PiecesTest {
    @ParameterizedTest
    @CsvSource({
        "0-9, '10 of 10 chunks'",
        "1-9, '9 of 10 chunks, missing 0'",
        "0-8, '9 of 10 chunks, missing 9'",
        "0-0 2-3 8-8, '4 of 10 chunks, missing 1, 4-7, 9'",
        "'', '0 of 10 chunks, missing 0-9'"
    })
    void theGapsAreNamed(String came, String told) {
        // Given
        Pieces pieces = new Pieces();
        pieces.expect(10);

        // When
        for (String run : came.isEmpty() ? new String[0] : came.split(" ")) {
            String[] ends = run.split("-");
            IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]))
                    .forEach(pieces::add);
        }

        // Then
        assertThat(pieces).hasToString(told);
        assertThat(pieces.whole()).isEqualTo(!told.contains("missing"));
    }

    @Test
    void withoutATotalTheGapsBelowTheLastAreNamed() {
        // Given
        Pieces pieces = new Pieces();

        // When
        pieces.add(0);
        pieces.add(3);
        pieces.add(3);

        // Then
        assertThat(pieces).hasToString("2 of an unknown number of chunks, missing 1-2, 1 of them twice");
        assertThat(pieces.whole()).isFalse();
    }

    @Test
    void aRequestWithoutABodyIsWhole() {
        // Given
        Pieces pieces = new Pieces();

        // When
        pieces.expect(0);

        // Then
        assertThat(pieces.whole()).isTrue();
    }
}
