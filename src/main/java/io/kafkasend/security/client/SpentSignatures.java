package io.kafkasend.security.client;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Which of one client's signed requests have been there, each for as long as its signature is good, so that a copy of one is
 * told from the record itself, which Kafka may give again. Bounded. Thread-safe.
 */
public final class SpentSignatures {
    /** The most that are remembered, some 10 MB. */
    static final int MOST = 50_000;

    /** What a request is. */
    public enum Found {
        /** Not seen before. */
        NEW,
        /** The very record that was seen before. */
        SAME,
        /** A copy. */
        COPY,
        /** Not seen before, but as many as may be are remembered. */
        FULL
    }

    private record Spent(String job, long offset, long until) {}

    private final Map<String, Spent> byJob = new HashMap<>();
    private final PriorityQueue<Spent> byEnd = new PriorityQueue<>(Comparator.comparingLong(Spent::until));

    /**
     * Remembers a request that is not known.
     *
     * @param job its id, which is signed
     * @param offset where its record stands in the partition, which is signed, too
     * @param until when it may be forgotten, in seconds of the epoch
     * @param now likewise
     */
    public synchronized Found note(String job, long offset, long until, long now) {
        forgetBefore(now);
        Spent spent = byJob.get(job);
        if (spent != null) {
            return spent.offset == offset ? Found.SAME : Found.COPY;
        }
        if (byJob.size() >= MOST) {
            return Found.FULL;
        }
        Spent fresh = new Spent(job, offset, until);
        byJob.put(job, fresh);
        byEnd.add(fresh);
        return Found.NEW;
    }

    /** Whether a record is a copy of one that was there, and is remembered. */
    public synchronized boolean isCopy(String job, long offset) {
        Spent spent = byJob.get(job);
        return spent != null && spent.offset != offset;
    }

    /** Seconds until the next one is forgotten, at least 1. */
    public synchronized long secondsLeft(long now) {
        return byEnd.isEmpty() ? 1 : Math.max(1, byEnd.peek().until - now + 1);
    }

    private void forgetBefore(long now) {
        while (!byEnd.isEmpty() && byEnd.peek().until < now) {
            byJob.remove(byEnd.poll().job);
        }
    }
}
