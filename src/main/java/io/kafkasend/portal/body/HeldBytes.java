package io.kafkasend.portal.body;

import io.kafkasend.portal.requester.Flow;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How many bytes the unfinished jobs take together and by flow, and how many they may. Thread-safe. */
public final class HeldBytes {
    private final long limit;
    private final Map<Flow, Long> byFlow = new HashMap<>();
    private long held;

    /**
     * @param limit bytes
     */
    public HeldBytes(long limit) {
        this.limit = limit;
    }

    /**
     * Takes so many bytes, or none of them where that would go over the limit, or over the flow's own.
     *
     * @param most how many the flow may have
     */
    public synchronized boolean take(Flow flow, long bytes, long most) {
        if (!fits(flow, bytes, most)) {
            return false;
        }
        takeAnyway(flow, bytes);
        return true;
    }

    /** Whether so many bytes could be taken. */
    synchronized boolean fits(Flow flow, long bytes, long most) {
        return held + bytes <= limit && held(flow) + bytes <= most;
    }

    /** Takes so many bytes, also over the limits. */
    synchronized void takeAnyway(Flow flow, long bytes) {
        held += bytes;
        byFlow.merge(flow, bytes, Long::sum);
    }

    public synchronized void free(Flow flow, long bytes) {
        held -= bytes;
        byFlow.computeIfPresent(flow, (same, own) -> own == bytes ? null : own - bytes);
    }

    public long limit() {
        return limit;
    }

    /** How many are taken now. */
    synchronized long held() {
        return held;
    }

    /** How many of them are one flow's. */
    synchronized long held(Flow flow) {
        return byFlow.getOrDefault(flow, 0L);
    }

    /** The flow that has most. */
    synchronized Optional<Flow> heaviest() {
        return byFlow.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }
}
