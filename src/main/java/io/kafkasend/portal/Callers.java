package io.kafkasend.portal;

import java.util.concurrent.LinkedBlockingQueue;

/**
 * The threads that make the calls: one for each that may run at once, so that a slow call delays no other job. Thread-safe.
 */
public final class Callers extends StepPool {
    /**
     * @param configuration says how many calls may run at once
     * @param failStop ends a portal that has lost a job
     */
    public Callers(PortalConfiguration configuration, FailStop failStop) {
        super(
                "kafkasend-caller",
                configuration.maxConcurrentJobs(),
                configuration.maxConcurrentJobs(),
                0,
                new LinkedBlockingQueue<>(),
                failStop);
    }
}
