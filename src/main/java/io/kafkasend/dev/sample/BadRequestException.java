package io.kafkasend.dev.sample;

/** A request that the sample API answers with 400; the message says why. */
final class BadRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    BadRequestException(String message) {
        super(message);
    }
}
