package io.kafkasend.protocol;

/**
 * The end of a job that has no answer.
 *
 * @param jobId the correlation id
 * @param message one line for a person; names no allow-list, class or internal URL
 * @param code the stable code, a {@link ErrorCode} name or a newer portal's; null from an old portal
 * @param retryable whether the same request may pass later; null from an old portal
 * @param retryAfterSeconds when to try again; or null
 */
public record ResponseError(JobId jobId, String message, String code, Boolean retryable, Integer retryAfterSeconds)
        implements ResponseMessage {
    /** The error of this code, retryable as the code says. */
    public static ResponseError of(JobId jobId, ErrorCode code, String message) {
        return new ResponseError(jobId, message, code.name(), code.retryable(), null);
    }
}
