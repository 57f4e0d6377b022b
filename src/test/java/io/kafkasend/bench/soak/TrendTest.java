package io.kafkasend.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kafkasend.bench.soak.Trend.Judgement;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What grows is found, and what only varies is not. */
class TrendTest {
    private static final int MIB = 1 << 20;

    @Test
    void aSlopeIsPerHourAndAsSureAsItsPointsAreNearTheLine() {
        // Given
        Random random = new Random(1);

        // When
        Slope exact = Slope.of(points(10, i -> 5 + 2.0 * i));
        Slope noisy = Slope.of(points(10, i -> 5 + 2.0 * i + random.nextGaussian()));

        // Then
        assertThat(exact.perHour()).isCloseTo(2.0 / 30 * 3_600, within(1e-6));
        assertThat(exact.margin()).isCloseTo(0, within(1e-6));
        assertThat(noisy.margin()).isPositive();
        assertThat(Math.abs(noisy.perHour() - exact.perHour())).isLessThan(2 * noisy.margin());
    }

    @Test
    void theMarginIsStudentsForSoFewPoints() {
        // When
        Slope slope = Slope.of(
                List.of(new Slope.Point(0, 0), new Slope.Point(1, 2), new Slope.Point(2, 1), new Slope.Point(3, 3)));

        // Then: slope 0.8, residual sum of squares 1.8, so its error is sqrt(0.9 / 5); t for 2 degrees of freedom is
        // 4.303
        assertThat(slope.perHour() / 3_600).isCloseTo(0.8, within(1e-9));
        assertThat(slope.margin() / 3_600).isCloseTo(4.303 * Math.sqrt(0.9 / 5), within(0.15));
    }

    @Test
    void aHeapThatGainsAMebibyteAMinuteGrows() {
        // Given
        Random random = new Random(2);

        // When
        Trend trend = heap(i -> 30.0 * MIB + i / 2.0 * MIB + 2 * MIB * random.nextGaussian());

        // Then
        assertThat(trend.verdict()).isEqualTo(Judgement.GROWS);
        assertThat(trend.wrong()).isTrue();
        assertThat(trend.perHour()).isCloseTo(60.0 * MIB, within(15.0 * MIB));
    }

    @Test
    void aHeapThatVariesIsSteadyAndSoIsOneThatFillsItsPoolsAtFirst() {
        // Given
        Random random = new Random(3);

        // When // Then
        assertThat(heap(i -> 30.0 * MIB + 4 * MIB * random.nextGaussian()).verdict())
                .isEqualTo(Judgement.STEADY);
        assertThat(heap(i -> (i < 15 ? 10.0 + i * 2 : 40) * MIB + MIB * random.nextGaussian())
                        .verdict())
                .isEqualTo(Judgement.STEADY);
    }

    @Test
    void aSpoolThatLargeBodiesFillForAWhileIsSteadyAndOneThatKeepsThemGrows() {
        // When
        Trend often = Trend.of("portal", Quantity.SPOOL, points(60, i -> i % 7 == 0 ? 50e6 * i / 10 : 0), null);
        Trend kept = Trend.of("portal", Quantity.SPOOL, points(60, i -> i / 5 * 2e6), null);

        // Then
        assertThat(often.verdict()).isEqualTo(Judgement.STEADY);
        assertThat(kept.verdict()).isEqualTo(Judgement.GROWS);
    }

    @Test
    void threadsThatAreLostOneByOneAreFound() {
        // When
        Trend trend = Trend.of("portal", Quantity.THREADS, points(60, i -> 40 + i / 4), null);

        // Then
        assertThat(trend.verdict()).isEqualTo(Judgement.GROWS);
    }

    @Test
    void nothingIsSaidOfFewPoints() {
        // When
        Trend trend = Trend.of("portal", Quantity.THREADS, points(10, i -> 40 + 10 * i), null);

        // Then
        assertThat(trend.verdict()).isEqualTo(Judgement.UNKNOWN);
        assertThat(trend.wrong()).isFalse();
    }

    @Test
    void whatHasABoundMayGrowUpToItAndNoFurther() {
        // When // Then
        assertThat(Trend.of("broker", Quantity.DISK, points(60, i -> i), 100.0).verdict())
                .isEqualTo(Judgement.BOUNDED);
        Trend over = Trend.of("broker", Quantity.DISK, points(60, i -> i == 3 ? 101 : i), 100.0);
        assertThat(over.verdict()).isEqualTo(Judgement.OVER);
        assertThat(over.wrong()).isTrue();
    }

    private static Trend heap(IntToDoubleFunction value) {
        return Trend.of("portal", Quantity.HEAP, points(60, value), null);
    }

    /** One in 30 s. */
    private static List<Slope.Point> points(int count, IntToDoubleFunction value) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Slope.Point(i * 30.0, value.applyAsDouble(i)))
                .toList();
    }
}
