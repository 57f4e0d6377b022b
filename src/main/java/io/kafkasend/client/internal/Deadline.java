package io.kafkasend.client.internal;

import java.time.Duration;

/**
 * When a request's time is over, however many jobs it takes.
 *
 * @param timeout how long it was given
 * @param nanoTime the end, by {@link System#nanoTime()}
 */
public record Deadline(Duration timeout, long nanoTime) {
    private static final long CENTURY_SECONDS = 3_000_000_000L; // for ever, and does not overflow

    /** From now on. */
    public static Deadline in(Duration timeout) {
        return new Deadline(timeout, System.nanoTime() + nanos(timeout));
    }

    /** The one of another timeout that began at the same time. */
    public Deadline longer(Duration other) {
        long began = nanoTime - nanos(timeout);
        return new Deadline(other, began + nanos(other));
    }

    private static long nanos(Duration timeout) {
        return Math.min(timeout.toSeconds(), CENTURY_SECONDS) * 1_000_000_000L + timeout.toNanosPart();
    }

    /** Whether it has passed at a time by {@link System#nanoTime()}. */
    public boolean passedAt(long now) {
        return now - nanoTime >= 0;
    }

    /** What is left; zero or less when it has passed. */
    public Duration left() {
        return Duration.ofNanos(nanoTime - System.nanoTime());
    }

    /** What is left in whole seconds, at least 1 and at most what fits. */
    public int secondsLeft() {
        long left = (nanoTime - System.nanoTime() + 999_999_999L) / 1_000_000_000L;
        return (int) Math.max(1, Math.min(left, Integer.MAX_VALUE));
    }

    /** How long it was, in seconds, for a user. */
    public String seconds() {
        return timeout.toMillis() % 1000 == 0
                ? Long.toString(timeout.toSeconds())
                : Double.toString(timeout.toMillis() / 1000.0);
    }
}
