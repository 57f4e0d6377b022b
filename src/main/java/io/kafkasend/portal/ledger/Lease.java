package io.kafkasend.portal.ledger;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long this member of the group can be sure that its partitions are its own: the group replaces one that it has not
 * heard of for the session timeout. A member that stood still for so long (a paused machine, {@code SIGSTOP}) learns of that
 * only some time after it goes on. Beaten by the poll thread alone; asked by any.
 */
final class Lease {
    private final long sessionNanos;
    private final LongSupplier nanoTime;
    private volatile long lastBeat;
    private volatile long doubtfulUntil;

    Lease(Duration sessionTimeout, LongSupplier nanoTime) {
        this.sessionNanos = sessionTimeout.toNanos();
        this.nanoTime = nanoTime;
        this.lastBeat = nanoTime.getAsLong();
        this.doubtfulUntil = lastBeat;
    }

    /** The poll thread lives. After a pause that was too long it takes the group a while to say what has become of it. */
    void beat() {
        long now = nanoTime.getAsLong();
        if (now - lastBeat >= sessionNanos) {
            doubtfulUntil = now + sessionNanos;
        }
        lastBeat = now;
    }

    /** Whether another may own the partitions meanwhile. */
    boolean isDoubtful() {
        long now = nanoTime.getAsLong();
        return now - lastBeat >= sessionNanos || now - doubtfulUntil < 0;
    }
}
