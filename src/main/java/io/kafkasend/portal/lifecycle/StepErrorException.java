package io.kafkasend.portal.lifecycle;

import java.util.Arrays;

/** An Error within a step: what the step was at fails of it, and nothing else. */
final class StepErrorException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** A StackOverflowError has a thousand. */
    private static final int FRAMES = 12;

    /** Keeps the first frames of the Error, and not the Error, which may hold on to much. */
    StepErrorException(String step, Error error) {
        super(EnduringTask.shown(error) + " in " + step);
        StackTraceElement[] frames = error.getStackTrace();
        setStackTrace(Arrays.copyOf(frames, Math.min(FRAMES, frames.length)));
    }
}
