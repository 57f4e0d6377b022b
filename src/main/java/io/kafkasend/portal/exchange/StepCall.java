package io.kafkasend.portal.exchange;

import java.io.Closeable;
import java.io.IOException;

/**
 * The call of a step that stands in place of the API: how it is ended from outside. While the step is at work, its thread is
 * interrupted; once it has answered, what its answer is read from is closed. Thread-safe; its lock guards which of the two it is,
 * so that no thread is interrupted that has left the step.
 */
public final class StepCall {
    private Thread thread;
    private boolean interrupted;
    private Closeable answer;

    StepCall() {}

    /** The calling thread goes into the step. */
    public synchronized void enter() {
        thread = Thread.currentThread();
        interrupted = false;
        answer = null;
    }

    /** The step is left, with an answer or a failure; does nothing where none was entered. */
    public synchronized void leave() {
        if (interrupted && Thread.currentThread() == thread) {
            Thread.interrupted(); // it was for the step
        }
        thread = null;
    }

    /** What the answer is read from, from now on. */
    public synchronized void answersFrom(Closeable body) {
        answer = body;
    }

    /** Whether a thread is in the step. */
    public synchronized boolean entered() {
        return thread != null;
    }

    /** Ends it, as far as it can be ended. */
    public void abort() {
        Closeable body;
        synchronized (this) {
            if (thread != null) {
                interrupted = true;
                thread.interrupt();
            }
            body = answer;
        }
        close(body); // without the lock: it may wait for who reads
    }

    /** Closes what the answer is read from, where there is any. */
    public void close() {
        Closeable body;
        synchronized (this) {
            body = answer;
        }
        close(body);
    }

    private static void close(Closeable body) {
        try {
            if (body != null) {
                body.close();
            }
        } catch (IOException e) {
            // Nothing more is read of it either way.
        }
    }
}
