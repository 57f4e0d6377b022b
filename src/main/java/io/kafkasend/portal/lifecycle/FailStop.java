package io.kafkasend.portal.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a portal that cannot go on, rather than let it stay up and do nothing: one line that says why, an end in good order
 * as far as that is possible, and an exit code that an orchestrator sees. What was not settled the next one reads again.
 * Thread-safe.
 */
public final class FailStop {
    /** The exit code of a portal that ended itself: sysexits' EX_SOFTWARE. */
    public static final int EXIT_CODE = 70;

    private static final Logger LOG = LoggerFactory.getLogger(FailStop.class);
    /** So many Errors of one kind within a minute are none that pass. */
    private static final int TOO_MANY = 5;

    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Ending ending;
    private final LongSupplier nanoTime;
    private final Deque<Long> exhausted = new ArrayDeque<>();
    private final Deque<Long> brokenPolls = new ArrayDeque<>();
    private final AtomicBoolean failed = new AtomicBoolean();
    private final StepErrors steps = new StepErrors(this);

    /** How the process ends. */
    @FunctionalInterface
    public interface Ending {
        /**
         * Ends it; returns soon.
         *
         * @param exitCode what the process is to exit with
         */
        void end(int exitCode);
    }

    /**
     * Stands, from now on, around every step of the routes that are made.
     *
     * @param process says how it ends, and knows the routes' context
     */
    public FailStop(PortalProcess process) {
        this(process.ending(), System::nanoTime);
        steps.standAround(process.getCamelContext());
    }

    public FailStop(Ending ending, LongSupplier nanoTime) {
        this.ending = ending;
        this.nanoTime = nanoTime;
    }

    /**
     * Ends the portal.
     *
     * @param why what cannot go on, as a sentence without its full stop
     */
    public void because(String why, Throwable cause) {
        if (failed.getAndSet(true)) {
            return;
        }
        try {
            LOG.atError()
                    .addKeyValue("exit_code", EXIT_CODE)
                    .addKeyValue("reason", cause == null ? "none" : EnduringTask.shown(cause))
                    .log("FATAL: {}; the portal ends", why);
        } finally {
            ending.end(EXIT_CODE); // also where there is no memory to say why
        }
    }

    /** How often each step was come to, by its id. */
    public Map<String, StepCount> stepCounts() {
        return steps.counts();
    }

    /** Whether the portal cannot go on, and ends. */
    public boolean failed() {
        return failed.get();
    }

    /** Notes an Error that was survived. One lack of memory may pass; several in a minute do not. */
    void survived(Throwable failure) {
        if (failure instanceof OutOfMemoryError && tooMany(exhausted)) {
            because("memory has run out " + TOO_MANY + " times within a minute", failure);
        }
    }

    /** Notes an Error upon which reading begins anew. */
    public void pollBroke(Error failure) {
        survived(failure);
        if (tooMany(brokenPolls)) {
            because("reading requests has failed " + TOO_MANY + " times within a minute", failure);
        }
    }

    private boolean tooMany(Deque<Long> times) {
        synchronized (times) {
            long now = nanoTime.getAsLong();
            times.addLast(now);
            if (times.size() < TOO_MANY) {
                return false;
            }
            return now - times.removeFirst() < WINDOW_NANOS;
        }
    }
}
