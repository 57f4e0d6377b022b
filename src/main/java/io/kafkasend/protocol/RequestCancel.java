package io.kafkasend.protocol;

/**
 * The client no longer wants the job's answer.
 *
 * @param jobId the correlation id
 * @param secret what START gave the digest of, which shows that the same client sent both; or null
 * @param signature a JWS over this, by the client that signed START; not yet verified; or null
 */
public record RequestCancel(JobId jobId, String secret, String signature) implements RequestMessage {
    /** A CANCEL that shows no secret. */
    public RequestCancel(JobId jobId, String signature) {
        this(jobId, null, signature);
    }

    /** A CANCEL that is not signed, and shows no secret. */
    public RequestCancel(JobId jobId) {
        this(jobId, null);
    }

    /** Names the job; neither secret nor signature. */
    @Override
    public String toString() {
        return "CANCEL " + jobId;
    }
}
