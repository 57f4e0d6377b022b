package io.kafkasend.portal.respond;

import io.kafkasend.concurrent.ShortTasks;
import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.lifecycle.StepThreads;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;

/**
 * Where the routes go on with an answer of a crowd that the broker has, or does not take: not on Kafka's own thread, since an
 * ERROR waits for the broker, nor behind calls, which may be slow. One thread does, as long as none of them waits.
 * Thread-safe.
 */
public final class SettlementThreads extends StepThreads {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(getThreadFactory());
    private final ShortTasks tasks;

    /**
     * No more threads than answers wait; see {@code CallSlots}.
     *
     * @param failStop ends a portal that has lost a job
     */
    public SettlementThreads(FailStop failStop) {
        super("kafkasend-settling", 0, Integer.MAX_VALUE, 60, new SynchronousQueue<>(), failStop);
        this.tasks = new ShortTasks(
                super::execute,
                timer,
                failure -> failStop.because("a job was lost on a thread of kafkasend-settling", failure));
    }

    @Override
    public void execute(Runnable task) {
        tasks.execute(task);
    }

    @Override
    public void shutdown() {
        tasks.close();
        timer.shutdown();
        super.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        tasks.close();
        timer.shutdownNow();
        return super.shutdownNow();
    }
}
