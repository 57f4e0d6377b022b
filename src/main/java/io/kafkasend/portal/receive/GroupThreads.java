package io.kafkasend.portal.receive;

import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.lifecycle.StepThreads;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;

/**
 * Where groups leave the aggregator. A whole one leaves on the poll thread and goes on there: it is only handed to a caller,
 * and a thread in between would cost more. One that timed out leaves on the aggregator's own thread, which holds the
 * aggregator's lock; since its ERROR waits for the broker, it goes on on another, and so does one that gives way. Thread-safe.
 */
public final class GroupThreads extends StepThreads {
    private static final int TIMED_OUT_AT_ONCE = 2;

    private final Ledger ledger;
    private final Jobs jobs;

    /**
     * @param ledger knows the poll thread
     * @param jobs knows whether one gives way
     * @param failStop ends a portal that has lost a job
     */
    public GroupThreads(Ledger ledger, Jobs jobs, FailStop failStop) {
        super("kafkasend-timed-out", TIMED_OUT_AT_ONCE, TIMED_OUT_AT_ONCE, 0, new LinkedBlockingQueue<>(), failStop);
        this.ledger = ledger;
        this.jobs = jobs;
    }

    @Override
    public void execute(Runnable task) {
        if (!ledger.isPolledBy(Thread.currentThread()) || jobs.givingWay()) {
            super.execute(task);
        } else if (isShutdown()) {
            throw new RejectedExecutionException("the portal is stopping");
        } else {
            task.run();
        }
    }
}
