package io.kafkasend.protocol.codec;

import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.ProtocolException;

/**
 * The fields of a message whose job is known, of those that requests and answers have in common: each is checked when it is
 * asked for, and what is wrong is thrown with the job's id. Used by one thread.
 *
 * @param fields as they were read
 * @param jobId the job
 */
record CheckedFields(FieldReader fields, JobId jobId) {
    private static final long CRC_MAX = 0xFFFF_FFFFL;
    private static final int SHA256_DIGITS = 64;

    /** Those of a message that names its job and has no field of the wrong type. */
    static CheckedFields of(FieldReader fields) throws ProtocolException {
        CheckedFields checked = withFaults(fields);
        if (fields.fault() != null) {
            throw checked.invalid(fields.fault());
        }
        return checked;
    }

    /** Those of a message that names its job, whatever its other fields are. */
    static CheckedFields withFaults(FieldReader fields) throws ProtocolException {
        if (fields.jobId == null) {
            throw new ProtocolException(ErrorCode.INVALID_MESSAGE, null, "job_id is missing or not a string");
        }
        JobId jobId = JobId.parse(fields.jobId).orElseThrow(() -> {
            ProtocolException fault = new ProtocolException(
                    ErrorCode.INVALID_JOB_ID, null, "job_id is not a version 4 UUID in canonical lower-case form");
            return "START".equals(fields.messageType) ? fault.ofStart(fields.jobId) : fault;
        });
        return new CheckedFields(fields, jobId);
    }

    /** What kind of message it is. */
    String messageType() throws ProtocolException {
        if (fields.messageType == null) {
            throw invalid("message_type is missing");
        }
        return fields.messageType;
    }

    /** Requires a binary frame to be a CHUNK, as all of them are. */
    CheckedFields ofFrame() throws ProtocolException {
        if (!"CHUNK".equals(fields.messageType)) {
            throw new ProtocolException(
                    ErrorCode.UNKNOWN_MESSAGE_TYPE,
                    jobId,
                    "a binary frame is a CHUNK, and " + FrameHeaders.TYPE + " is not");
        }
        return this;
    }

    /** How many chunks there are; null where the message does not say. */
    Integer totalIfAny() throws ProtocolException {
        return fields.totalChunks == null ? null : totalChunks();
    }

    int totalChunks() throws ProtocolException {
        return totalChunks(Limits.CHUNKS);
    }

    /** Likewise of an answer, which may stream. */
    Integer totalOfAnswer() throws ProtocolException {
        return fields.totalChunks == null ? null : totalChunks(Limits.STREAM_CHUNKS);
    }

    private int totalChunks(int most) throws ProtocolException {
        long total = fields.totalChunks;
        if (total < 0) {
            throw invalid("total_chunks is negative");
        }
        if (total > most) {
            throw new ProtocolException(ErrorCode.TOO_MANY_CHUNKS, jobId, "total_chunks is over " + most);
        }
        return (int) total;
    }

    int sequence() throws ProtocolException {
        return sequence(Limits.CHUNKS);
    }

    /** Likewise of an answer, which may stream. */
    int sequenceOfAnswer() throws ProtocolException {
        return sequence(Limits.STREAM_CHUNKS);
    }

    private int sequence(int end) throws ProtocolException {
        if (fields.sequence == null) {
            throw invalid("sequence is missing");
        }
        if (fields.sequence < 0 || fields.sequence >= end) {
            throw new ProtocolException(
                    ErrorCode.SEQUENCE_OUT_OF_RANGE, jobId, "sequence is not within 0 and total_chunks - 1");
        }
        return fields.sequence.intValue();
    }

    Long crc32() throws ProtocolException {
        if (fields.crc32 != null && (fields.crc32 < 0 || fields.crc32 > CRC_MAX)) {
            throw invalid("crc32 is not an unsigned 32-bit number");
        }
        return fields.crc32;
    }

    Long totalBytes() throws ProtocolException {
        if (fields.totalBytes != null && fields.totalBytes < 0) {
            throw invalid("total_bytes is negative");
        }
        return fields.totalBytes;
    }

    String sha256() throws ProtocolException {
        return hexadecimal("sha256", fields.sha256);
    }

    /** The START that the message says it is of; null where it says none. */
    String digest() throws ProtocolException {
        return hexadecimal("request_sha256", fields.request);
    }

    String hexadecimal(String name, String text) throws ProtocolException {
        if (text != null && !isSha256(text)) {
            throw invalid(name + " is not 64 lower-case hexadecimal digits");
        }
        return text;
    }

    private static boolean isSha256(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return text.length() == SHA256_DIGITS;
    }

    /** The encoding of the chunks; null for none. */
    ContentEncoding encoding() throws ProtocolException {
        if (fields.contentEncoding == null) {
            return null;
        }
        return ContentEncoding.named(fields.contentEncoding)
                .filter(ContentEncoding::usable)
                .orElseThrow(() -> new ProtocolException(
                        ErrorCode.UNSUPPORTED_ENCODING, jobId, "content_encoding is none that is read here"));
    }

    ProtocolException invalid(String text) {
        return new ProtocolException(ErrorCode.INVALID_MESSAGE, jobId, text);
    }
}
