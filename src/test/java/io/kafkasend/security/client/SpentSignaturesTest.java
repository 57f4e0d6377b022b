package io.kafkasend.security.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.security.client.SpentSignatures.Found;
import org.junit.jupiter.api.Test;

class SpentSignaturesTest {
    private final SpentSignatures spent = new SpentSignatures();

    @Test
    void aCopyIsToldFromTheRecordItself() {
        assertThat(spent.note("a", 5, 100, 50)).isEqualTo(Found.NEW);
        assertThat(spent.note("a", 5, 100, 60)).isEqualTo(Found.SAME);
        assertThat(spent.note("a", 6, 100, 60)).isEqualTo(Found.COPY);
        assertThat(spent.isCopy("a", 6)).isTrue();
        assertThat(spent.isCopy("a", 5)).isFalse();
        assertThat(spent.isCopy("b", 6)).isFalse();
    }

    @Test
    void itIsRememberedForAsLongAsItIsGood() {
        // Given
        spent.note("long", 1, 1_000, 50);
        spent.note("short", 2, 100, 50);

        // Then
        assertThat(spent.note("short", 3, 100, 100)).isEqualTo(Found.COPY);
        assertThat(spent.note("short", 3, 200, 101)).isEqualTo(Found.NEW);
        assertThat(spent.note("long", 4, 1_000, 101)).isEqualTo(Found.COPY);
    }

    @Test
    void itsNumberIsBounded() {
        // Given
        for (int i = 0; i < SpentSignatures.MOST; i++) {
            assertThat(spent.note("job" + i, i, 100 + i, 50)).isEqualTo(Found.NEW);
        }

        // Then
        assertThat(spent.note("more", 1, 100, 50)).isEqualTo(Found.FULL);
        assertThat(spent.note("job0", 0, 100, 50)).isEqualTo(Found.SAME);
        assertThat(spent.secondsLeft(50)).isEqualTo(51);
        assertThat(spent.note("more", 1, 500, 101)).isEqualTo(Found.NEW);
    }
}
