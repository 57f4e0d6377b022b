package io.kafkasend.portal.event;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A condition that comes and goes by itself, and is news only where it lasts: told when it has held for a while, again now and then
 * while it holds, and once when it is over. What flaps is not told each time. Not thread-safe.
 */
public final class LastingCondition {
    private final long threshold;
    private final long again;
    private final long apart;
    private final LongSupplier nanoTime;
    private boolean holds;
    private long since;
    private boolean told;
    private Optional<Long> lastTold = Optional.empty();

    /**
     * What is to be told.
     *
     * @param over whether the condition is over
     * @param lasted how long it has lasted
     */
    public record News(boolean over, Duration lasted) {}

    /**
     * @param threshold how long it holds before it is told
     * @param again how long after it was told it is told again, while it holds
     * @param apart how long after it was told another begin is told, so that what flaps is told seldom
     * @param nanoTime the clock
     */
    public LastingCondition(Duration threshold, Duration again, Duration apart, LongSupplier nanoTime) {
        this.threshold = threshold.toNanos();
        this.again = again.toNanos();
        this.apart = apart.toNanos();
        this.nanoTime = nanoTime;
    }

    /** It holds, from now on where it did not before. */
    public Optional<News> holds() {
        return holdsSince(nanoTime.getAsLong());
    }

    /** It holds, since this time of the clock where it did not before. */
    public Optional<News> holdsSince(long begin) {
        if (!holds) {
            holds = true;
            since = begin;
        }
        long now = nanoTime.getAsLong();
        long rest = told ? again : apart;
        if (now - since < threshold || lastTold.isPresent() && now - lastTold.get() < rest) {
            return Optional.empty();
        }
        told = true;
        lastTold = Optional.of(now);
        return Optional.of(new News(false, Duration.ofNanos(now - since)));
    }

    /** It does not hold; news only where its begin was told. */
    public Optional<News> ended() {
        boolean news = told;
        forget();
        return news ? Optional.of(new News(true, Duration.ofNanos(nanoTime.getAsLong() - since))) : Optional.empty();
    }

    /** Whether it holds is not known any more; nothing is told of it. */
    public void forget() {
        holds = false;
        told = false;
    }
}
