package io.kafkasend.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void theMedianIsInTheMiddleOrBetweenTheTwoThere() {
        assertThat(Spread.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 3));
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Spread(2.5, 1, 4));
        assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7));
    }

    @Test
    void aPercentileIsInterpolated() {
        // Given
        List<Double> values =
                IntStream.rangeClosed(0, 100).asDoubleStream().boxed().toList();

        // Then
        assertThat(Spread.percentile(values, 99)).isCloseTo(99, within(1e-9));
        assertThat(Spread.percentile(List.of(0.0, 10.0), 25)).isCloseTo(2.5, within(1e-9));
    }

    @Test
    void fiveDigitsAreKept() {
        assertThat(Spread.rounded(0.0123456789)).isEqualTo(0.012346);
        assertThat(Spread.rounded(123456.7)).isEqualTo(123460);
    }

    @Test
    void nothingHasNoMedian() {
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
    }
}
