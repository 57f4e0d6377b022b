package io.kafkasend.portal.failure;

import io.kafkasend.protocol.ErrorCode;

/** A job that the portal ends without an answer, for a reason that it can name to the client. Carries no stack trace. */
public final class RefusedException extends Exception {
    private final ErrorCode code;
    private final boolean ofCall;
    private final Integer retryAfterSeconds;

    /**
     * @param code the client's error code
     * @param text one line for the client
     */
    public RefusedException(ErrorCode code, String text) {
        this(code, text, false, null);
    }

    private RefusedException(ErrorCode code, String text, boolean ofCall, Integer retryAfterSeconds) {
        super(text, null, false, false);
        this.code = code;
        this.ofCall = ofCall;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** The end of a request over its client's rate, which may come again after so many seconds. */
    public static RefusedException rateLimited(long seconds) {
        return new RefusedException(
                ErrorCode.RATE_LIMITED, "the client has sent as much as it may for now", false, (int)
                        Math.min(seconds, Integer.MAX_VALUE));
    }

    /** The end of a job that is whole, but whose call may not begin. */
    public static RefusedException ofCall(ErrorCode code, String text) {
        return new RefusedException(code, text, true, null);
    }

    /** When the client may come again; null where that is not known. */
    public Integer retryAfterSeconds() {
        return retryAfterSeconds;
    }

    public ErrorCode code() {
        return code;
    }

    /** Whether it ends a job that is being assembled, but none that has got further. */
    public boolean onlyAssembling() {
        return !ofCall;
    }
}
