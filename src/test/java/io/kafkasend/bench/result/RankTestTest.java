package io.kafkasend.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankTestTest {
    @Test
    void samplesThatDoNotOverlapHaveTheSmallestProbability() {
        // 2 of the ways to choose 3 of 6, 5 of 10, 7 of 14
        assertThat(RankTest.probability(of(1, 2, 3), of(4, 5, 6))).isEqualTo(2.0 / 20, within(1e-12));
        assertThat(RankTest.probability(of(9, 8, 7, 6, 10), of(1, 2, 3, 4, 5))).isEqualTo(2.0 / 252, within(1e-12));
        assertThat(RankTest.probability(upTo(7, 0), upTo(7, 100))).isEqualTo(2.0 / 3432, within(1e-12));
    }

    @Test
    void itIsThatOfThePublishedTables() {
        // The critical value of U for 5 and 5 at 0.05 is 2, for 8 and 8 it is 13 (Mann and Whitney's table, both sides)
        assertThat(RankTest.probability(of(1, 2, 3, 5, 6), of(4, 7, 8, 9, 10))).isLessThan(0.05); // U = 2
        assertThat(RankTest.probability(of(1, 2, 3, 5, 7), of(4, 6, 8, 9, 10))).isGreaterThan(0.05); // U = 3
        assertThat(exactOf(8, 13)).isLessThan(0.05);
        assertThat(exactOf(8, 14)).isGreaterThan(0.05);
    }

    @Test
    void itIsTheSameFromBothSides() {
        assertThat(RankTest.probability(of(1, 4, 2), of(3, 5, 6, 7)))
                .isEqualTo(RankTest.probability(of(3, 5, 6, 7), of(1, 4, 2)), within(1e-12));
    }

    @Test
    void samplesOfTheSameDoNotDiffer() {
        assertThat(RankTest.probability(of(1, 3, 5), of(2, 4))).isEqualTo(1, within(1e-12));
        assertThat(RankTest.probability(of(1, 1, 1), of(1, 1, 1))).isEqualTo(1);
    }

    @Test
    void tiesAreTakenIntoAccount() {
        // Ranks of the first: 1, 2.5, 2.5, 5; U = 1; variance 16/12 * (9 - 12/56); z = 6.5 / 3.4226 = 1.8992
        assertThat(RankTest.probability(of(1, 2, 2, 4), of(2.5, 5, 5, 6))).isEqualTo(0.0575, within(0.0005));
    }

    @Test
    void largeSamplesAreApproximated() {
        assertThat(RankTest.probability(upTo(30, 0), upTo(30, 0.5))).isGreaterThan(0.5);
        assertThat(RankTest.probability(upTo(30, 0), upTo(30, 20))).isLessThan(1e-6);
    }

    /** Of two samples of n with this U: all of the second above the first, but for U pairs. */
    private static double exactOf(int n, int u) {
        double[] second = IntStream.range(0, n).mapToDouble(i -> n + i).toArray();
        // Moves the second's smallest below the first's largest, one pair after another.
        int left = u;
        for (int i = 0; i < n && left > 0; i++) {
            int pairs = Math.min(n, left);
            second[i] = n - 1 - pairs + 0.5 + i * 1e-3;
            left -= pairs;
        }
        return RankTest.probability(upTo(n, 0), DoubleStream.of(second).boxed().toList());
    }

    private static List<Double> upTo(int n, double from) {
        return IntStream.range(0, n).mapToObj(i -> from + i).toList();
    }

    private static List<Double> of(double... values) {
        return DoubleStream.of(values).boxed().toList();
    }
}
