package io.kafkasend.protocol;

/**
 * The end of a job that has no answer.
 *
 * @param jobId the correlation id
 * @param message one line for a person; names no allow-list, class or internal URL
 * @param code the stable code, a {@link ErrorCode} name or a newer portal's; null from an old portal
 * @param retryable whether the same request may pass later; null from an old portal
 * @param retryAfterSeconds when to try again; or null
 * @param request the {@link RequestDigest} of the START that this is the end of, {@link RequestDigest#NONE} where the portal
 *     knows none; null from an old portal
 */
public record ResponseError(
        JobId jobId, String message, String code, Boolean retryable, Integer retryAfterSeconds, String request)
        implements ResponseMessage {
    /** An error of a portal that does not say which request it is of. */
    public ResponseError(JobId jobId, String message, String code, Boolean retryable, Integer retryAfterSeconds) {
        this(jobId, message, code, retryable, retryAfterSeconds, null);
    }

    /** The error of this code, retryable as the code says, of a portal that does not say which request it is of. */
    public static ResponseError of(JobId jobId, ErrorCode code, String message) {
        return new ResponseError(jobId, message, code.name(), code.retryable(), null);
    }
}
