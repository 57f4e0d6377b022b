package io.kafkasend.protocol.codec;

import io.kafkasend.protocol.ByteSlice;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.SignedRequest;

/**
 * Reads messages from record values, strictly: what is not exactly the protocol is refused with a {@link ErrorCode}; what
 * the protocol does not know is ignored. Thread-safe.
 */
public final class MessageReader {
    /**
     * Reads what a client sent.
     *
     * @throws ProtocolException naming the job where one can be named
     */
    public RequestMessage readRequest(byte[] value) throws ProtocolException {
        return readRequest(ByteSlice.of(value));
    }

    private RequestMessage readRequest(ByteSlice value) throws ProtocolException {
        FieldReader fields = FieldReader.ofRequest(value);
        try {
            return new RequestFields(CheckedFields.of(fields)).message();
        } catch (ProtocolException e) {
            throw e.ofRequest(fields.request);
        }
    }

    /**
     * Reads what a client signed: the payload of its signature, which is the message itself and says when, until when and
     * where it is good.
     *
     * @throws ProtocolException for a payload that is no START or CANCEL, or a START that does not say so
     */
    public SignedRequest readSigned(byte[] payload) throws ProtocolException {
        FieldReader fields = FieldReader.ofRequest(ByteSlice.of(payload));
        CheckedFields checked = CheckedFields.withFaults(fields);
        RequestMessage message = readRequest(payload);
        if (message instanceof RequestCancel cancel) {
            return SignedRequest.of(cancel);
        }
        if (!(message instanceof RequestStart start)) {
            throw checked.invalid("a signature is of START or CANCEL only");
        }
        if (fields.issuedAt == null || fields.expires == null) {
            throw checked.invalid("iat or exp is missing, or no whole number");
        }
        if (fields.audience == null || fields.partition == null) {
            throw checked.invalid("aud or partition is missing, or of the wrong type");
        }
        if (fields.partition < 0 || fields.partition > Integer.MAX_VALUE) {
            throw checked.invalid("partition is out of range");
        }
        return SignedRequest.of(start, fields.issuedAt, fields.expires, fields.audience, fields.partition.intValue());
    }

    /**
     * Reads what a portal sent.
     *
     * @throws ProtocolException naming the job where one can be named
     */
    public ResponseMessage readResponse(byte[] value) throws ProtocolException {
        return readResponse(ByteSlice.of(value));
    }

    private ResponseMessage readResponse(ByteSlice value) throws ProtocolException {
        FieldReader fields = FieldReader.ofResponse(value);
        try {
            return new ResponseFields(CheckedFields.of(fields)).message();
        } catch (ProtocolException e) {
            throw e.ofRequest(fields.request);
        }
    }

    /**
     * Reads what a client sent, as JSON or as a binary frame. A frame names its job by the record's key; a JSON message's
     * {@code job_id} is not compared with it here.
     *
     * @throws ProtocolException naming the job where one can be named
     */
    public RequestMessage readRequest(byte[] key, FrameHeaders headers, byte[] value) throws ProtocolException {
        return readRequest(key, headers, ByteSlice.of(value));
    }

    /** Likewise, of a value that lies in a larger array. */
    public RequestMessage readRequest(byte[] key, FrameHeaders headers, ByteSlice value) throws ProtocolException {
        if (!headers.isFrame()) {
            return readRequest(value);
        }
        FieldReader fields = FieldReader.ofFrame(key, headers, value.length(), Limits.RECORD_BYTES);
        try {
            return new RequestFields(CheckedFields.of(fields).ofFrame()).frame(value);
        } catch (ProtocolException e) {
            throw e.ofRequest(fields.request);
        }
    }

    /**
     * Reads what a portal sent, likewise.
     *
     * @throws ProtocolException naming the job where one can be named
     */
    public ResponseMessage readResponse(byte[] key, FrameHeaders headers, byte[] value) throws ProtocolException {
        return readResponse(key, headers, ByteSlice.of(value));
    }

    /** Likewise, of a value that lies in a larger array, where a CHUNK's bytes then stay. */
    public ResponseMessage readResponse(byte[] key, FrameHeaders headers, ByteSlice value) throws ProtocolException {
        if (!headers.isFrame()) {
            return readResponse(value);
        }
        FieldReader fields = FieldReader.ofFrame(key, headers, value.length(), Limits.ANSWER_BYTES);
        try {
            return new ResponseFields(CheckedFields.of(fields).ofFrame()).frame(value);
        } catch (ProtocolException e) {
            throw e.ofRequest(fields.request);
        }
    }
}
