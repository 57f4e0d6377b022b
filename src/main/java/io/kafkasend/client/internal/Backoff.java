package io.kafkasend.client.internal;

import io.kafkasend.concurrent.DoublingWait;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a request is sent again: as long as the portal says, else twice as long each time. Clients that
 * were refused together do not come back together. Thread-safe as its random numbers are.
 */
public final class Backoff {
    private static final DoublingWait WAITS = new DoublingWait(Duration.ofMillis(500), Duration.ofSeconds(30));

    private final RandomGenerator random;

    /**
     * @param random spreads the waits
     */
    public Backoff(RandomGenerator random) {
        this.random = random;
    }

    /**
     * The wait before a retry.
     *
     * @param retry 1 for the first
     * @param hintSeconds what the portal said; it is never undercut, and gets up to a tenth on top
     */
    public Duration before(int retry, OptionalInt hintSeconds) {
        if (hintSeconds.isPresent() && hintSeconds.getAsInt() > 0) {
            long hint = hintSeconds.getAsInt() * 1_000L;
            return Duration.ofMillis(hint + random.nextLong(hint / 10 + 1));
        }
        long most = WAITS.of(retry).toMillis();
        return Duration.ofMillis(most - random.nextLong(most / 2 + 1));
    }
}
