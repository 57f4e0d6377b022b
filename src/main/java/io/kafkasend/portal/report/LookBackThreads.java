package io.kafkasend.portal.report;

import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.lifecycle.StepThreads;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The threads on which an ERROR waits until it is known whether its client had its outcome before a crash. Few: what one of
 * them has had read of the response topic serves the others. Thread-safe.
 */
public final class LookBackThreads extends StepThreads {
    private static final int AT_ONCE = 4;

    /**
     * Its threads end when there is nothing to do, as most of the time.
     *
     * @param failStop ends a portal that has lost a job
     */
    public LookBackThreads(FailStop failStop) {
        super("kafkasend-looking-back", AT_ONCE, AT_ONCE, 10, new LinkedBlockingQueue<>(), failStop);
        allowCoreThreadTimeOut(true);
    }
}
