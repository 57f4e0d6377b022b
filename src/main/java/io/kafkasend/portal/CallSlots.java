package io.kafkasend.portal;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many jobs are whole and not yet settled: being called, being answered, or waiting for a caller. At the limit the
 * portal reads no further records (back-pressure). Thread-safe.
 */
public final class CallSlots {
    private final int limit;
    private final AtomicInteger taken = new AtomicInteger();

    /**
     * @param configuration says how many calls may run at once
     */
    public CallSlots(PortalConfiguration configuration) {
        this.limit = configuration.maxConcurrentJobs();
    }

    void take() {
        taken.incrementAndGet();
    }

    void free() {
        taken.decrementAndGet();
    }

    boolean full() {
        return taken.get() >= limit;
    }

    /** How many are taken now. */
    public int taken() {
        return taken.get();
    }
}
