package io.kafkasend.portal;

import org.apache.camel.RuntimeCamelException;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;

/**
 * Holds a portal back until its surroundings are there: when all is made and nothing has begun, so that the management port says
 * meanwhile why it is not ready. Thread-safe.
 */
final class StartGate extends MainListenerSupport {
    private final Portal.Surroundings surroundings;
    private Thread waiting;
    private boolean ended;
    private Exception failure;

    StartGate(Portal.Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Whether they are waited for now. */
    synchronized boolean isClosed() {
        return waiting != null;
    }

    /** They are not waited for any more. */
    synchronized void end() {
        ended = true;
        if (waiting != null) {
            waiting.interrupt();
        }
    }

    /** Whether the portal was told to end. */
    synchronized boolean hasEnded() {
        return ended;
    }

    /** Why the portal does not start, {@link InterruptedException} where it was told to end; null where the gate is not why. */
    synchronized Exception failure() {
        return failure;
    }

    @Override
    public void beforeStart(BaseMainSupport made) {
        try {
            begin();
            surroundings.await();
            over();
        } catch (Exception e) {
            failed(e);
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }

    private synchronized void begin() throws InterruptedException {
        waiting = Thread.currentThread();
        if (ended) {
            throw new InterruptedException();
        }
    }

    private synchronized void over() throws InterruptedException {
        if (ended) {
            throw new InterruptedException();
        }
        waiting = null;
    }

    private synchronized void failed(Exception e) {
        waiting = null;
        failure = e;
        Thread.interrupted(); // what follows is the end, which may have to wait
    }
}
