package io.kafkasend.protocol;

import java.util.Optional;

/**
 * A message that breaks the protocol. Its text is fit for the client: it names the field and what is accepted, and never
 * repeats the message's content. Carries no stack trace, since it is hostile input's normal fate.
 */
public final class ProtocolException extends Exception {
    private final ErrorCode code;
    private final transient JobId jobId;

    /**
     * @param code what is wrong
     * @param jobId the job that the message belongs to, or null where it names none
     * @param text one line
     */
    public ProtocolException(ErrorCode code, JobId jobId, String text) {
        super(text, null, false, false);
        this.code = code;
        this.jobId = jobId;
    }

    /** What is wrong. */
    public ErrorCode code() {
        return code;
    }

    /** The job to which an ERROR can be addressed; empty when the message names no client. */
    public Optional<JobId> jobId() {
        return Optional.ofNullable(jobId);
    }
}
