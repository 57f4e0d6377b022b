package io.kafkasend.portal.ledger;

import io.kafkasend.protocol.JobId;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/**
 * The last jobs of a partition that ended before all their chunks had come: refused, timed out or cancelled. Their other
 * chunks are swallowed, also by who reads on after a restart. Not thread-safe.
 */
final class EndedEarly {
    /** So many are remembered; a commit's metadata has little room. */
    static final int MOST = 64;
    /** How long a mark is. */
    static final int BYTES = 6;

    private final Set<Long> marks = new LinkedHashSet<>();

    /** What stands for a job: 48 of its id's 122 random bits. */
    static long mark(JobId id) {
        return UUID.fromString(id.value()).getLeastSignificantBits() & 0xffff_ffff_ffffL;
    }

    /** Adds what an earlier assignment knew. */
    void addAll(Set<Long> before) {
        before.forEach(this::add);
    }

    /** Adds a job. */
    void add(JobId id) {
        add(mark(id));
    }

    private void add(long mark) {
        marks.remove(mark);
        marks.add(mark);
        if (marks.size() > MOST) {
            marks.remove(marks.iterator().next());
        }
    }

    boolean contains(JobId id) {
        return marks.contains(mark(id));
    }

    /** All of them, the oldest first. */
    Set<Long> marks() {
        return new LinkedHashSet<>(marks);
    }
}
