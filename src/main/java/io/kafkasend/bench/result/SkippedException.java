package io.kafkasend.bench.result;

/** A scenario cannot be measured here; the message says why, in one line. */
public final class SkippedException extends Exception {
    private static final long serialVersionUID = 1L;

    public SkippedException(String message) {
        super(message);
    }
}
