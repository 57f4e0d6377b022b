package io.kafkasend.portal;

import io.kafkasend.kafka.ShortTasks;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Where the routes go on with an answer of a crowd that the broker has, or does not take: not on Kafka's own thread, since an
 * ERROR waits for the broker, nor behind calls, which may be slow. One thread does, as long as none of them waits.
 * Thread-safe.
 */
public final class Settling extends AbstractExecutorService {
    private final ThreadFactory threads = new DaemonThreads("kafkasend-settling");
    private final ExecutorService pool = Executors.newCachedThreadPool(threads); // no more than answers wait: CallSlots
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(threads);
    private final ShortTasks tasks = new ShortTasks(pool, timer);

    @Override
    public void execute(Runnable task) {
        tasks.execute(task);
    }

    @Override
    public void shutdown() {
        tasks.close();
        timer.shutdown();
        pool.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        tasks.close();
        timer.shutdownNow();
        return pool.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return pool.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return pool.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return pool.awaitTermination(timeout, unit);
    }
}
