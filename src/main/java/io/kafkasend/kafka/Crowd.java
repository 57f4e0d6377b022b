package io.kafkasend.kafka;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Says which small records are part of a crowd, and so may wait a moment for one another, that they share a request to the
 * broker ({@code linger.ms}). While many jobs are under way and their records come one right after another, such requests
 * take more of broker, client and portal than all else; what comes alone, or among a few, would only come later. Thread-safe.
 */
public final class Crowd {
    /** How long a record of a crowd waits for others at most, in milliseconds. */
    public static final int LINGER_MILLIS = 2;
    /** The largest body that may wait, in bytes: larger ones fill a request by themselves. */
    public static final int SMALL_BYTES = 8_192;

    private static final long GAP_NANOS = LINGER_MILLIS * 1_000_000L;

    private final int many;
    private final LongSupplier nanoTime;
    private final AtomicLong last;

    /**
     * @param many with fewer jobs under way no record waits: each would be slower by more than spared requests make it faster
     */
    public Crowd(int many) {
        this(many, System::nanoTime);
    }

    Crowd(int many, LongSupplier nanoTime) {
        this.many = many;
        this.nanoTime = nanoTime;
        this.last = new AtomicLong(nanoTime.getAsLong() - GAP_NANOS);
    }

    /**
     * The next small record.
     *
     * @param underWay how many jobs are, this one included
     * @return whether it may wait for others
     */
    public boolean next(int underWay) {
        long now = nanoTime.getAsLong();
        boolean close = now - last.getAndSet(now) < GAP_NANOS;
        return close && underWay >= many;
    }
}
