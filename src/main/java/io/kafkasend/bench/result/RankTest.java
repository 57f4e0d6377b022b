package io.kafkasend.bench.result;

import java.util.Arrays;
import java.util.List;

/**
 * The rank test of Mann and Whitney (Ann. Math. Stat. 18, 1947): whether two samples differ, whatever their distribution. It
 * looks at who is larger than whom, and not by how much, so that one slow round changes little.
 */
final class RankTest {
    /** Up to so many values in all, every way to share the ranks is counted. */
    private static final int COUNTED = 40;

    private RankTest() {}

    /**
     * How likely samples that are as far apart as these, or farther, are where there is no difference: from 0 to 1, both
     * sides. Counted exactly for small samples without ties, else by the normal approximation with corrections for ties and
     * continuity.
     *
     * @throws IllegalArgumentException where one has no values
     */
    static double probability(List<Double> first, List<Double> second) {
        int m = first.size();
        int n = second.size();
        if (m == 0 || n == 0) {
            throw new IllegalArgumentException("there are no values");
        }
        double[] all = new double[m + n];
        for (int i = 0; i < m; i++) {
            all[i] = first.get(i);
        }
        for (int i = 0; i < n; i++) {
            all[m + i] = second.get(i);
        }
        double[] sorted = all.clone();
        Arrays.sort(sorted);
        double ranks = 0;
        for (double value : first) {
            ranks += rank(sorted, value);
        }
        double u = ranks - m * (m + 1) / 2.0;
        double larger = Math.max(u, (double) m * n - u);
        double ties = ties(sorted);
        return ties == 0 && m + n <= COUNTED ? exact(m, n, (int) Math.round(larger)) : normal(m, n, larger, ties);
    }

    /** From 1 on; of equal values the mean of theirs. */
    private static double rank(double[] sorted, double value) {
        int below = 0;
        int equal = 0;
        for (double other : sorted) {
            below += other < value ? 1 : 0;
            equal += other == value ? 1 : 0;
        }
        return below + (equal + 1) / 2.0;
    }

    /** The sum of t³ - t over groups of t equal values. */
    private static double ties(double[] sorted) {
        double sum = 0;
        for (int i = 0; i < sorted.length; ) {
            int end = i;
            while (end < sorted.length && sorted[end] == sorted[i]) {
                end++;
            }
            double t = end - i;
            sum += t * t * t - t;
            i = end;
        }
        return sum;
    }

    /** Of all ways to share the ranks, those that give as much or more, on both sides. */
    private static double exact(int m, int n, int larger) {
        double[][] ways = new double[m + 1][m * n + 1]; // of so many of the first sample, with this U
        ways[0][0] = 1;
        for (int rank = 1; rank <= m + n; rank++) {
            for (int chosen = Math.min(m, rank); chosen > 0; chosen--) {
                int adds = rank - chosen; // those of the other sample below
                if (adds <= n) {
                    for (int u = m * n; u >= adds; u--) {
                        ways[chosen][u] += ways[chosen - 1][u - adds];
                    }
                }
            }
        }
        double total = Arrays.stream(ways[m]).sum();
        double tail = 0;
        for (int u = larger; u <= m * n; u++) {
            tail += ways[m][u];
        }
        return Math.min(1, 2 * tail / total);
    }

    private static double normal(int m, int n, double larger, double ties) {
        double all = m + n;
        double variance = m * n / 12.0 * (all + 1 - ties / (all * (all - 1)));
        if (variance <= 0) {
            return 1; // all values are the same
        }
        double z = Math.max(0, larger - m * n / 2.0 - 0.5) / Math.sqrt(variance);
        return Math.min(1, erfc(z / Math.sqrt(2)));
    }

    /** By the formula 7.1.26 of Abramowitz and Stegun, to 1.5e-7. */
    private static double erfc(double x) {
        double t = 1 / (1 + 0.3275911 * x);
        double sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        return sum * Math.exp(-x * x);
    }
}
