package io.kafkasend.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Form;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.protocol.SignedRequest;
import io.kafkasend.protocol.Transfer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Writes messages as record values, in the form that peers of every age read. Thread-safe. */
public final class MessageWriter {
    private static final String REQUEST = "request_sha256";

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** A request's START. */
    public byte[] write(RequestStart start) {
        return object(256, json -> start(json, start));
    }

    /** What a client signs: the message without its signature, and when, until when and where it is good. */
    public byte[] write(SignedRequest signed) {
        return object(512, json -> {
            if (signed.message() instanceof RequestStart start) {
                start(json, start.signedBy(null));
            } else {
                head(json, signed.message().jobId(), "CANCEL", 0, null);
            }
            number(json, "iat", signed.issuedAt());
            number(json, "exp", signed.expires());
            string(json, "aud", signed.audience());
            if (signed.partition() != null) {
                json.writeNumberField("partition", signed.partition());
            }
        });
    }

    private static void start(JsonGenerator json, RequestStart start) throws IOException {
        head(json, start.jobId(), "START", 0, start.totalChunks());
        json.writeStringField("method", start.method().name());
        json.writeStringField("endpoint", start.endpoint());
        headers(json, start.headers(), Map.of());
        string(json, "filename", start.filename());
        string(json, "content_type", start.contentType());
        form(json, start.form());
        number(json, "crc32", start.crc32());
        number(json, "total_bytes", start.totalBytes());
        string(json, "sha256", start.sha256());
        if (start.timeoutSeconds() != null) {
            json.writeNumberField("timeout_seconds", start.timeoutSeconds());
        }
        number(json, "expires_at", start.expiresAt());
        number(json, "stream_seconds", start.streamSeconds());
        transfer(json, start.transfer());
        string(json, "client_id", start.clientId());
        string(json, "reply_to", start.replyTo());
        string(json, "secret_sha256", start.secretSha256());
        if (start.traceparent() != null) {
            json.writeStringField("traceparent", start.traceparent().toString());
        }
        string(json, "signature", start.signature());
    }

    /**
     * A request's CHUNK.
     *
     * @param data at most {@link Limits#CHUNK_BYTES} bytes, a multiple of 3 in every chunk but the last
     */
    public byte[] requestChunk(JobId jobId, int sequence, int totalChunks, byte[] data) {
        return requestChunk(jobId, sequence, totalChunks, null, data, null);
    }

    /**
     * The same, in an array that is no longer needed where that has the right length: to find room for the next 850 KB, and
     * to clear it, takes about as long as to fill it.
     *
     * @param request the {@link RequestDigest} of the START that it belongs to; or null
     * @param spare what an earlier call gave; or null
     */
    public byte[] requestChunk(JobId jobId, int sequence, int totalChunks, String request, byte[] data, byte[] spare) {
        return base64Chunk(
                "{\"job_id\":\"" + jobId + "\",\"message_type\":\"CHUNK\",\"sequence\":" + sequence
                        + ",\"total_chunks\":" + totalChunks + request(request),
                data,
                spare);
    }

    /** Likewise, of a client that does not say which START it belongs to. */
    public byte[] requestChunk(JobId jobId, int sequence, int totalChunks, byte[] data, byte[] spare) {
        return requestChunk(jobId, sequence, totalChunks, null, data, spare);
    }

    /** The end of a request whose answer is no longer wanted. */
    public byte[] write(RequestCancel cancel) {
        return object(128, json -> {
            head(json, cancel.jobId(), "CANCEL", 0, null);
            string(json, "secret", cancel.secret());
            string(json, "signature", cancel.signature());
        });
    }

    /** An answer's START. */
    public byte[] write(ResponseStart start) {
        return object(256, json -> {
            head(json, start.jobId(), "START", 0, start.totalChunks());
            json.writeNumberField("status_code", start.statusCode());
            headers(json, start.headers(), start.apart());
            json.writeBooleanField("is_text", start.text());
            number(json, "crc32", start.crc32());
            number(json, "total_bytes", start.totalBytes());
            string(json, "sha256", start.sha256());
            encoding(json, start.encoding());
            string(json, REQUEST, start.request());
            if (start.form()) {
                json.writeBooleanField("form", true);
            }
            if (!start.dropped().isEmpty()) {
                json.writeArrayFieldStart("dropped_headers");
                for (String name : start.dropped()) {
                    json.writeString(name);
                }
                json.writeEndArray();
            }
            if (start.stream()) {
                json.writeBooleanField("stream", true);
            }
            json.writeNullField("data");
        });
    }

