package io.kafkasend.protocol;

import java.util.Optional;

/**
 * Every error that a portal reports, once: its code, whether the same request may pass later, and what it means. The
 * codes are stable; PROTOCOL.md's table is checked against this list by a test.
 */
public enum ErrorCode {
    INVALID_JSON(false, "The record is not one strict UTF-8 JSON text: it names no client, so no ERROR can be sent."),
    INVALID_JOB_ID(
            false,
            "job_id is not a version 4 UUID in canonical lower-case form: "
                    + "of a START, an ERROR goes under its own text; of others none can be sent."),
    KEY_MISMATCH(
            false, "The record's key is not its job_id: no ERROR is sent, since the writer need not be the client."),
    MESSAGE_TOO_LARGE(false, "The record's value is larger than 1,048,576 bytes: no ERROR can be sent."),
    INVALID_MESSAGE(
            false,
            "A field is missing, of the wrong type or out of its range. Without a job_id, no ERROR can be sent."),
    UNKNOWN_MESSAGE_TYPE(false, "message_type is none that a client may send."),
    METHOD_NOT_ALLOWED(
            false, "method is none that the protocol knows, or none of this client's; names are case-sensitive."),
    INVALID_FILENAME(false, "filename is a path, a reserved name, too long, or holds control characters."),
    INVALID_CONTENT_TYPE(false, "content_type is no media type (RFC 9110 §8.3), or a multipart one."),
    UNSUPPORTED_ENCODING(false, "content_encoding is none that this portal reads."),
    TOO_MANY_CHUNKS(false, "total_chunks is over the protocol's limit."),
    ENDPOINT_NOT_ALLOWED(false, "The operator's policy does not allow this endpoint."),
    HEADER_NOT_ALLOWED(false, "The operator's policy for this client does not allow a header of the request."),
    REPLY_TOPIC_NOT_ALLOWED(false, "reply_to is no topic that the operator allows this client."),
    SIGNATURE_REQUIRED(false, "This portal takes signed requests only."),
    SIGNATURE_INVALID(false, "The signature is not of this request, by a client that this portal knows."),
    SIGNATURE_EXPIRED(false, "The signature's time is over, has not come yet, or is longer than this portal takes."),
    SIGNATURE_REPLAYED(false, "A START signed under this job_id was there before."),
    CLIENT_NOT_ALLOWED(
            false, "The operator's policies have no entry for this client, or for requests without signature."),
    AUTHENTICATION_UNAVAILABLE(
            true,
            "The portal cannot look at its clients' keys and policies, and so does not know who may ask for what now."),
    RATE_LIMITED(true, "The client has sent as many requests, or bytes of them, as it may for now."),
    UNKNOWN_JOB(false, "A CHUNK came for a job that has no START here."),
    DUPLICATE_START(false, "Another START came under the id of a job that is under way; that job goes on."),
    CHUNK_CONFLICT(false, "Two CHUNKs of one sequence differ."),
    SEQUENCE_OUT_OF_RANGE(false, "A CHUNK's sequence is not within 0 and total_chunks - 1."),
    INVALID_BASE64(false, "A CHUNK's data is not strict base64 (RFC 4648 §4, padded, canonical)."),
    INVALID_ENCODING(false, "A CHUNK's data is not what START's content_encoding says."),
    CHUNK_TOO_LARGE(false, "A CHUNK has more than 1,048,576 bytes once it is decompressed."),
    CRC_MISMATCH(true, "The body's CRC-32 is not the one that START announced."),
    SHA256_MISMATCH(true, "The body's SHA-256 is not the one that START announced."),
    LENGTH_MISMATCH(true, "The body's length is not the total_bytes that START announced."),
    TOO_MANY_JOBS(true, "The portal holds as many unfinished jobs, or bytes of them, as it may."),
    REQUEST_TOO_LARGE(false, "The body is larger than the portal can hold."),
    SPOOL_UNAVAILABLE(true, "The portal keeps large bodies on a disk, which is full or fails."),
    JOB_TIMEOUT(true, "The job's chunks did not all come in time, or its time was over before its call began."),
    EXPIRED(
            true,
            "A portal read the request after its client had given up, or after the operator's limit; no call was made."),
    CHUNKS_LOST(
            true,
            "Kafka has deleted records of the topic, by its retention or by an operator's hand, before all chunks of the job were read."),
    OAUTH_UNAVAILABLE(true, "The portal could get no access token: the token server does not answer."),
    OAUTH_REJECTED(false, "The token server refuses the portal's credentials."),
    API_UNREACHABLE(true, "The API could not be reached; the request was not sent."),
    API_UNAVAILABLE(
            true,
            "The API has failed too often of late and is left alone for a while; the request was not sent, or is safe to"
                    + " repeat."),
    API_TIMEOUT(false, "The API did not answer in time; the request may have taken effect."),
    API_BROKEN(false, "The connection to the API broke during the call; the request may have taken effect."),
    API_ANSWER_INVALID(
            false,
            "What the API answered is no HTTP/1 answer that can be passed on, as with a status outside 100 to 599; the request may have taken effect."),
    API_ANSWER_HEADERS_TOO_LARGE(
            false,
            "The API's answer has more header fields, or more bytes of them, than the portal reads; the request may have taken effect."),
    OUTCOME_UNKNOWN(
            false,
            "A portal ended during the call, or may have, and it was not made again; the request may have taken effect."),
    ANSWER_INTERRUPTED(
            false,
            "The API's answer ended early or took too long, or its portal ended; what was received of it is to be discarded."),
    CANCELLED(
            false,
            "The client, or the portal's operator, cancelled the job; a call that had begun may have taken effect."),
    INTERNAL_ERROR(false, "The portal failed in a way that it does not know.");

    private final boolean retryable;
    private final String meaning;

    ErrorCode(boolean retryable, String meaning) {
        this.retryable = retryable;
        this.meaning = meaning;
    }

    /** Whether the same request, as a new job, may pass later without a change to it. */
    public boolean retryable() {
        return retryable;
    }

    /** One sentence for the reader of the error. */
    public String meaning() {
        return meaning;
    }

    /** The code of this name; empty for one that a newer portal may have. */
    public static Optional<ErrorCode> named(String name) {
        for (ErrorCode code : values()) {
            if (code.name().equals(name)) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }
}
