package io.kafkasend.portal;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of memory the unfinished jobs take together, and how many they may. Thread-safe. */
final class HeldBytes {
    private final long limit;
    private final AtomicLong held = new AtomicLong();

    /**
     * @param limit bytes
     */
    HeldBytes(long limit) {
        this.limit = limit;
    }

    /** Takes so many bytes, or none of them where that would go over the limit. */
    boolean take(long bytes) {
        long before = held.get();
        while (before + bytes <= limit) {
            if (held.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = held.get();
        }
        return false;
    }

    /** Takes so many bytes, also over the limit. */
    void takeAnyway(long bytes) {
        held.addAndGet(bytes);
    }

    void free(long bytes) {
        held.addAndGet(-bytes);
    }

    long limit() {
        return limit;
    }

    /** How many are taken now. */
    long held() {
        return held.get();
    }
}
