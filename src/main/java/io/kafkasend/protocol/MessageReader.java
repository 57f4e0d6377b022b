package io.kafkasend.protocol;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads messages from record values, strictly: what is not exactly the protocol is refused with a {@link ErrorCode}; what
 * the protocol does not know is ignored. Thread-safe.
 */
public final class MessageReader {
    private static final long CRC_MAX = 0xFFFF_FFFFL;
    private static final int SHA256_DIGITS = 64;
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final Pattern CLIENT_ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}");
    private static final String CLIENT_ID_FORM =
            "1 to 64 letters, digits, '.', '_' and '-', of which the first is a letter or a digit";

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
            return request(fields, jobId(fields));
        } catch (ProtocolException e) {
            throw e.ofRequest(fields.request);
        }
    }

    private static RequestMessage request(FieldReader fields, JobId jobId) throws ProtocolException {
        requireNoFault(fields, jobId);
        if (fields.messageType == null) {
            throw invalid(jobId, "message_type is missing");
        }
        return switch (fields.messageType) {
            case "START" -> requestStart(fields, jobId);
            case "CHUNK" -> requestChunk(fields, jobId);
            case "CANCEL" -> requestCancel(fields, jobId);
            default ->
                throw new ProtocolException(
                        ErrorCode.UNKNOWN_MESSAGE_TYPE, jobId, "message_type is none of START, CHUNK and CANCEL");
        };
    }

    /**
     * Reads what a client signed: the payload of its signature, which is the message itself and says when, until when and
     * where it is good.
     *
     * @throws ProtocolException for a payload that is no START or CANCEL, or a START that does not say so
     */
    public SignedRequest readSigned(byte[] payload) throws ProtocolException {
        FieldReader fields = FieldReader.ofRequest(ByteSlice.of(payload));
        JobId jobId = jobId(fields);
        RequestMessage message = readRequest(payload);
        if (message instanceof RequestCancel cancel) {
            return SignedRequest.of(cancel);
        }
        if (!(message instanceof RequestStart start)) {
            throw invalid(jobId, "a signature is of START or CANCEL only");
        }
        if (fields.issuedAt == null || fields.expires == null) {
            throw invalid(jobId, "iat or exp is missing, or no whole number");
        }
        if (fields.audience == null || fields.partition == null) {
            throw invalid(jobId, "aud or partition is missing, or of the wrong type");
        }
        if (fields.partition < 0 || fields.partition > Integer.MAX_VALUE) {
            throw invalid(jobId, "partition is out of range");
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
            return response(fields, jobId(fields));
        } catch (ProtocolException e) {
            throw e.ofRequest(fields.request);
        }
    }

    private static ResponseMessage response(FieldReader fields, JobId jobId) throws ProtocolException {
        requireNoFault(fields, jobId);
        if (fields.messageType == null) {
            throw invalid(jobId, "message_type is missing");
        }
        Long crc = crc32(fields, jobId);
        Integer total = fields.totalChunks == null ? null : totalChunks(fields, jobId);
        return switch (fields.messageType) {
            case "START" -> {
                if (fields.statusCode == null || fields.statusCode < 100 || fields.statusCode > 599) {
                    throw invalid(jobId, "status_code is not within 100 and 599");
                }
                yield new ResponseStart(
                        jobId,
                        total,
                        fields.statusCode.intValue(),
                        fields.headers,
                        Boolean.TRUE.equals(fields.text),
                        crc,
                        totalBytes(fields, jobId),
                        sha256(fields, jobId),
                        encoding(fields, jobId),
                        digest(fields, jobId),
                        fields.headersApart,
                        Boolean.TRUE.equals(fields.form));
            }
            case "CHUNK" ->
                new ResponseChunk(
                        jobId,
                        sequence(fields, jobId),
                        total,
                        crc,
                        sha256(fields, jobId),
                        false,
                        digest(fields, jobId),
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
                        digest(fields, jobId));
            default ->
                throw new ProtocolException(
                        ErrorCode.UNKNOWN_MESSAGE_TYPE, jobId, "message_type is none of START, CHUNK and ERROR");
        };
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
            JobId jobId = frameOf(fields);
            Integer total = fields.totalChunks == null ? null : totalChunks(fields, jobId);
            return new RequestChunk(
                    jobId, sequence(fields, jobId), total, true, digest(fields, jobId), value.toArray());
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
            JobId jobId = frameOf(fields);
            Integer total = fields.totalChunks == null ? null : totalChunks(fields, jobId);
            return new ResponseChunk(
                    jobId,
                    sequence(fields, jobId),
                    total,
                    crc32(fields, jobId),
                    sha256(fields, jobId),
                    true,
                    digest(fields, jobId),
                    value);
        } catch (ProtocolException e) {
            throw e.ofRequest(fields.request);
        }
    }

    /** The job of a frame that is a CHUNK. */
    private static JobId frameOf(FieldReader fields) throws ProtocolException {
        JobId jobId = jobId(fields);
        requireNoFault(fields, jobId);
        if (!"CHUNK".equals(fields.messageType)) {
            throw new ProtocolException(
                    ErrorCode.UNKNOWN_MESSAGE_TYPE,
                    jobId,
                    "a binary frame is a CHUNK, and " + FrameHeaders.TYPE + " is not");
        }
        return jobId;
    }

    private static RequestStart requestStart(FieldReader fields, JobId jobId) throws ProtocolException {
        if (fields.sequence != null && fields.sequence != 0) {
            throw invalid(jobId, "START's sequence is not 0");
        }
        if (fields.totalChunks == null) {
            throw invalid(jobId, "total_chunks is missing");
        }
        int total = totalChunks(fields, jobId);
        if (fields.method == null) {
            throw invalid(jobId, "method is missing");
        }
        Method method = Method.named(fields.method)
                .orElseThrow(() -> new ProtocolException(
                        ErrorCode.METHOD_NOT_ALLOWED,
                        jobId,
                        "method is none of GET, POST, PUT, PATCH, DELETE, HEAD and OPTIONS"));
        if (fields.endpoint == null) {
            throw invalid(jobId, "endpoint is missing");
        }
        if (fields.hasData()) {
            throw invalid(jobId, "START holds data");
        }
        boolean multipart = fields.filename != null && fields.contentType != null;
        if ((total > 0 || multipart) && !method.mayHaveBody()) {
            throw invalid(jobId, method + " may not have a body");
        }
        Transfer transfer = transfer(fields, jobId);
        Form form = form(fields, multipart, jobId);
        if (fields.timeoutSeconds != null && fields.timeoutSeconds < 1) {
            throw invalid(jobId, "timeout_seconds is not at least 1");
        }
        return new RequestStart(
                jobId,
                total,
                method,
                fields.endpoint,
                fields.headers,
                filename(fields, jobId),
                contentType(fields, jobId),
                crc32(fields, jobId),
                totalBytes(fields, jobId),
                sha256(fields, jobId),
                fields.timeoutSeconds == null ? null : (int) Math.min(fields.timeoutSeconds, Integer.MAX_VALUE),
                transfer,
                clientId(fields, jobId),
                replyTo(fields, jobId),
                hexadecimal("secret_sha256", fields.secretSha256, jobId),
                form,
                fields.signature);
    }

    private static Form form(FieldReader fields, boolean multipart, JobId jobId) throws ProtocolException {
        if (fields.formField == null && fields.formFields.isEmpty()) {
            return Form.OF_FILE_ALONE;
        }
        Form form = new Form(fields.formField, fields.formFields);
        String fault = multipart
                ? form.fault()
                : "form_field and form_fields are of a form, which START makes by filename and content_type";
        if (fault != null) {
            throw invalid(jobId, fault);
        }
        return form;
    }

    private static Transfer transfer(FieldReader fields, JobId jobId) throws ProtocolException {
        Set<ContentEncoding> readable = EnumSet.noneOf(ContentEncoding.class);
        fields.accept.forEach(name -> ContentEncoding.named(name).ifPresent(readable::add)); // others mean nothing yet
        return new Transfer(
                encoding(fields, jobId),
                Boolean.TRUE.equals(fields.binaryFrames),
                fields.accept.contains(Transfer.BINARY),
                readable,
                fields.accept.contains(Transfer.HEADER_LISTS));
    }

    /** The encoding of the chunks; null for none. */
    private static ContentEncoding encoding(FieldReader fields, JobId jobId) throws ProtocolException {
        if (fields.contentEncoding == null) {
            return null;
        }
        return ContentEncoding.named(fields.contentEncoding)
                .filter(ContentEncoding::usable)
                .orElseThrow(() -> new ProtocolException(
                        ErrorCode.UNSUPPORTED_ENCODING, jobId, "content_encoding is none that is read here"));
    }

    private static RequestChunk requestChunk(FieldReader fields, JobId jobId) throws ProtocolException {
        int sequence = sequence(fields, jobId);
        if (!fields.hasData()) {
            throw invalid(jobId, "data is missing");
        }
        byte[] data = fields.dataDecoded();
        if (data == null) {
            throw new ProtocolException(
                    ErrorCode.INVALID_BASE64, jobId, "data of CHUNK " + sequence + " is not strict base64");
        }
        Integer total = fields.totalChunks == null ? null : totalChunks(fields, jobId);
        return new RequestChunk(jobId, sequence, total, false, digest(fields, jobId), data);
    }

    private static RequestCancel requestCancel(FieldReader fields, JobId jobId) throws ProtocolException {
        if (fields.sequence != null && fields.sequence != 0) {
            throw invalid(jobId, "CANCEL's sequence is not 0");
        }
        return new RequestCancel(jobId, fields.secret, fields.signature);
    }

    private static JobId jobId(FieldReader fields) throws ProtocolException {
        if (fields.jobId == null) {
            throw new ProtocolException(ErrorCode.INVALID_MESSAGE, null, "job_id is missing or not a string");
        }
        return JobId.parse(fields.jobId).orElseThrow(() -> {
            ProtocolException fault = new ProtocolException(
                    ErrorCode.INVALID_JOB_ID, null, "job_id is not a version 4 UUID in canonical lower-case form");
            return "START".equals(fields.messageType) ? fault.ofStart(fields.jobId) : fault;
        });
    }

    private static void requireNoFault(FieldReader fields, JobId jobId) throws ProtocolException {
        if (fields.fault() != null) {
            throw invalid(jobId, fields.fault());
        }
    }

    private static int totalChunks(FieldReader fields, JobId jobId) throws ProtocolException {
        long total = fields.totalChunks;
        if (total < 0) {
            throw invalid(jobId, "total_chunks is negative");
        }
        if (total > Limits.CHUNKS) {
            throw new ProtocolException(ErrorCode.TOO_MANY_CHUNKS, jobId, "total_chunks is over " + Limits.CHUNKS);
        }
        return (int) total;
    }

    private static int sequence(FieldReader fields, JobId jobId) throws ProtocolException {
        if (fields.sequence == null) {
            throw invalid(jobId, "sequence is missing");
        }
        if (fields.sequence < 0 || fields.sequence >= Limits.CHUNKS) {
            throw new ProtocolException(
                    ErrorCode.SEQUENCE_OUT_OF_RANGE, jobId, "sequence is not within 0 and total_chunks - 1");
        }
        return fields.sequence.intValue();
    }

    private static Long crc32(FieldReader fields, JobId jobId) throws ProtocolException {
        if (fields.crc32 != null && (fields.crc32 < 0 || fields.crc32 > CRC_MAX)) {
            throw invalid(jobId, "crc32 is not an unsigned 32-bit number");
        }
        return fields.crc32;
    }

    private static Long totalBytes(FieldReader fields, JobId jobId) throws ProtocolException {
        if (fields.totalBytes != null && fields.totalBytes < 0) {
            throw invalid(jobId, "total_bytes is negative");
        }
        return fields.totalBytes;
    }

    private static String sha256(FieldReader fields, JobId jobId) throws ProtocolException {
        return hexadecimal("sha256", fields.sha256, jobId);
    }

    /** The START that the message says it is of; null where it says none. */
    private static String digest(FieldReader fields, JobId jobId) throws ProtocolException {
        return hexadecimal("request_sha256", fields.request, jobId);
    }

    private static String hexadecimal(String name, String text, JobId jobId) throws ProtocolException {
        if (text != null && !isSha256(text)) {
            throw invalid(jobId, name + " is not 64 lower-case hexadecimal digits");
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

    private static String clientId(FieldReader fields, JobId jobId) throws ProtocolException {
        if (fields.clientId != null && !CLIENT_ID.matcher(fields.clientId).matches()) {
            throw invalid(jobId, "client_id is not " + CLIENT_ID_FORM);
        }
        return fields.clientId;
    }

    private static String replyTo(FieldReader fields, JobId jobId) throws ProtocolException {
        String topic = fields.replyTo;
        if (topic != null && (!TOPIC.matcher(topic).matches() || topic.equals(".") || topic.equals(".."))) {
            throw invalid(jobId, "reply_to is not a topic's name: letters, digits, '.', '_' and '-'");
        }
        return topic;
    }

    private static String filename(FieldReader fields, JobId jobId) throws ProtocolException {
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

    private static String contentType(FieldReader fields, JobId jobId) throws ProtocolException {
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

    private static ProtocolException invalid(JobId jobId, String text) {
        return new ProtocolException(ErrorCode.INVALID_MESSAGE, jobId, text);
    }
}
