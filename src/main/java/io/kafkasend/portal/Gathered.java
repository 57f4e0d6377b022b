package io.kafkasend.portal;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Where groups leave the aggregator. A whole one leaves on the poll thread and goes on there: it is only handed to a caller,
 * and a thread in between would cost more. One that timed out leaves on the aggregator's own thread, which holds the
 * aggregator's lock; since its ERROR waits for the broker, it goes on on another. Thread-safe.
 */
public final class Gathered extends AbstractExecutorService {
    private final Ledger ledger;
    private final ExecutorService timedOut = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "kafkasend-timed-out");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param ledger knows the poll thread
     */
    public Gathered(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void execute(Runnable task) {
        if (!ledger.isPolledBy(Thread.currentThread())) {
            timedOut.execute(task);
        } else if (timedOut.isShutdown()) {
            throw new RejectedExecutionException("the portal is stopping");
        } else {
            task.run();
        }
    }

    @Override
    public void shutdown() {
        timedOut.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return timedOut.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return timedOut.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return timedOut.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return timedOut.awaitTermination(timeout, unit);
    }
}
