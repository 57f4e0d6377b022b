package io.kafkasend.portal.job;

import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.RequestStart;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * When a job's phases began, and how long it may still take: by the operator's bounds and the client's own. Thread-safe; its
 * lock guards when the phases began and those bounds, and nothing else is taken while it is held.
 */
public final class JobTime {
    private static final long NEVER = -1;

    private final long admitted = System.nanoTime();
    private final Duration maxAge;
    private final Duration idle;
    private final Duration streamTimeout;
    /** Null where the client gave none. */
    private final Duration clientsStream;

    private final Expiry expiry;
    private Duration callTimeout;
    /** Null where the client gave none. */
    private Duration clients;
    /** When the last record of a short answer was handed to the producer; {@link #NEVER} before. */
    private long handedOver = NEVER;
    /** By phase, in nanoseconds after it was admitted. */
    private final long[] began = new long[Phase.values().length];

    JobTime(RequestStart start, Expiry expiry, PortalConfiguration configuration) {
        this.expiry = expiry;
        this.clients = start.timeoutSeconds() == null ? null : Duration.ofSeconds(start.timeoutSeconds());
        this.clientsStream = start.streamSeconds() == null ? clients : Duration.ofSeconds(start.streamSeconds());
        this.streamTimeout = configuration.streamTimeout();
        Duration own = configuration.maxAge();
        this.maxAge = clients != null && clients.compareTo(own) < 0 ? clients : own;
        this.idle = configuration.idleTimeout();
        this.callTimeout = configuration.callTimeout();
        Arrays.fill(began, NEVER);
        began[Phase.ASSEMBLING.ordinal()] = 0;
    }

    /** A phase begins; the job's state sees to it that each does once. */
    synchronized void begins(Phase phase) {
        began[phase.ordinal()] = age();
    }

    /** The producer is about to have the last record of its short answer. */
    synchronized void handedOver() {
        handedOver = age();
    }

    /** Nanoseconds since the producer had its short answer; empty where it has not, or the answer is not short. */
    synchronized OptionalLong sinceHandedOver() {
        return handedOver == NEVER ? OptionalLong.empty() : OptionalLong.of(age() - handedOver);
    }

    /** Its answer streams: from now on the bounds of streams hold. */
    public synchronized void streams() {
        callTimeout = streamTimeout;
        clients = clientsStream;
    }

    /** How long the job has been here; of an ended one, how long since it came. */
    public Duration sinceAdmitted() {
        return Duration.ofNanos(age());
    }

    private long age() {
        return System.nanoTime() - admitted;
    }

    /**
     * How long the job was in a phase, so far where it still is; zero where it was never. Of an ended job the phases before
     * {@link Phase#ENDED} make its whole time here.
     */
    public synchronized Duration spent(Phase phase) {
        long from = began[phase.ordinal()];
        if (from == NEVER) {
            return Duration.ZERO;
        }
        for (int next = phase.ordinal() + 1; next < began.length; next++) {
            if (began[next] != NEVER) {
                return Duration.ofNanos(began[next] - from);
            }
        }
        return Duration.ofNanos(age() - from);
    }

    /** Milliseconds until the job is given up unless a chunk comes, at least 1. */
    public long millisLeft() {
        return Math.max(1, Math.min(idle.toMillis(), maxAge.toMillis() - age() / 1_000_000));
    }

    /** Nanoseconds that the call may still take: what is left of its own timeout, or of the client's. At least 1. */
    public long callNanosLeft() {
        return Math.max(1, Math.min(ownNanosLeft(), clientsNanosLeft()));
    }

    /** Whether the time is over that the client gave. */
    public boolean clientsIsOver() {
        return clientsNanosLeft() <= 0;
    }

    /** Until when its call may begin. */
    public Expiry expiry() {
        return expiry;
    }

    private synchronized long clientsNanosLeft() {
        return clients == null ? Long.MAX_VALUE : clients.toNanos() - age();
    }

    /** Whether the time is over that the operator gives a call, and not only the client's. */
    public boolean ownIsOver() {
        return ownNanosLeft() <= 0;
    }

    /** The time of the call goes from its begin, over all its attempts, to the end of its answer. */
    private synchronized long ownNanosLeft() {
        long from = began[Phase.CALLING.ordinal()];
        return callTimeout.toNanos() - (from == NEVER ? 0 : age() - from);
    }
}
