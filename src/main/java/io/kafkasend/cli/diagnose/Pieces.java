package io.kafkasend.cli.diagnose;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Which chunks of a body have come. Not thread-safe. */
final class Pieces {
    private final BitSet came = new BitSet();
    private Integer total;
    private int twice;

    /** How many there are to be. */
    void expect(Integer count) {
        if (count != null) {
            total = count;
        }
    }

    /** One has come. */
    void add(int sequence) {
        if (came.get(sequence)) {
            twice++;
        }
        came.set(sequence);
    }

    /** Whether that one has come. */
    boolean has(int sequence) {
        return came.get(sequence);
    }

    /** How many are to come; null while that is unknown. */
    Integer total() {
        return total;
    }

    /** How many have come, each counted once. */
    int count() {
        return came.cardinality();
    }

    /** Whether all have come. */
    boolean whole() {
        return total != null && came.nextClearBit(0) >= total;
    }

    /** Those that have not come, below the total or else below the last that has, as "3" or "5-7". */
    List<String> missing() {
        int end = total == null ? came.length() : total;
        List<String> gaps = new ArrayList<>();
        for (int from = came.nextClearBit(0); from < end; ) {
            int next = came.nextSetBit(from);
            int last = (next < 0 ? end : Math.min(next, end)) - 1;
            gaps.add(from == last ? "" + from : from + "-" + last);
            from = came.nextClearBit(last + 1);
        }
        return gaps;
    }

    /** Such as "2 of 4 chunks, missing 1, 3". */
    @Override
    public String toString() {
        List<String> missing = missing();
        return count() + " of " + (total == null ? "an unknown number of" : total) + " chunks"
                + (missing.isEmpty() ? "" : ", missing " + String.join(", ", missing))
                + (twice == 0 ? "" : ", " + twice + " of them twice");
    }
}
