package io.kafkasend.bench.result;

import java.util.List;

/**
 * Where the median of what was sampled lies, by the ranks of the sample alone.
 *
 * @param low its lower end
 * @param high its upper end
 * @param confidence how likely it holds the median, from 0 to 1: at least 0.95 from six values on
 */
record Interval(double low, double high, double confidence) {
    private static final double WANTED = 0.95;

    /**
     * Of these values: the narrowest between two of them, as far from either end, that has a confidence of 0.95; or from the least
     * to the most.
     *
     * @throws IllegalArgumentException if there are none
     */
    static Interval of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int n = sorted.size();
        if (n == 0) {
            throw new IllegalArgumentException("there are no values");
        }
        int cut = 0;
        double confidence = n == 1 ? 0 : 1 - 2 * binomial(n, 0);
        double tail = binomial(n, 0);
        for (int next = 1; 2 * next < n - 1; next++) {
            tail += binomial(n, next);
            if (1 - 2 * tail < WANTED) {
                break;
            }
            cut = next;
            confidence = 1 - 2 * tail;
        }
        return new Interval(sorted.get(cut), sorted.get(n - 1 - cut), confidence);
    }

    /** How likely k of n are below the median. */
    private static double binomial(int n, int k) {
        double ways = 1;
        for (int i = 1; i <= k; i++) {
            ways = ways * (n - k + i) / i;
        }
        return ways * Math.pow(0.5, n);
    }
}
