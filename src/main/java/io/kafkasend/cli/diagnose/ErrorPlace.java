package io.kafkasend.cli.diagnose;

import io.kafkasend.protocol.ErrorCode;
import java.util.Arrays;
import java.util.Optional;

/** Where an error code arises, as docs/operate/troubleshooting.md has it: where an operator looks first. */
public enum ErrorPlace {
    CLIENT("the client"),
    POLICY("policy"),
    KAFKA("Kafka"),
    PORTAL("the portal"),
    TOKEN_SERVER("the token server"),
    API("the API");

    private final String name;

    ErrorPlace(String name) {
        this.name = name;
    }

    /** Of a code that is known here. */
    public static ErrorPlace of(ErrorCode code) {
        return switch (code) {
            case INVALID_JSON,
                    INVALID_JOB_ID,
                    KEY_MISMATCH,
                    MESSAGE_TOO_LARGE,
                    INVALID_MESSAGE,
                    UNKNOWN_MESSAGE_TYPE,
                    INVALID_FILENAME,
                    INVALID_CONTENT_TYPE,
                    UNSUPPORTED_ENCODING,
                    TOO_MANY_CHUNKS,
                    SIGNATURE_REPLAYED,
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
                    JOB_TIMEOUT,
                    EXPIRED,
                    CANCELLED -> CLIENT;
            case METHOD_NOT_ALLOWED,
                    ENDPOINT_NOT_ALLOWED,
                    HEADER_NOT_ALLOWED,
                    REPLY_TOPIC_NOT_ALLOWED,
                    SIGNATURE_REQUIRED,
                    SIGNATURE_INVALID,
                    SIGNATURE_EXPIRED,
                    CLIENT_NOT_ALLOWED,
                    RATE_LIMITED -> POLICY;
            case CHUNKS_LOST -> KAFKA;
            case AUTHENTICATION_UNAVAILABLE,
                    TOO_MANY_JOBS,
                    REQUEST_TOO_LARGE,
                    SPOOL_UNAVAILABLE,
                    OUTCOME_UNKNOWN,
                    INTERNAL_ERROR -> PORTAL;
            case OAUTH_UNAVAILABLE, OAUTH_REJECTED -> TOKEN_SERVER;
            case API_UNREACHABLE,
                    API_UNAVAILABLE,
                    API_TIMEOUT,
                    API_BROKEN,
                    API_ANSWER_INVALID,
                    API_ANSWER_HEADERS_TOO_LARGE,
                    ANSWER_INTERRUPTED -> API;
        };
    }

    /** In a few words to stand behind what was found; empty for a code of a newer portal. */
    static Optional<String> told(String code) {
        return Arrays.stream(ErrorCode.values())
                .filter(known -> known.name().equals(code))
                .findFirst()
                .map(known -> "the place is " + of(known));
    }

    @Override
    public String toString() {
        return name;
    }
}
