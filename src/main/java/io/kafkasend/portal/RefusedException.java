package io.kafkasend.portal;

import io.kafkasend.protocol.ErrorCode;

/** A job that the portal ends without an answer, for a reason that it can name to the client. Carries no stack trace. */
final class RefusedException extends Exception {
    private final ErrorCode code;
    private final boolean ofCall;

    /**
     * @param code the client's error code
     * @param text one line for the client
     */
    RefusedException(ErrorCode code, String text) {
        this(code, text, false);
    }

    private RefusedException(ErrorCode code, String text, boolean ofCall) {
        super(text, null, false, false);
        this.code = code;
        this.ofCall = ofCall;
    }

    /** The end of a job that is whole, but whose call may not begin. */
    static RefusedException ofCall(ErrorCode code, String text) {
        return new RefusedException(code, text, true);
    }

    ErrorCode code() {
        return code;
    }

    /** Whether it ends a job that is being assembled, but none that has got further. */
    boolean onlyAssembling() {
        return !ofCall;
    }
}
