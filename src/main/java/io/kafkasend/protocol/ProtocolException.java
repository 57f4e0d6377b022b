package io.kafkasend.protocol;

import java.util.Optional;

/**
 * A message that breaks the protocol. Its text is fit for the client: it names the field and what is accepted, and never
 * repeats the message's content. Carries no stack trace, since it is hostile input's normal fate.
 */
public final class ProtocolException extends Exception {
    private final ErrorCode code;
    private final transient JobId jobId;
    private final String request;
    private final String claimedId;

    /**
     * @param code what is wrong
     * @param jobId the job that the message belongs to, or null where it names none
     * @param text one line
     */
    public ProtocolException(ErrorCode code, JobId jobId, String text) {
        this(code, jobId, text, null, null);
    }

    private ProtocolException(ErrorCode code, JobId jobId, String text, String request, String claimedId) {
        super(text, null, false, false);
        this.code = code;
        this.jobId = jobId;
        this.request = request;
        this.claimedId = claimedId;
    }

    /** This fault of a message that says which START it belongs to; null where it does not say. */
    public ProtocolException ofRequest(String digest) {
        return digest == null ? this : new ProtocolException(code, jobId, getMessage(), digest, claimedId);
    }

    /** This fault of a START that has this text for its job_id. */
    public ProtocolException ofStart(String text) {
        return new ProtocolException(code, jobId, getMessage(), request, text);
    }

    /** What is wrong. */
    public ErrorCode code() {
        return code;
    }

    /** The {@link RequestDigest} that the message names, unchecked; empty where it names none. */
    public Optional<String> request() {
        return Optional.ofNullable(request);
    }

    /** What a START has for its job_id, where that is no job id; it may be anything. Empty for any other message. */
    public Optional<String> claimedId() {
        return Optional.ofNullable(claimedId);
    }

    /** The job to which an ERROR can be addressed; empty when the message names no client. */
    public Optional<JobId> jobId() {
        return Optional.ofNullable(jobId);
    }
}
