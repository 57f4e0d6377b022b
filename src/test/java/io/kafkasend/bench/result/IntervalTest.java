package io.kafkasend.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against the table of order statistics that has 95 % for a median: of 9 the second to the eighth, of 20 the sixth to the 15th. */
class IntervalTest {
    @Test
    void isBetweenTwoOfTheValues() {
        assertThat(of(9)).satisfies(interval -> {
            assertThat(interval.low()).isEqualTo(2);
            assertThat(interval.high()).isEqualTo(8);
            assertThat(interval.confidence()).isEqualTo(0.9609, within(1e-4));
        });
        assertThat(of(20)).satisfies(interval -> {
            assertThat(interval.low()).isEqualTo(6);
            assertThat(interval.high()).isEqualTo(15);
            assertThat(interval.confidence()).isEqualTo(0.9586, within(1e-4));
        });
    }

    @Test
    void isAllOfThemWhereTheyAreFew() {
        assertThat(of(6)).isEqualTo(new Interval(1, 6, 0.96875));
        assertThat(of(5)).isEqualTo(new Interval(1, 5, 0.9375));
        assertThat(of(1)).isEqualTo(new Interval(1, 1, 0));
    }

    private static Interval of(int n) {
        List<Double> values =
                IntStream.rangeClosed(1, n).mapToObj(i -> (double) (n + 1 - i)).toList();
        return Interval.of(values);
    }
}