    /**
     * An answer's CHUNK of binary data. It repeats {@code is_text}, because old clients believe the last message.
     *
     * @param totalChunks the total, or null while it is unknown
     * @param crc32 on the last CHUNK of a streamed body; else null
     * @param sha256 likewise
     * @param request the {@link RequestDigest} of the START that is answered; or null
     * @param data the bytes, a multiple of 3 in every chunk but the last
     */
    public byte[] binaryChunk(
            JobId jobId, int sequence, Integer totalChunks, Long crc32, String sha256, String request, byte[] data) {
        return base64Chunk(
                responseChunkHead(jobId, sequence, totalChunks, false)
                        + (crc32 == null ? "" : ",\"crc32\":" + crc32)
                        + (sha256 == null ? "" : ",\"sha256\":\"" + sha256 + "\"")
                        + request(request),
                data,
                null);
    }

    /** Likewise, of a portal that does not say which request it answers. */
    public byte[] binaryChunk(JobId jobId, int sequence, Integer totalChunks, Long crc32, String sha256, byte[] data) {
        return binaryChunk(jobId, sequence, totalChunks, crc32, sha256, null, data);
    }

    /**
     * An answer's CHUNK of text.
     *
     * @param request the {@link RequestDigest} of the START that is answered; or null
     * @param text whole characters whose JSON form fits {@link Limits#TEXT_CHUNK_BYTES}
     */
    public byte[] textChunk(JobId jobId, int sequence, int totalChunks, String request, String text) {
        return object(text.length() + 256, json -> {
            head(json, jobId, "CHUNK", sequence, totalChunks);
            json.writeBooleanField("is_text", true);
            string(json, REQUEST, request);
            json.writeStringField("data", text);
        });
    }

    /** Likewise, of a portal that does not say which request it answers. */
    public byte[] textChunk(JobId jobId, int sequence, int totalChunks, String text) {
        return textChunk(jobId, sequence, totalChunks, null, text);
    }

    /** The end of a job without an answer. */
    public byte[] write(ResponseError error) {
        return write(error.jobId().value(), error);
    }

    /**
     * An ERROR for a START whose job_id is no job id.
     *
     * @param claimedId what it has there
     * @param request the {@link RequestDigest} of the START
     */
    public byte[] write(String claimedId, ErrorCode code, String message, String request) {
        return write(claimedId, new ResponseError(null, message, code.name(), code.retryable(), null, request));
    }

    private static byte[] write(String jobId, ResponseError error) {
        return object(256, json -> {
            head(json, jobId, "ERROR", 0, 0);
            json.writeStringField("error_message", error.message());
            string(json, "error_code", error.code());
            if (error.retryable() != null) {
                json.writeBooleanField("retryable", error.retryable());
            }
            if (error.retryAfterSeconds() != null) {
                json.writeNumberField("retry_after_seconds", error.retryAfterSeconds());
            }
            string(json, REQUEST, error.request());
        });
    }

    /** How far a job is. */
    public byte[] write(ResponseStatus status) {
        return object(256, json -> {
            head(json, status.jobId(), "STATUS", 0, status.totalChunks());
            json.writeStringField("stage", status.stage());
            json.writeNumberField("seconds", status.seconds());
            number(json, "received_chunks", status.receivedChunks());
            number(json, "next_sequence", status.nextSequence());
            string(
                    json,
                    "received",
                    status.received() == null ? null : status.received().toString());
            number(json, "start_offset", status.startOffset());
            number(json, "before", status.before());
            string(json, "awaits", status.awaits());
            number(json, "attempt", status.attempt());
            string(json, "error_code", status.code());
            string(json, REQUEST, status.request());
        });
    }

    private static String request(String digest) {
        return digest == null ? "" : ",\"" + REQUEST + "\":\"" + digest + "\"";
    }

