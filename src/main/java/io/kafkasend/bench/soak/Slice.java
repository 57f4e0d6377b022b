package io.kafkasend.bench.soak;

import io.kafkasend.bench.result.Spread;
import java.util.List;

/**
 * What ended in a part of the run. Times are of jobs with the right answer; those that are small, that is of at most 64 KiB and
 * without a delay that was asked for, may be compared.
 *
 * @param from when it began, in seconds since the run did
 * @param right jobs with the right answer
 * @param other jobs with another ending
 * @param wrong of these, jobs that were lost, corrupt or unexpected
 * @param smallP50 half of the small ones took at most so long, in milliseconds; null where there was none
 * @param smallP99 99 of 100 of them likewise
 * @param allP50 half of all right ones likewise
 * @param allP99 99 of 100 of them likewise
 */
public record Slice(
        double from,
        long right,
        long other,
        long wrong,
        Double smallP50,
        Double smallP99,
        Double allP50,
        Double allP99) {
    static Slice of(double from, List<Double> small, List<Double> all, long other, long wrong) {
        return new Slice(
                from,
                all.size(),
                other,
                wrong,
                percentile(small, 50),
                percentile(small, 99),
                percentile(all, 50),
                percentile(all, 99));
    }

    private static Double percentile(List<Double> millis, double percent) {
        return millis.isEmpty() ? null : Spread.rounded(Spread.percentile(millis, percent));
    }
}
