package io.kafkasend.kafka;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Says which small records are part of a crowd, and so may wait a moment for one another, that they share a request to the
 * broker ({@code linger.ms}). While many jobs are under way and their records come one right after another, such requests
 * take more of broker, client and portal than all else; what comes alone, or among a few, would only come later.
 *
 * <p>Also says whether the broker is so far away that the wait does not count: then what belongs together is to share a request,
 * since whoever fetches the first of two would have the second a round trip later. Thread-safe.
 */
public final class Crowd {
    /** How long a record of a crowd waits for others at most, in milliseconds. */
    public static final int LINGER_MILLIS = 1;
    /** The largest body that may wait, in bytes: larger ones fill a request by themselves. */
    public static final int SMALL_BYTES = 8_192;

    /**
     * So many requests of a crowd's producer may be on their way to a broker at once: what comes meanwhile gathers. A broker takes
     * the requests of a connection one after another, so with more of them each would only wait there.
     */
    public static final int REQUESTS_IN_FLIGHT = 1;
    /** The most bytes of one partition in such a request: some eighty short answers. */
    public static final int BATCH_BYTES = 65_536;

    /** Records of a crowd come no further from one another, in nanoseconds. */
    private static final long GAP_NANOS = 2_000_000;

    /** The broker is far when it takes longer to acknowledge small records, in nanoseconds. */
    private static final long FAR_NANOS = 10_000_000;
    /** So many in a row, lest a moment's load, or a connection's beginning, is taken for distance. */
    private static final int SLOW_IN_A_ROW = 8;

    private final int many;
    private final LongSupplier nanoTime;
    private final AtomicLong last;
    private final AtomicInteger slow = new AtomicInteger();

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
        return underWay >= many && (close || far());
    }

    /**
     * The broker has acknowledged a small record.
     *
     * @param nanos so long after it was handed to the producer
     */
    public void acknowledged(long nanos) {
        if (nanos < FAR_NANOS) {
            slow.set(0);
        } else {
            slow.updateAndGet(count -> Math.min(SLOW_IN_A_ROW, count + 1));
        }
    }

    /** Whether the broker is far away: the last few small records all took long. */
    public boolean far() {
        return slow.get() >= SLOW_IN_A_ROW;
    }
}
