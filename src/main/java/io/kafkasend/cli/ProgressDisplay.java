package io.kafkasend.cli;

import io.kafkasend.client.ProgressListener;

/** Shows how a job gets on, until it is closed. Thread-safe; closing again does nothing. */
interface ProgressDisplay extends ProgressListener, AutoCloseable {
    @Override
    void close();

    /**
     * A bar on a terminal, lines elsewhere, nothing where quiet.
     *
     * @param request what is sent, in a few words
     */
    static ProgressDisplay of(Surroundings surroundings, boolean quiet, String request) {
        if (quiet) {
            return () -> {};
        }
        return surroundings.terminal()
                ? new ProgressBars(surroundings.err(), request)
                : new ProgressLines(surroundings.err(), request);
    }
}
