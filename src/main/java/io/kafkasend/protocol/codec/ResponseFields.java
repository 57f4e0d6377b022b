package io.kafkasend.protocol.codec;

import io.kafkasend.protocol.ByteSlice;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.protocol.SequenceRanges;

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
        Integer total = checked.totalOfAnswer();
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
                        Boolean.TRUE.equals(fields.form),
                        fields.droppedHeaders,
                        Boolean.TRUE.equals(fields.stream));
            }
            case "CHUNK" ->
                new ResponseChunk(
                        jobId,
                        checked.sequenceOfAnswer(),
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
                        count(fields.retryAfterSeconds),
                        checked.digest());
            case "STATUS" -> status(total);
            default ->
                throw new ProtocolException(
                        ErrorCode.UNKNOWN_MESSAGE_TYPE,
                        jobId,
                        "message_type is none of START, CHUNK, ERROR and STATUS");
        };
    }

    private ResponseStatus status(Integer total) throws ProtocolException {
        if (fields.stage == null) {
            throw checked.invalid("stage is missing");
        }
        return new ResponseStatus(
                jobId,
                fields.stage,
                fields.seconds == null ? 0 : Math.max(0, fields.seconds),
                total,
                count(fields.receivedChunks),
                count(fields.nextSequence),
                SequenceRanges.read(fields.received).orElse(null),
                fields.startOffset,
                count(fields.before),
                fields.awaits,
                count(fields.attempt),
                fields.errorCode,
                checked.digest());
    }

    /** A number that is for a person, or a hint: what is out of its range harms nothing. */
    private static Integer count(Long number) {
        return number == null ? null : (int) Math.max(0, Math.min(number, Integer.MAX_VALUE));
    }

    /** The CHUNK of a binary frame, whose value is the body's bytes and stays where it is. */
    ResponseChunk frame(ByteSlice value) throws ProtocolException {
        Integer total = checked.totalOfAnswer();
        return new ResponseChunk(
                jobId,
                checked.sequenceOfAnswer(),
                total,
                checked.crc32(),
                checked.sha256(),
                true,
                checked.digest(),
                value);
    }
}
