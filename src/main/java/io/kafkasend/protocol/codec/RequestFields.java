package io.kafkasend.protocol.codec;

import io.kafkasend.protocol.ByteSlice;
import io.kafkasend.protocol.ClientName;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Filename;
import io.kafkasend.protocol.Form;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.MediaType;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.TopicName;
import io.kafkasend.protocol.TraceContext;
import io.kafkasend.protocol.Transfer;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What a client sent, made of its fields. Used once. */
final class RequestFields {
    private final FieldReader fields;
    private final CheckedFields checked;
    private final JobId jobId;

    /**
     * @param checked the message's fields
     */
    RequestFields(CheckedFields checked) {
        this.fields = checked.fields();
        this.checked = checked;
        this.jobId = checked.jobId();
    }

    /** The message. */
    RequestMessage message() throws ProtocolException {
        return switch (checked.messageType()) {
            case "START" -> start();
            case "CHUNK" -> chunk();
            case "CANCEL" -> cancel();
            default ->
                throw new ProtocolException(
                        ErrorCode.UNKNOWN_MESSAGE_TYPE, jobId, "message_type is none of START, CHUNK and CANCEL");
        };
    }

    /** The CHUNK of a binary frame, whose value is the body's bytes. */
    RequestChunk frame(ByteSlice value) throws ProtocolException {
        Integer total = checked.totalIfAny();
        return new RequestChunk(jobId, checked.sequence(), total, true, checked.digest(), value.toArray());
    }

    private RequestStart start() throws ProtocolException {
        if (fields.sequence != null && fields.sequence != 0) {
            throw checked.invalid("START's sequence is not 0");
        }
        if (fields.totalChunks == null) {
            throw checked.invalid("total_chunks is missing");
        }
        int total = checked.totalChunks();
        if (fields.method == null) {
            throw checked.invalid("method is missing");
        }
        Method method = Method.named(fields.method)
                .orElseThrow(() -> new ProtocolException(
                        ErrorCode.METHOD_NOT_ALLOWED,
                        jobId,
                        "method is none of GET, POST, PUT, PATCH, DELETE, HEAD and OPTIONS"));
        if (fields.endpoint == null) {
            throw checked.invalid("endpoint is missing");
        }
        if (fields.hasData()) {
            throw checked.invalid("START holds data");
        }
        boolean multipart = fields.filename != null && fields.contentType != null;
        if ((total > 0 || multipart) && !method.mayHaveBody()) {
            throw checked.invalid(method + " may not have a body");
        }
        Transfer transfer = transfer();
        Form form = form(multipart);
        if (fields.timeoutSeconds != null && fields.timeoutSeconds < 1) {
            throw checked.invalid("timeout_seconds is not at least 1");
        }
        if (fields.expiresAt != null && fields.expiresAt < 1) {
            throw checked.invalid("expires_at is not at least 1");
        }
        if (fields.streamSeconds != null && fields.streamSeconds < 1) {
            throw checked.invalid("stream_seconds is not at least 1");
        }
        return new RequestStart(
                jobId,
                total,
                method,
                fields.endpoint,
                fields.headers,
                filename(),
                contentType(),
                checked.crc32(),
                checked.totalBytes(),
                checked.sha256(),
                seconds(fields.timeoutSeconds),
                fields.expiresAt,
                seconds(fields.streamSeconds),
                transfer,
                clientId(),
                replyTo(),
                checked.hexadecimal("secret_sha256", fields.secretSha256),
                form,
                TraceContext.parse(fields.traceparent).orElse(null),
                fields.signature);
    }

    private static Integer seconds(Long value) {
        return value == null ? null : (int) Math.min(value, Integer.MAX_VALUE);
    }

    private Form form(boolean multipart) throws ProtocolException {
        if (fields.formField == null && fields.formFields.isEmpty()) {
            return Form.OF_FILE_ALONE;
        }
        Form form = new Form(fields.formField, fields.formFields);
        String fault = multipart
                ? form.fault()
                : "form_field and form_fields are of a form, which START makes by filename and content_type";
        if (fault != null) {
            throw checked.invalid(fault);
        }
        return form;
    }

    private Transfer transfer() throws ProtocolException {
        Set<ContentEncoding> readable = EnumSet.noneOf(ContentEncoding.class);
        fields.accept.forEach(name -> ContentEncoding.named(name).ifPresent(readable::add)); // others mean nothing yet
        return new Transfer(
                checked.encoding(),
                Boolean.TRUE.equals(fields.binaryFrames),
                fields.accept.contains(Transfer.BINARY),
                readable,
                fields.accept.contains(Transfer.HEADER_LISTS),
                fields.accept.contains(Transfer.PROGRESS),
                fields.accept.contains(Transfer.STREAM));
    }

    private RequestChunk chunk() throws ProtocolException {
        int sequence = checked.sequence();
        if (!fields.hasData()) {
            throw checked.invalid("data is missing");
        }
        byte[] data = fields.dataDecoded();
        if (data == null) {
            throw new ProtocolException(
                    ErrorCode.INVALID_BASE64, jobId, "data of CHUNK " + sequence + " is not strict base64");
        }
        Integer total = checked.totalIfAny();
        return new RequestChunk(jobId, sequence, total, false, checked.digest(), data);
    }

    private RequestCancel cancel() throws ProtocolException {
        if (fields.sequence != null && fields.sequence != 0) {
            throw checked.invalid("CANCEL's sequence is not 0");
        }
        return new RequestCancel(jobId, fields.secret, fields.signature);
    }

    private String clientId() throws ProtocolException {
        if (fields.clientId != null && !ClientName.fits(fields.clientId)) {
            throw checked.invalid("client_id is not " + ClientName.FORM);
        }
        return fields.clientId;
    }

    private String replyTo() throws ProtocolException {
        String topic = fields.replyTo;
        if (topic != null && !TopicName.fits(topic)) {
            throw checked.invalid("reply_to is not " + TopicName.FORM);
        }
        return topic;
    }

    private String filename() throws ProtocolException {
        String name = fields.filename;
        if (name == null) {
            return null;
        }
        Optional<String> fault = Filename.fault(name);
        if (fault.isPresent()) {
            throw new ProtocolException(ErrorCode.INVALID_FILENAME, jobId, fault.get());
        }
        return name;
    }

    private String contentType() throws ProtocolException {
        String type = fields.contentType;
        if (type == null) {
            return null;
        }
        Optional<String> fault = MediaType.fault(type, fields.filename != null);
        if (fault.isPresent()) {
            throw new ProtocolException(ErrorCode.INVALID_CONTENT_TYPE, jobId, fault.get());
        }
        return type;
    }
}
