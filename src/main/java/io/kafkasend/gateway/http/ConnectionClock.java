package io.kafkasend.gateway.http;

import java.time.Duration;

/**
 * What a connection is at, and since when: it waits for a request, reads its head, or has it answered. The first head's time begins
 * with the connection. Thread-safe.
 */
final class ConnectionClock {
    private final long mostHeadNanos;
    private volatile long idleSince = System.nanoTime() | 1; // 0 for not now, as the other
    private volatile long headSince = idleSince;

    /**
     * @param mostHead how long a head may take
     */
    ConnectionClock(Duration mostHead) {
        this.mostHeadNanos = mostHead.toNanos();
    }

    /** The first byte of a request has come. */
    void headBegins() {
        if (headSince == 0) {
            headSince = System.nanoTime() | 1;
        }
        idleSince = 0;
    }

    /** The head is whole, or its time does not count any more. */
    void headEnds() {
        headSince = 0;
    }

    /** The request is over, and another may come. */
    void waits() {
        idleSince = System.nanoTime() | 1;
    }

    /** Since when it waits for a request, by {@link System#nanoTime}; 0 where one is at hand. */
    long idleSince() {
        return idleSince;
    }

    /** Whether a head takes longer than it may. */
    boolean isHeadLate() {
        long since = headSince;
        return since != 0 && System.nanoTime() - since > mostHeadNanos;
    }
}
