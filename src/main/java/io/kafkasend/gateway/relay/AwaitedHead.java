package io.kafkasend.gateway.relay;

/** A thread that waits for an answer's head, until its caller goes away. Thread-safe. */
final class AwaitedHead {
    private final Thread waiting = Thread.currentThread();
    private boolean over;

    /** The caller has gone away. */
    synchronized void gone() {
        if (!over) {
            waiting.interrupt();
        }
    }

    /** The head is there, or will not come; on the thread that waited. */
    synchronized void over() {
        over = true;
        Thread.interrupted(); // that of a caller who went just now
    }
}
