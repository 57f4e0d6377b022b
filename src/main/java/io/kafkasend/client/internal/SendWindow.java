package io.kafkasend.client.internal;

/**
 * How many bytes of one job may be on their way to the broker without acknowledgement. One record is always let through.
 * Thread-safe.
 */
public final class SendWindow {
    private final long limit;
    private long inFlight;
    private boolean closed;
    private Runnable whenEmpty = () -> {};

    /**
     * @param limit bytes
     */
    public SendWindow(long limit) {
        this.limit = limit;
    }

    /**
     * Waits for room.
     *
     * @return false when the job has ended, and nothing more is to be sent
     */
    public synchronized boolean acquire(int bytes) throws InterruptedException {
        while (!closed && inFlight > 0 && inFlight + bytes > limit) {
            wait();
        }
        inFlight += closed ? 0 : bytes;
        return !closed;
    }

    /** So many bytes are acknowledged. */
    public void release(int bytes) {
        Runnable action = () -> {};
        synchronized (this) {
            inFlight -= bytes;
            notifyAll();
            if (inFlight == 0 && !closed) {
                action = whenEmpty;
            }
        }
        action.run();
    }

    /**
     * Nothing more is sent. Has an action run, on whichever thread it may be, when everything is acknowledged; never when
     * the job has ended before.
     */
    public void whenEmpty(Runnable action) {
        synchronized (this) {
            if (closed || inFlight > 0) {
                whenEmpty = action;
                return;
            }
        }
        action.run();
    }

    /** The job has ended. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
