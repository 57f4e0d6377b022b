package io.kafkasend.portal.call;

import io.kafkasend.portal.job.Job;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Ends a call when its job's time is over, which is put off where its answer turns out to stream. Thread-safe. */
final class CallDeadline {
    /** What is left is over: a timer may be that early. */
    private static final long NOTHING_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Job job;
    private final Deadlines deadlines;
    private ScheduledFuture<?> next;
    private boolean cancelled;

    private CallDeadline(Job job, Deadlines deadlines) {
        this.job = job;
        this.deadlines = deadlines;
    }

    /** From now on. */
    static CallDeadline of(Job job, Deadlines deadlines) {
        CallDeadline deadline = new CallDeadline(job, deadlines);
        deadline.plan();
        return deadline;
    }

    private synchronized void plan() {
        if (!cancelled) {
            next = deadlines.after(job.time().callNanosLeft(), this::look);
        }
    }

    private void look() {
        if (job.time().callNanosLeft() > NOTHING_NANOS) {
            plan();
        } else {
            job.state().timeOut();
        }
    }

    /** The call is over. */
    synchronized void cancel() {
        cancelled = true;
        next.cancel(false);
    }
}
