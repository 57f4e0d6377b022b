package io.kafkasend.portal.console;

import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.JobListener;
import io.kafkasend.portal.job.JobOutcome;
import io.kafkasend.portal.job.RefusedRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The jobs that ended last, and how many ended in each minute of the last hour. Refused requests, of which anybody may send
 * any number, have a place of their own, and push out no job. Thread-safe.
 */
final class JobHistory implements JobListener {
    /** How many jobs are kept: at some 600 bytes each. */
    static final int JOBS = 1_000;
    /** How many refused requests. */
    static final int REFUSALS = 200;

    private final LongSupplier millis;
    private final MinuteSeries minutes;
    private final Deque<EndedJob> jobs = new ArrayDeque<>();
    private final Deque<EndedJob> refusals = new ArrayDeque<>();
    private long number;

    /**
     * @param millis the clock, in milliseconds since 1970
     */
    JobHistory(LongSupplier millis) {
        this.millis = millis;
        this.minutes = new MinuteSeries(millis);
    }

    @Override
    public void ended(Job job, JobOutcome outcome) {
        long now = millis.getAsLong();
        EndedJob ended;
        synchronized (this) {
            ended = EndedJob.of(++number, job, outcome, now);
            push(jobs, ended, JOBS);
        }
        minutes.add(ended);
    }

    @Override
    public void refused(RefusedRequest request) {
        long now = millis.getAsLong();
        EndedJob ended;
        synchronized (this) {
            ended = EndedJob.of(++number, request, now);
            push(refusals, ended, REFUSALS);
        }
        minutes.add(ended);
    }

    private static void push(Deque<EndedJob> onto, EndedJob ended, int most) {
        if (onto.size() == most) {
            onto.removeLast();
        }
        onto.addFirst(ended);
    }

    /** Those that ended behind one of this number, the last one first. */
    synchronized List<EndedJob> since(long last) {
        List<EndedJob> found = new ArrayList<>();
        for (Deque<EndedJob> kept : List.of(jobs, refusals)) {
            kept.stream().takeWhile(ended -> ended.number() > last).forEach(found::add);
        }
        found.sort(Comparator.comparingLong(EndedJob::number).reversed());
        return found;
    }

    /** The number of the one that ended last; 0 before the first. */
    synchronized long last() {
        return number;
    }

    /** What ended in each minute. */
    MinuteSeries minutes() {
        return minutes;
    }
}