    private static String responseChunkHead(JobId jobId, int sequence, Integer totalChunks, boolean text) {
        return "{\"job_id\":\"" + jobId + "\",\"message_type\":\"CHUNK\",\"sequence\":" + sequence
                + (totalChunks == null ? "" : ",\"total_chunks\":" + totalChunks) + ",\"is_text\":" + text;
    }

    /** Puts base64 between a head and an end, in the one array that becomes the record. */
    private static byte[] base64Chunk(String head, byte[] data, byte[] spare) {
        byte[] before = (head + ",\"data\":\"").getBytes(StandardCharsets.US_ASCII);
        int length = before.length + Base64Slices.encodedLength(data.length) + 2;
        byte[] value = spare != null && spare.length == length ? spare : new byte[length];
        System.arraycopy(before, 0, value, 0, before.length);
        Base64Slices.encode(data, value, before.length);
        value[value.length - 2] = '"';
        value[value.length - 1] = '}';
        return value;
    }

    private static byte[] object(int size, Fields fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(size);
        try (JsonGenerator json = StrictJson.factory().createGenerator(out)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void head(JsonGenerator json, JobId jobId, String type, int sequence, Integer totalChunks)
            throws IOException {
        head(json, jobId.value(), type, sequence, totalChunks);
    }

    private static void head(JsonGenerator json, String jobId, String type, int sequence, Integer totalChunks)
            throws IOException {
        json.writeStringField("job_id", jobId);
        json.writeStringField("message_type", type);
        json.writeNumberField("sequence", sequence);
        if (totalChunks != null) {
            json.writeNumberField("total_chunks", totalChunks);
        }
    }

    private static void headers(JsonGenerator json, Map<String, String> headers, Map<String, List<String>> apart)
            throws IOException {
        json.writeObjectFieldStart("headers");
        for (Map.Entry<String, String> header : headers.entrySet()) {
            List<String> values = apart.get(header.getKey());
            if (values == null) {
                json.writeStringField(header.getKey(), header.getValue());
            } else {
                array(json, header.getKey(), values);
            }
        }
        json.writeEndObject();
    }

    private static void array(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    /** Nothing of a file alone, likewise. */
    private static void form(JsonGenerator json, Form form) throws IOException {
        string(json, "form_field", form.file());
        if (form.texts().isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("form_fields");
        for (Map.Entry<String, List<String>> text : form.texts().entrySet()) {
            List<String> values = text.getValue();
            if (values.size() == 1) {
                json.writeStringField(text.getKey(), values.get(0));
            } else {
                array(json, text.getKey(), values);
            }
        }
        json.writeEndObject();
    }

    /** Nothing of what every peer reads, so that a START of it is the one that it always was. */
    private static void transfer(JsonGenerator json, Transfer transfer) throws IOException {
        encoding(json, transfer.encoding());
        if (transfer.frames()) {
            json.writeBooleanField("binary_frames", true);
        }
        if (!transfer.readsFrames()
                && transfer.readsEncodings().isEmpty()
                && !transfer.readsHeaderLists()
                && !transfer.readsProgress()
                && !transfer.readsStream()) {
            return;
        }
        json.writeArrayFieldStart("accept");
        if (transfer.readsFrames()) {
            json.writeString(Transfer.BINARY);
        }
        for (ContentEncoding encoding : ContentEncoding.values()) {
            if (transfer.readsEncodings().contains(encoding)) {
                json.writeString(encoding.token());
            }
        }
        if (transfer.readsHeaderLists()) {
            json.writeString(Transfer.HEADER_LISTS);
        }
        if (transfer.readsProgress()) {
            json.writeString(Transfer.PROGRESS);
        }
        if (transfer.readsStream()) {
            json.writeString(Transfer.STREAM);
        }
        json.writeEndArray();
    }

    private static void encoding(JsonGenerator json, ContentEncoding encoding) throws IOException {
        if (encoding != null) {
            json.writeStringField("content_encoding", encoding.token());
        }
    }

    private static void string(JsonGenerator json, String name, String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    private static void number(JsonGenerator json, String name, Number value) throws IOException {
        if (value != null) {
            json.writeNumberField(name, value.longValue());
        }
    }
}
