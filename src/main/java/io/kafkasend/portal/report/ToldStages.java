package io.kafkasend.portal.report;

import io.kafkasend.portal.job.Job;
import io.kafkasend.protocol.ResponseStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What clients were told of their jobs, and whether it is time to tell them more. A job that is over soon costs nothing; of the
 * others the newest stage is told, and not many. Not thread-safe.
 */
final class ToldStages {
    /** Of a job that has ended by then nobody hears. */
    static final Duration FIRST = Duration.ofSeconds(1);
    /** A client with so many chunks may wait for a word before it sends them. */
    static final int LONG_UPLOAD = 8;
    /** What has changed is told no sooner. */
    static final Duration AGAIN = Duration.ofSeconds(5);
    /** What has not changed is told after so long, so that it is known to be so still. */
    static final Duration STILL = Duration.ofSeconds(30);

    private final Map<Job, Told> told = new HashMap<>();

    private record Told(ResponseStatus status, long nanos) {}

    /**
     * Whether a client may hear of its job now, for what it would be told is not known without cost.
     *
     * @param comes whether chunks of its body are still to come
     * @param nanos by {@link System#nanoTime}
     */
    boolean mayTell(Job job, Duration age, boolean comes, long nanos) {
        Told last = told.get(job);
        if (job.records().startedAgain() && !knows(last, job.records().startOffset())) {
            return true; // its client asks
        }
        if (last == null) {
            return age.compareTo(FIRST) >= 0 || comes && job.start().totalChunks() >= LONG_UPLOAD;
        }
        return nanos - last.nanos >= AGAIN.toNanos();
    }

    private static boolean knows(Told last, long startOffset) {
        return last != null && last.status.startOffset() != null && last.status.startOffset() >= startOffset;
    }

    /** Whether this is to be told to a client that may hear of its job now; what is to be told counts as told. */
    boolean tell(Job job, ResponseStatus status, long nanos) {
        Told last = told.get(job);
        boolean news = last == null || !same(last.status, status) || nanos - last.nanos >= STILL.toNanos();
        if (news) {
            told.put(job, new Told(status, nanos));
        }
        return news;
    }

    /** Forgets all jobs but these. */
    void keep(Set<Job> jobs) {
        told.keySet().retainAll(jobs);
    }

    /** How many are remembered. */
    int size() {
        return told.size();
    }

    /** Whether two say the same, but for the time that passes. */
    private static boolean same(ResponseStatus one, ResponseStatus other) {
        return one.equals(new ResponseStatus(
                other.jobId(),
                other.stage(),
                one.seconds(),
                other.totalChunks(),
                other.receivedChunks(),
                other.nextSequence(),
                other.received(),
                other.startOffset(),
                other.before(),
                other.awaits(),
                other.attempt(),
                other.code(),
                other.request()));
    }
}
