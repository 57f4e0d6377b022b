package io.kafkasend.portal.call;

import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.lifecycle.StepThreads;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The threads that make the calls: one for each that may run at once, so that a slow call delays no other job. Thread-safe.
 */
public final class CallThreads extends StepThreads {
    /**
     * @param configuration says how many calls may run at once
     * @param failStop ends a portal that has lost a job
     */
    public CallThreads(PortalConfiguration configuration, FailStop failStop) {
        super(
                "kafkasend-caller",
                configuration.maxConcurrentJobs(),
                configuration.maxConcurrentJobs(),
                0,
                new LinkedBlockingQueue<>(),
                failStop);
    }
}
