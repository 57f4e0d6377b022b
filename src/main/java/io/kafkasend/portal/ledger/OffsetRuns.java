package io.kafkasend.portal.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A set of offsets as runs, so that a thousand neighbours cost what one costs. Not thread-safe while it grows, immutable
 * by use afterwards.
 */
public final class OffsetRuns {
    /** Neighbouring offsets, from the first to before the end. */
    public record Run(long from, long end) {}

    private final TreeMap<Long, Long> ends = new TreeMap<>();

    /** Adds the offsets from the first to before the end; runs come in ascending order and do not overlap. */
    public void add(long from, long end) {
        if (from >= end) {
            return;
        }
        Map.Entry<Long, Long> last = ends.lastEntry();
        if (last != null && last.getValue() == from) {
            ends.put(last.getKey(), end);
        } else {
            ends.put(from, end);
        }
    }

    boolean contains(long offset) {
        Map.Entry<Long, Long> run = ends.floorEntry(offset);
        return run != null && offset < run.getValue();
    }

    /** The runs in ascending order; none touches the next. */
    public List<Run> runs() {
        List<Run> runs = new ArrayList<>(ends.size());
        ends.forEach((from, end) -> runs.add(new Run(from, end)));
        return runs;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OffsetRuns runs && ends.equals(runs.ends);
    }

    @Override
    public int hashCode() {
        return ends.hashCode();
    }

    @Override
    public String toString() {
        return runs().toString();
    }
}
