package io.kafkasend.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumbersTest {
    @Test
    void threeDigitsAreShownWhateverTheSize() {
        assertThat(Numbers.of(1.2)).isEqualTo("1.20");
        assertThat(Numbers.of(0.049876)).isEqualTo("0.0499");
        assertThat(Numbers.of(12345)).isEqualTo("12300");
        assertThat(Numbers.of(999.6)).isEqualTo("1000");
        assertThat(Numbers.of(0)).isEqualTo("0");
    }

    @Test
    void barsAreShownAsTheyWereWritten() {
        assertThat(Numbers.asWritten(3)).isEqualTo("3");
        assertThat(Numbers.asWritten(0.15)).isEqualTo("0.15");
        assertThat(Numbers.asWritten(10)).isEqualTo("10");
    }
}
