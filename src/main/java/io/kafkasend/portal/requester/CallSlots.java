package io.kafkasend.portal.requester;

import io.kafkasend.portal.settings.PortalConfiguration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How many jobs are whole and not yet settled: being called, being answered, or waiting for a caller. At the limit the
 * portal reads no further records (back-pressure). To keep callers busy, up to {@code limit}
 * further small jobs may queue. A job whose short answer waits for others has left its slot, and there may be many
 * of those, but not any number: while the broker is away no more calls are made than a few. Thread-safe.
 *
 * <p>Where several clients share the portal, reading stops for none of them alone: whole jobs wait aside ({@code Turns}), each
 * client's up to its share, and the portal reads on until there are far too many of them all.
 */
public final class CallSlots {
    /** With so many chunks among all of them, some 8 MB, none is to wait: memory is for those that are called. */
    private static final int SMALL = 12;

    /** So many answers of a crowd wait for the broker: more than there are in flight by a broker that is there. */
    private static final int MOST_UNACKNOWLEDGED = 128;

    private final int limit;
    private final Shares shares;
    private final Map<Flow, Integer> left = new HashMap<>();
    private int taken;
    private long chunks;
    private int unacknowledged;

    /**
     * @param configuration says how many calls may run at once
     * @param shares says how many jobs may wait for one
     */
    public CallSlots(PortalConfiguration configuration, Shares shares) {
        this.limit = configuration.maxConcurrentJobs();
        this.shares = shares;
    }

    /**
     * A job is whole.
     *
     * @param bodyChunks how many chunks it is made of
     */
    public synchronized void take(int bodyChunks) {
        taken++;
        chunks += bodyChunks;
    }

    /**
     * The producer has a job's whole answer.
     *
     * @param flow the job's
     * @param bodyChunks what it was taken with
     */
    public synchronized void leave(Flow flow, int bodyChunks) {
        unacknowledged++;
        left.merge(flow, 1, Integer::sum);
        free(bodyChunks);
    }

    /** The broker has an answer whose job has left its slot, or does not take it. */
    public synchronized void settleLeft(Flow flow) {
        unacknowledged--;
        left.computeIfPresent(flow, (same, own) -> own == 1 ? null : own - 1);
        if (!full()) {
            notifyAll();
        }
    }

    /**
     * A job has ended.
     *
     * @param bodyChunks what it was taken with
     */
    public synchronized void free(int bodyChunks) {
        taken--;
        chunks -= bodyChunks;
        if (!full()) {
            notifyAll();
        }
    }

    /** Whether no further record is to be read. */
    public synchronized boolean full() {
        return unacknowledged >= MOST_UNACKNOWLEDGED
                || (shares.several()
                        ? taken >= limit + shares.waitingTogether()
                        : taken >= limit && (taken >= 2 * limit || chunks >= SMALL));
    }

    /** Why no further record is to be read, for the log; empty where one may be. */
    public synchronized Optional<String> heldUpBy() {
        if (!full()) {
            return Optional.empty();
        }
        return Optional.of(
                unacknowledged >= MOST_UNACKNOWLEDGED
                        ? unacknowledged + " answers wait for Kafka"
                        : "all call slots are taken, and enough jobs wait");
    }

    /** Whether every slot is taken, by jobs that are called or wait. */
    public synchronized boolean busy() {
        return taken >= limit;
    }

    /**
     * Whether an answer of the flow may wait for others, its slot being free: not where half of what may wait is its own, and the
     * broker takes it slowly.
     */
    public synchronized boolean mayLeave(Flow flow) {
        return !shares.several() || left.getOrDefault(flow, 0) < MOST_UNACKNOWLEDGED / 2;
    }

    /** Waits until there is room, at most so long; less when the thread is interrupted, which it stays. */
    public synchronized void awaitRoom(long nanos) {
        long end = System.nanoTime() + nanos;
        try {
            for (long left = nanos; full() && left > 0; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many are taken now. */
    public synchronized int taken() {
        return taken;
    }
}
