package io.kafkasend.protocol.codec;

import io.kafkasend.protocol.ByteSlice;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;

/** What a portal sent, made of its fields. Used once. */
final class ResponseFields {
    private final FieldReader fields;
    private final CheckedFields checked;
    private final JobId jobId;

    /**
     * @param checked the message's fields
     */
    ResponseFields(CheckedFields checked) {
        this.fields = checked.fields();
        this.checked = checked;
        this.jobId = checked.jobId();
    }

    /** The message. */
    ResponseMessage message() throws ProtocolException {
        String messageType = checked.messageType();
        Long crc = checked.crc32();
        Integer total = checked.totalIfAny();
        return switch (messageType) {
            case "START" -> {
                if (fields.statusCode == null || fields.statusCode < 100 || fields.statusCode > 599) {
                    throw checked.invalid("status_code is not within 100 and 599");
                }
                yield new ResponseStart(
                        jobId,
                        total,
                        fields.statusCode.intValue(),
                        fields.headers,
                        Boolean.TRUE.equals(fields.text),
                        crc,
                        checked.totalBytes(),
                        checked.sha256(),
                        checked.encoding(),
                        checked.digest(),
                        fields.headersApart,
                        Boolean.TRUE.equals(fields.form));
            }
            case "CHUNK" ->
                new ResponseChunk(
                        jobId,
                        checked.sequence(),
                        total,
                        crc,
                        checked.sha256(),
                        false,
                        checked.digest(),
                        fields.dataText());
            case "ERROR" ->
                new ResponseError(
                        jobId,
                        fields.errorMessage == null ? "the portal gave no reason" : fields.errorMessage,
                        fields.errorCode,
                        fields.retryable,
                        fields.retryAfterSeconds == null
                                ? null
                                : (int) Math.max(0, Math.min(fields.retryAfterSeconds, Integer.MAX_VALUE)),
                        checked.digest());
            default ->
                throw new ProtocolException(
                        ErrorCode.UNKNOWN_MESSAGE_TYPE, jobId, "message_type is none of START, CHUNK and ERROR");
        };
    }

    /** The CHUNK of a binary frame, whose value is the body's bytes and stays where it is. */
    ResponseChunk frame(ByteSlice value) throws ProtocolException {
        Integer total = checked.totalIfAny();
        return new ResponseChunk(
                jobId, checked.sequence(), total, checked.crc32(), checked.sha256(), true, checked.digest(), value);
    }
}
