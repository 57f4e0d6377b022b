package io.kafkasend.portal.console;

import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.job.Phase;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The jobs under way, as far as they are shown. Thread-safe. */
final class OpenJobs {
    /** How many are shown. */
    static final int MOST = 1_000;

    private final Jobs jobs;
    private final LongSupplier millis;

    /**
     * All of them at a moment.
     *
     * @param atMillis when, in milliseconds since 1970
     * @param open how many there were
     * @param byPhase how many in each stage
     * @param found how many the filter takes
     * @param shown of these the ones that are furthest, and of a stage the oldest first
     */
    record Look(long atMillis, int open, Map<Phase, Long> byPhase, int found, List<OpenJob> shown) {}

    /**
     * @param jobs the jobs under way
     * @param millis the clock, in milliseconds since 1970
     */
    OpenJobs(Jobs jobs, LongSupplier millis) {
        this.jobs = jobs;
        this.millis = millis;
    }

    Look look(JobFilter filter) {
        long now = millis.getAsLong();
        List<Job> all = jobs.underWayNow();
        List<OpenJob> found = all.stream()
                .map(job -> OpenJob.of(job, now))
                .filter(job -> job.phase() != Phase.ENDED && filter.takes(job))
                .sorted(Comparator.comparing(OpenJob::phase)
                        .reversed()
                        .thenComparingLong(OpenJob::sinceMillis)
                        .thenComparing(job -> job.id().jobId().value()))
                .toList();
        return new Look(
                now,
                all.size(),
                new EnumMap<>(jobs.byPhase()),
                found.size(),
                found.subList(0, Math.min(MOST, found.size())));
    }
}
