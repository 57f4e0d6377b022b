package io.kafkasend.portal;

import io.kafkasend.protocol.ErrorCode;

/** A job that the portal ends without an answer, for a reason that it can name to the client. Carries no stack trace. */
final class RefusedException extends Exception {
    private final ErrorCode code;

    /**
     * @param code the client's error code
     * @param text one line for the client
     */
    RefusedException(ErrorCode code, String text) {
        super(text, null, false, false);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }
}
