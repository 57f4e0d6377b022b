package io.kafkasend.client;

/**
 * How many bytes of one job may be on their way to the broker without acknowledgement. One record is always let through.
 * Thread-safe.
 */
final class SendWindow {
    private final long limit;
    private long inFlight;
    private boolean closed;

    /**
     * @param limit bytes
     */
    SendWindow(long limit) {
        this.limit = limit;
    }

    /**
     * Waits for room.
     *
     * @return false when the job has ended, and nothing more is to be sent
     */
    synchronized boolean acquire(int bytes) throws InterruptedException {
        while (!closed && inFlight > 0 && inFlight + bytes > limit) {
            wait();
        }
        inFlight += closed ? 0 : bytes;
        return !closed;
    }

    /** So many bytes are acknowledged. */
    synchronized void release(int bytes) {
        inFlight -= bytes;
        notifyAll();
    }

    /**
     * Waits until everything is acknowledged.
     *
     * @return false when the job has ended before
     */
    synchronized boolean awaitEmpty() throws InterruptedException {
        while (!closed && inFlight > 0) {
            wait();
        }
        return !closed;
    }

    /** The job has ended. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
