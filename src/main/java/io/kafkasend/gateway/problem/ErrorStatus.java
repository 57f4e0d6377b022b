package io.kafkasend.gateway.problem;

import io.kafkasend.client.ClientException;
import io.kafkasend.protocol.ErrorCode;

/** The HTTP status of every failure that is the bridge's own: the one place that says so. Stateless. */
public final class ErrorStatus {
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int GONE = 410;
    private static final int TOO_LARGE = 413;
    private static final int UNSUPPORTED_TYPE = 415;
    private static final int TOO_MANY = 429;
    private static final int OWN_FAULT = 500;
    private static final int BAD_GATEWAY = 502;
    private static final int UNAVAILABLE = 503;
    private static final int TIMEOUT = 504;

    private ErrorStatus() {}

    /** The status of what a portal reports. */
    public static int of(ErrorCode code) {
        return switch (code) {
            case INVALID_MESSAGE, INVALID_FILENAME -> BAD_REQUEST;
            case ENDPOINT_NOT_ALLOWED, HEADER_NOT_ALLOWED, CLIENT_NOT_ALLOWED -> FORBIDDEN;
            case METHOD_NOT_ALLOWED -> METHOD_NOT_ALLOWED;
            case CANCELLED -> GONE;
            case TOO_MANY_CHUNKS, REQUEST_TOO_LARGE -> TOO_LARGE;
            case INVALID_CONTENT_TYPE -> UNSUPPORTED_TYPE;
            case RATE_LIMITED -> TOO_MANY;
            // The gateway is not set up as the portal's operator asks.
            case REPLY_TOPIC_NOT_ALLOWED,
                    SIGNATURE_REQUIRED,
                    SIGNATURE_INVALID,
                    SIGNATURE_EXPIRED,
                    SIGNATURE_REPLAYED -> OWN_FAULT;
            // The two halves of the bridge do not understand each other, or the API no HTTP.
            case INVALID_JSON,
                    INVALID_JOB_ID,
                    KEY_MISMATCH,
                    MESSAGE_TOO_LARGE,
                    UNKNOWN_MESSAGE_TYPE,
                    UNSUPPORTED_ENCODING,
                    UNKNOWN_JOB,
                    DUPLICATE_START,
                    CHUNK_CONFLICT,
                    SEQUENCE_OUT_OF_RANGE,
                    INVALID_BASE64,
                    INVALID_ENCODING,
                    CHUNK_TOO_LARGE,
                    CRC_MISMATCH,
                    SHA256_MISMATCH,
                    LENGTH_MISMATCH,
                    OAUTH_REJECTED,
                    API_BROKEN,
                    API_ANSWER_INVALID,
                    API_ANSWER_HEADERS_TOO_LARGE,
                    OUTCOME_UNKNOWN,
                    ANSWER_INTERRUPTED,
                    INTERNAL_ERROR -> BAD_GATEWAY;
            case AUTHENTICATION_UNAVAILABLE,
                    TOO_MANY_JOBS,
                    SPOOL_UNAVAILABLE,
                    CHUNKS_LOST,
                    OAUTH_UNAVAILABLE,
                    API_UNREACHABLE,
                    API_UNAVAILABLE -> UNAVAILABLE;
            case JOB_TIMEOUT, EXPIRED, API_TIMEOUT -> TIMEOUT;
        };
    }

    /** The status of what a portal reports by its name, which may be a newer portal's. */
    public static int of(String code, boolean retryable) {
        return ErrorCode.named(code).map(ErrorStatus::of).orElse(retryable ? UNAVAILABLE : BAD_GATEWAY);
    }

    /** What a failure of the SDK is in the gateway's terms; those of a portal have codes of their own. */
    public static GatewayError of(ClientException.Kind kind) {
        return switch (kind) {
            case NO_BROKER, AUTHENTICATION, AUTHORIZATION, NO_TOPIC, KAFKA -> GatewayError.KAFKA_UNAVAILABLE;
            case SETTINGS, RECORD_TOO_LARGE -> GatewayError.GATEWAY_FAILED;
            case BODY -> GatewayError.BODY_INCOMPLETE;
            case TARGET, CORRUPT, PROTOCOL, OLD_PORTAL, JOB_FAILED -> GatewayError.ANSWER_UNFIT;
            case TIMED_OUT -> GatewayError.NO_ANSWER;
            case CLOSED -> GatewayError.GATEWAY_STOPPING;
        };
    }
}
