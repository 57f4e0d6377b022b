package io.kafkasend.dev;

/** A server could not start; the message says why, in one line that is fit for a user. */
public final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
