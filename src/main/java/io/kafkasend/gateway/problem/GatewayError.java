package io.kafkasend.gateway.problem;

/** What the gateway itself refuses or fails at, before a portal has said anything. The codes are stable. */
public enum GatewayError {
    /** The request breaks HTTP/1.1, or says in two ways where its body ends. */
    BAD_REQUEST(400, false, "The request is not one that HTTP/1.1 allows, or cannot be passed on."),
    UNAUTHENTICATED(401, false, "The caller showed no token or certificate that this gateway knows."),
    CROSS_SITE(403, false, "A web page of another site asked; a gateway without callers answers none."),
    BODY_INCOMPLETE(400, true, "The request's body ended early; no call was made."),
    HEAD_TOO_SLOW(408, true, "The request's head did not come in time; no call was made."),
    URI_TOO_LONG(414, false, "The path and query are longer than the protocol takes."),
    BODY_TOO_LARGE(413, false, "The body is larger than the protocol carries."),
    JOB_UNKNOWN(404, false, "This caller has begun no such job, or what Kafka had of it is gone."),
    JOB_NOT_CANCELLED(409, false, "The job has ended, or its portal may not know how to be told."),
    UPLOAD_UNKNOWN(404, false, "This caller has no such upload, or its time is over."),
    UPLOAD_OFFSET(409, false, "The upload goes on at another offset, which Upload-Offset has."),
    UPLOAD_TAKEN(409, false, "Another request has taken the upload over, or its job is under way."),
    UPLOAD_COMPLETED(400, false, "The upload is complete; nothing can be appended."),
    UPLOAD_LENGTH(400, false, "The upload has another length than was said."),
    MISDIRECTED(421, false, "A gateway without callers answers only to this machine's own names."),
    KEY_REUSED(422, false, "Another request was made under this Idempotency-Key; nothing was done for this one."),
    HEADERS_TOO_LARGE(431, false, "The request has more headers, or longer ones, than the protocol takes."),
    CALLER_BUSY(429, true, "The caller has as many requests under way as it may."),
    CALLER_RATE(429, true, "The caller has made as many requests in this second as it may."),
    GATEWAY_FAILED(500, false, "The gateway failed in a way that it does not know, or is set up wrongly."),
    METHOD_UNKNOWN(501, false, "The method is none that the protocol knows."),
    ENCODING_UNKNOWN(501, false, "The transfer coding is none that the gateway reads."),
    ANSWER_UNFIT(
            502, false, "The answer came and is not one that can be passed on; the request may have taken effect."),
    GATEWAY_BUSY(503, true, "The gateway has as many requests under way as it may."),
    GATEWAY_STOPPING(503, false, "The gateway ends; a request that was under way may have taken effect."),
    KAFKA_UNAVAILABLE(503, false, "Kafka does not answer, or does not let the gateway in."),
    NO_ANSWER(504, false, "No answer came in time; the request may have taken effect."),
    KEEPING_FAILED(
            507,
            true,
            "The disk is full, or fails, that the gateway keeps bodies on, or all callers' uploads have as much of it as they"
                    + " may; no call was made."),
    VERSION_UNKNOWN(505, false, "The version of HTTP is none that the gateway speaks.");

    private final int status;
    private final boolean retryable;
    private final String meaning;

    GatewayError(int status, boolean retryable, String meaning) {
        this.status = status;
        this.retryable = retryable;
        this.meaning = meaning;
    }

    /** The HTTP status that goes with it. */
    public int status() {
        return status;
    }

    /** Whether nothing was done, and the same request may pass later. */
    public boolean retryable() {
        return retryable;
    }

    /** One sentence for the reader of the problem. */
    public String meaning() {
        return meaning;
    }
}
