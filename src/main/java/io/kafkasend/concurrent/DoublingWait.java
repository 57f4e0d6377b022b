package io.kafkasend.concurrent;

import java.time.Duration;

/**
 * Waits that are twice as long each time, up to a limit. Immutable; keeps no count.
 *
 * @param first the first of them, more than zero
 * @param most the longest, also where the first is longer
 */
public record DoublingWait(Duration first, Duration most) {
    /** No shift of a number of milliseconds that fits an int is beyond a long's. */
    private static final int MOST_DOUBLINGS = 30;

    /**
     * The wait of this number.
     *
     * @param number 1 for the first
     */
    public Duration of(int number) {
        return atMost(first.multipliedBy(1L << Math.min(number - 1, MOST_DOUBLINGS)));
    }

    /** The wait that follows one of this length; the first where there was none, which is zero. */
    public Duration after(Duration before) {
        Duration doubled = before.multipliedBy(2);
        return atMost(doubled.compareTo(first) < 0 ? first : doubled);
    }

    private Duration atMost(Duration wait) {
        return wait.compareTo(most) < 0 ? wait : most;
    }
}
