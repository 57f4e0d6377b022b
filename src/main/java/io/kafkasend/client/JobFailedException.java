package io.kafkasend.client;

import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseError;
import java.util.Optional;
import java.util.OptionalInt;

/** The portal could not do the job, and said so. */
public final class JobFailedException extends ClientException {
    private static final long serialVersionUID = 1L;

    private final String portalMessage;
    private final String code;
    private final Boolean retryable;
    private final Integer retryAfterSeconds;

    JobFailedException(JobId jobId, ResponseError error) {
        super(Kind.JOB_FAILED, jobId, error.message() + (error.code() == null ? "" : " (" + error.code() + ")"), null);
        this.portalMessage = error.message();
        this.code = error.code();
        this.retryable = error.retryable();
        this.retryAfterSeconds = error.retryAfterSeconds();
    }

    /** What the portal said, without the code that {@link #getMessage} ends with. */
    public String portalMessage() {
        return portalMessage;
    }

    /** The portal's error code, an {@link ErrorCode} name or a newer portal's; empty from an old portal. */
    public Optional<String> code() {
        return Optional.ofNullable(code);
    }

    /** Whether the same request may pass later, as a new job; false where an old portal does not say. */
    public boolean retryable() {
        return Boolean.TRUE.equals(retryable);
    }

    /** When to try again, in seconds, at least 0; empty where the portal does not say. */
    public OptionalInt retryAfterSeconds() {
        return retryAfterSeconds == null ? OptionalInt.empty() : OptionalInt.of(retryAfterSeconds);
    }
}
