package io.kafkasend.portal.lifecycle;

import io.kafkasend.security.Printable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task that is done again and again, whatever becomes of it: after an exception or an Error an executor would never do it
 * again, and say nothing. A failure is said in one line, and the same one not again until the task has passed. Thread-safe.
 */
public final class EnduringTask implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EnduringTask.class);

    private final String what;
    private final Runnable task;
    private volatile String lastFault = "";

    /**
     * @param what what the task does, after "cannot"
     * @param task the task
     */
    public EnduringTask(String what, Runnable task) {
        this.what = what;
        this.task = task;
    }

    @Override
    public void run() {
        try {
            task.run();
            lastFault = "";
        } catch (Throwable e) { // also an Error
            say(e);
        }
    }

    private void say(Throwable failure) {
        try {
            String fault = shown(failure);
            if (!fault.equals(lastFault)) {
                lastFault = fault;
                LOG.atError().addKeyValue("reason", fault).log("cannot {}; it is tried again", what);
            }
        } catch (Throwable e) {
            lastFault = ""; // there is no memory to say it; the task comes again all the same
        }
    }

    /** A failure's class and message, in one line. */
    public static String shown(Throwable failure) {
        String message = failure.getMessage();
        return failure.getClass().getSimpleName() + (message == null ? "" : ": " + Printable.of(message, 200));
    }
}
