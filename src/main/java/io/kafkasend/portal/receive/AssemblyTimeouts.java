package io.kafkasend.portal.receive;

import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.portal.lifecycle.EnduringTask;
import io.kafkasend.portal.lifecycle.FailStop;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The aggregator's timeout checker: one thread. On Camel's own an Error would end it in silence, and no job would time out any
 * more. What the checker had taken out is lost then, so that the portal ends. Thread-safe.
 */
public final class AssemblyTimeouts extends ScheduledThreadPoolExecutor {
    private final FailStop failStop;

    /**
     * One thread.
     *
     * @param failStop ends a portal that has lost a job
     */
    public AssemblyTimeouts(FailStop failStop) {
        super(1, new DaemonThreads("kafkasend-timeouts"));
        this.failStop = failStop;
        setRemoveOnCancelPolicy(true);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
        return super.scheduleWithFixedDelay(enduring(task), initial, delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initial, long period, TimeUnit unit) {
        return super.scheduleAtFixedRate(enduring(task), initial, period, unit);
    }

    private Runnable enduring(Runnable task) {
        return new EnduringTask("look for jobs whose chunks do not come in time", () -> {
            try {
                task.run();
            } catch (Error e) {
                failStop.because("jobs whose chunks did not come in time were lost", e);
            }
        });
    }
}
