package io.kafkasend.protocol;

/**
 * The client no longer wants the job's answer.
 *
 * @param jobId the correlation id
 * @param signature a JWS over this, by the client that signed START; not yet verified; or null
 */
public record RequestCancel(JobId jobId, String signature) implements RequestMessage {
    /** A CANCEL that is not signed. */
    public RequestCancel(JobId jobId) {
        this(jobId, null);
    }

    /** Names the job; not the signature, which is long. */
    @Override
    public String toString() {
        return "CANCEL " + jobId;
    }
}
