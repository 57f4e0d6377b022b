package io.kafkasend.bench.result;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collection;
import java.util.List;

/**
 * What many measurements of one quantity come to, each number to five significant digits.
 *
 * @param median the one in the middle, or the mean of the two there
 * @param min the least
 * @param max the most
 */
public record Spread(double median, double min, double max) {

    /**
     * Of these values.
     *
     * @throws IllegalArgumentException if there are none
     */
    static Spread of(Collection<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return new Spread(
                rounded(percentileOfSorted(sorted, 50)),
                rounded(sorted.get(0)),
                rounded(sorted.get(sorted.size() - 1)));
    }

    /** The median of these values. */
    public static double median(Collection<Double> values) {
        return percentile(values, 50);
    }

    /**
     * The value below which so many percent of the values are, interpolated between the two next to it.
     *
     * @throws IllegalArgumentException if there are no values
     */
    public static double percentile(Collection<Double> values, double percent) {
        return percentileOfSorted(values.stream().sorted().toList(), percent);
    }

    private static double percentileOfSorted(List<Double> sorted, double percent) {
        if (sorted.isEmpty()) {
            throw new IllegalArgumentException("there are no values");
        }
        double rank = percent / 100 * (sorted.size() - 1);
        int below = (int) rank;
        int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (rank - below) * (sorted.get(above) - sorted.get(below));
    }

    /** To five significant digits. */
    public static double rounded(double value) {
        return BigDecimal.valueOf(value).round(new MathContext(5)).doubleValue();
    }
}
