package io.kafkasend.cli.send;

import io.kafkasend.cli.console.Console;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.security.Printable;
import java.time.Duration;
import java.util.Locale;

/** Shows how a job gets on, until it is closed. Thread-safe; closing again does nothing. */
interface ProgressDisplay extends ProgressListener, AutoCloseable {
    @Override
    void close();

    /** The answer is here, whole: what has come of it was all. */
    default void arrived() {}

    /** The line that says why and when the request is sent again. */
    static String again(int retry, int retries, Duration wait, JobFailedException failure) {
        return Printable.line(String.format(
                Locale.ROOT,
                "%s; retry %d of %d in %.1f s",
                failure.getMessage(),
                retry,
                retries,
                wait.toMillis() / 1000.0));
    }

    /**
     * A bar where standard error is a terminal, lines elsewhere, nothing where quiet.
     *
     * @param request what is sent, in a few words
     */
    static ProgressDisplay of(Console surroundings, boolean quiet, String request) {
        if (quiet) {
            return () -> {};
        }
        return surroundings.screen() == null || "dumb".equals(surroundings.variable("TERM"))
                ? new ProgressLines(surroundings.err(), request)
                : new ProgressBars(surroundings.err(), surroundings.screen(), request);
    }
}
