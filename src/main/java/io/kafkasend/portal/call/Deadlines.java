package io.kafkasend.portal.call;

import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.portal.lifecycle.EnduringTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Aborts calls whose time is over. An abort that fails otherwise than by an exception is made again. Thread-safe. */
public final class Deadlines {
    private static final int TRIES = 3;

    private final ScheduledThreadPoolExecutor timer;

    public Deadlines() {
        timer = new ScheduledThreadPoolExecutor(1, new DaemonThreads("kafkasend-call-deadlines"));
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Has it done at the time, unless it is cancelled before. */
    public ScheduledFuture<?> after(long nanos, Runnable abort) {
        return after(nanos, abort, TRIES);
    }

    private ScheduledFuture<?> after(long nanos, Runnable abort, int tries) {
        EnduringTask said = new EnduringTask("abort a call whose time is over", () -> {
            try {
                abort.run();
            } catch (Throwable e) {
                if (tries > 1) {
                    after(TimeUnit.SECONDS.toNanos(1), abort, tries - 1);
                }
                throw e;
            }
        });
        return timer.schedule(said, nanos, TimeUnit.NANOSECONDS);
    }

    public void close() {
        timer.shutdownNow();
    }
}
