package io.kafkasend.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class PastTimeTest {
    @ParameterizedTest
    @CsvSource({"30, 30", "5m, 300", "2h, 7200", "7d, 604800"})
    void soLongAgoIsATime(String value, long seconds) {
        // Given
        Instant before = Instant.now();

        // When
        Instant time = new PastTime().convert(value);

        // Then
        assertThat(time).isBetween(before.minusSeconds(seconds), Instant.now().minus(Duration.ofSeconds(seconds)));
    }

    @Test
    void aTimeInUtcIsItself() {
        assertThat(new PastTime().convert("2026-11-30T06:04:05Z")).isEqualTo("2026-11-30T06:04:05Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "7w", "2026-11-30", "2026-11-30T06:04:05"})
    void anythingElseIsRefused(String value) {
        assertThatThrownBy(() -> new PastTime().convert(value))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("7d");
    }
}
