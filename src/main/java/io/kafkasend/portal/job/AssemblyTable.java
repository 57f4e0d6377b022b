package io.kafkasend.portal.job;

import io.kafkasend.portal.requester.Flow;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The jobs that are being assembled, by flow, bounded together; and who gives way when there are too many. The flow that has
 * most of them does, as far as the new one's has fewer (longest queue drop): so one may have them all while nobody else
 * comes, and of two each gets half. Within a flow only what seems left behind gives way. Thread-safe.
 */
final class AssemblyTable {
    /** A client writes its chunks right behind START: after so long without the first one, none may come at all. */
    static final Duration BARE_GRACE = Duration.ofSeconds(1);
    /** With many uploads at once, a chunk of each may take its time. */
    static final Duration FED_GRACE = Duration.ofSeconds(30);

    private final int limit;
    private final LongSupplier nanoTime;
    private final Map<Flow, Row> rows = new HashMap<>();
    private int size;

    /** One flow's jobs, with the time of their last record, the oldest first. */
    private static final class Row {
        private final Map<Job, Long> bare = new LinkedHashMap<>();
        private final Map<Job, Long> fed = new LinkedHashMap<>();

        private int size() {
            return bare.size() + fed.size();
        }
    }

    /**
     * @param limit how many jobs there may be
     * @param nanoTime the clock
     */
    AssemblyTable(int limit, LongSupplier nanoTime) {
        this.limit = limit;
        this.nanoTime = nanoTime;
    }

    synchronized boolean full() {
        return size >= limit;
    }

    /** How many are one flow's. */
    synchronized int of(Flow flow) {
        Row row = rows.get(flow);
        return row == null ? 0 : row.size();
    }

    /** A job whose START has come; whoever comes asks first who has to give way. */
    synchronized void add(Job job) {
        rows.computeIfAbsent(job.flow(), flow -> new Row()).bare.put(job, nanoTime.getAsLong());
        size++;
    }

    /** A chunk of the job has come. */
    synchronized void touch(Job job) {
        Row row = rows.get(job.flow());
        if (row != null && (row.bare.remove(job) != null || row.fed.remove(job) != null)) {
            row.fed.put(job, nanoTime.getAsLong());
        }
    }

    /** A job that is no longer assembled, or gives way; nothing where it is gone already. */
    synchronized void remove(Job job) {
        Row row = rows.get(job.flow());
        if (row != null && (row.bare.remove(job) != null || row.fed.remove(job) != null)) {
            size--;
            if (row.size() == 0) {
                rows.remove(job.flow());
            }
        }
    }

    /** The job that has to go so that one of this flow can join; empty where the newcomer cannot. */
    synchronized Optional<Job> yielding(Flow newcomer) {
        Map.Entry<Flow, Row> heaviest = rows.entrySet().stream()
                .max(Comparator.comparingInt(entry -> entry.getValue().size()))
                .orElseThrow();
        if (heaviest.getValue().size() > of(newcomer) + 1) {
            return Optional.of(idlest(heaviest.getValue()));
        }
        Row own = rows.get(newcomer);
        return own == null ? Optional.empty() : leftBehind(own);
    }

    /** The job of a flow that takes most memory, to make room for others. */
    synchronized Optional<Job> largest(Flow flow) {
        Row row = rows.get(flow);
        if (row == null) {
            return Optional.empty();
        }
        return row.fed.keySet().stream()
                .max(Comparator.comparingLong(job -> job.body().memoryBytes()));
    }

    private Job idlest(Row row) {
        return leftBehind(row)
                .orElseGet(() -> row.fed.isEmpty() || !row.bare.isEmpty() && oldest(row.bare) < oldest(row.fed)
                        ? first(row.bare)
                        : first(row.fed));
    }

    private Optional<Job> leftBehind(Row row) {
        long now = nanoTime.getAsLong();
        if (!row.bare.isEmpty() && now - oldest(row.bare) >= BARE_GRACE.toNanos()) {
            return Optional.of(first(row.bare));
        }
        return !row.fed.isEmpty() && now - oldest(row.fed) >= FED_GRACE.toNanos()
                ? Optional.of(first(row.fed))
                : Optional.empty();
    }

    private static Job first(Map<Job, Long> jobs) {
        Iterator<Job> all = jobs.keySet().iterator();
        return all.next();
    }

    private static long oldest(Map<Job, Long> jobs) {
        return jobs.values().iterator().next();
    }
}
