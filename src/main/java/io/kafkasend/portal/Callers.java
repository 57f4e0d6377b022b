package io.kafkasend.portal;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that make the calls: one for each that may run at once, so that a slow call delays no other job. Thread-safe.
 */
public final class Callers extends ThreadPoolExecutor {
    /**
     * @param configuration says how many calls may run at once
     */
    public Callers(PortalConfiguration configuration) {
        this(configuration.maxConcurrentJobs(), new AtomicInteger());
    }

    private Callers(int threads, AtomicInteger number) {
        super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "kafkasend-caller-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
