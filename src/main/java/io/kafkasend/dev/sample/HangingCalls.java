package io.kafkasend.dev.sample;

/** Calls that wait until all of them are let go. Thread-safe. */
final class HangingCalls {
    private int count;
    private long releases;

    /** Waits for the next {@link #release}. */
    synchronized void await() throws InterruptedException {
        long before = releases;
        count++;
        try {
            while (releases == before) {
                wait();
            }
        } finally {
            count--;
        }
    }

    /** How many wait now. */
    synchronized int count() {
        return count;
    }

    /** Lets all go that wait now; how many these are. */
    synchronized int release() {
        releases++;
        notifyAll();
        return count;
    }
}
