package io.kafkasend.portal;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that make the calls: one for each that may run at once, so that a slow call delays no other job. Thread-safe.
 */
public final class Callers extends ThreadPoolExecutor {
    /**
     * @param configuration says how many calls may run at once
     */
    public Callers(PortalConfiguration configuration) {
        super(
                configuration.maxConcurrentJobs(),
                configuration.maxConcurrentJobs(),
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DaemonThreads("kafkasend-caller"));
    }
}
