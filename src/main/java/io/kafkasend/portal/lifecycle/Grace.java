package io.kafkasend.portal.lifecycle;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The one bound for all that has to end when the portal is told to: calls have PORTAL_SHUTDOWN_GRACE_SECONDS, and whatever is
 * left then two seconds more. Thread-safe.
 */
public final class Grace {
    /** So much earlier calls are given up, since Camel counts what is under way once a second. */
    private static final long EARLIER_MILLIS = 250;
    /** So much later Camel gives up waiting for them. */
    private static final long LATER_MILLIS = 1_300;
    /** So much later the process ends by force: two seconds less what that takes. */
    private static final long LAST_MILLIS = 1_750;
    /** How long Kafka may take for one answer when the time is over. */
    private static final Duration LEAST_FOR_KAFKA = Duration.ofMillis(300);

    private final long millis;
    private final LongSupplier nanoTime;
    private boolean begun;
    private long over;

    /**
     * @param seconds how long calls may take to end, 1 or more
     * @param nanoTime the clock
     */
    public Grace(int seconds, LongSupplier nanoTime) {
        this.millis = TimeUnit.SECONDS.toMillis(seconds);
        this.nanoTime = nanoTime;
    }

    /** The portal is told to end; the first time counts. */
    public synchronized void begin() {
        if (!begun) {
            begun = true;
            over = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis - EARLIER_MILLIS);
        }
    }

    /** It goes on after all: its routes were stopped and start again. */
    public synchronized void reset() {
        begun = false;
    }

    /** Whether the portal is ending. */
    public synchronized boolean begun() {
        return begun;
    }

    /** Whether it is ending and the time for calls is over. */
    public synchronized boolean isOver() {
        return begun && over - nanoTime.getAsLong() <= 0;
    }

    /** How long calls still have. */
    public synchronized Duration left() {
        return Duration.ofNanos(Math.max(0, over - nanoTime.getAsLong()));
    }

    /** How long Kafka may take for an answer that is waited for: so long, and no longer than there is time while the portal ends. */
    public synchronized Duration forKafka(Duration otherwise) {
        if (!begun) {
            return otherwise;
        }
        Duration left = left();
        return left.compareTo(LEAST_FOR_KAFKA) < 0 ? LEAST_FOR_KAFKA : left;
    }

    /** How long Camel waits for what is under way. */
    public Duration forCamel() {
        return Duration.ofMillis(millis + LATER_MILLIS);
    }

    /** How long the process may take to end in good order. */
    public Duration forAll() {
        return Duration.ofMillis(millis + LAST_MILLIS);
    }
}
