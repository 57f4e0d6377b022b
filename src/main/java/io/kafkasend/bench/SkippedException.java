package io.kafkasend.bench;

/** A scenario cannot be measured here; the message says why, in one line. */
final class SkippedException extends Exception {
    private static final long serialVersionUID = 1L;

    SkippedException(String message) {
        super(message);
    }
}
