package io.kafkasend.protocol;

/**
 * The client no longer wants the job's answer.
 *
 * @param jobId the correlation id
 */
public record RequestCancel(JobId jobId) implements RequestMessage {
    @Override
    public String toString() {
        return "CANCEL " + jobId;
    }
}
