package io.kafkasend.gateway.relay;

/** A thread that waits for an answer's head, until its caller goes away, or Kafka has not taken the request. Thread-safe. */
final class AwaitedHead {
    private final Thread waiting = Thread.currentThread();
    private boolean over;
    private boolean late;
    private boolean enough;

    /** The caller has gone away. */
    synchronized void gone() {
        if (!over) {
            waiting.interrupt();
        }
    }

    /** Kafka does not take the request. */
    synchronized void late() {
        if (!over) {
            late = true;
            waiting.interrupt();
        }
    }

    /**
     * The caller has waited as long as it wants to.
     *
     * @param leaving done before it is told
     */
    synchronized void enough(Runnable leaving) {
        if (!over) {
            enough = true;
            leaving.run();
            waiting.interrupt();
        }
    }

    /** Whether it was given up for that. */
    synchronized boolean isEnough() {
        return enough;
    }

    /** Whether it was given up since Kafka did not take the request. */
    synchronized boolean isLate() {
        return late;
    }

    /** Whether nobody waits for it any more. */
    synchronized boolean isOver() {
        return over;
    }

    /** The head is there, or will not come; on the thread that waited. */
    synchronized void over() {
        over = true;
        Thread.interrupted(); // that of a caller who went just now
    }
}
