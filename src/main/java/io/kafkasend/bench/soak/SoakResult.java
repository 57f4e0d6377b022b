package io.kafkasend.bench.soak;

import io.kafkasend.bench.result.Machine;
import java.util.List;
import java.util.Map;

/**
 * What a soak has found. Immutable.
 *
 * @param machine where it ran
 * @param startedAt when, RFC 3339 in UTC
 * @param seconds for how long jobs were begun
 * @param stopped whether it was ended before its time
 * @param cpuSeconds the processor time that all its processes took, this one among them
 * @param jobs how many ended
 * @param endings how
 * @param details why those that were not answered right were not: codes, or what differs
 * @param kinds how many of each kind
 * @param bytes of all bodies, both ways
 * @param hostile records that a hostile writer wrote
 * @param duplicates calls that the API got twice
 * @param slices the run in parts
 * @param trends what may grow
 */
public record SoakResult(
        Machine machine,
        String startedAt,
        double seconds,
        boolean stopped,
        double cpuSeconds,
        long jobs,
        Map<Ending, Long> endings,
        Map<Ending, Map<String, Long>> details,
        Map<String, Long> kinds,
        long bytes,
        long hostile,
        long duplicates,
        List<Slice> slices,
        List<Trend> trends) {

    /** Whether nothing was lost, corrupt, unexpected or done twice, nothing grows, and something was answered at all. */
    public boolean passed() {
        return endings.get(Ending.RIGHT) > 0
                && duplicates == 0
                && endings.entrySet().stream().noneMatch(entry -> entry.getKey().wrong() && entry.getValue() > 0)
                && trends.stream().noneMatch(Trend::wrong);
    }

    /** What is to be said of it in one line. */
    public String line() {
        StringBuilder line = new StringBuilder();
        line.append(passed() ? "passed" : "FAILED").append(": ").append(jobs).append(" jobs, ");
        line.append(endings.get(Ending.LOST)).append(" lost, ");
        line.append(endings.get(Ending.CORRUPT)).append(" corrupt, ");
        line.append(endings.get(Ending.UNEXPECTED)).append(" unexpected, ");
        line.append(duplicates).append(" called twice; ");
        List<String> growing = trends.stream()
                .filter(Trend::wrong)
                .map(trend -> trend.part() + "'s " + trend.quantity().title())
                .toList();
        boolean unknown = trends.stream().anyMatch(trend -> trend.verdict() == Trend.Judgement.UNKNOWN);
        if (endings.get(Ending.RIGHT) == 0) {
            line.append("nothing was answered right; ");
        }
        line.append(
                !growing.isEmpty()
                        ? "grows: " + String.join(", ", growing)
                        : unknown ? "too short to say whether something grows" : "nothing grows");
        return line.toString();
    }
}
