package io.kafkasend.protocol.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.kafkasend.protocol.ByteSlice;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.TraceContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads one message's fields by name, without coercion. A field of the wrong type is noted and reading goes on, since the
 * job to which the ERROR is addressed may stand behind it. Used once.
 */
final class FieldReader {
    private final JsonParser parser;
    private final JsonValues values;
    private byte[] value;

    String jobId;
    String messageType;
    Long sequence;
    Long totalChunks;
    String method;
    String endpoint;
    Map<String, String> headers = new LinkedHashMap<>();
    /** The values of headers that have several; only an answer's may. */
    Map<String, List<String>> headersApart = new LinkedHashMap<>();

    String filename;
    String contentType;
    String formField;
    Map<String, List<String>> formFields = new LinkedHashMap<>();
    String contentEncoding;
    Boolean binaryFrames;
    Set<String> accept = new LinkedHashSet<>();
    Long crc32;
    Long totalBytes;
    String sha256;
    String request;
    String secretSha256;
    String secret;
    Long timeoutSeconds;
    Long expiresAt;
    Long streamSeconds;
    String clientId;
    String replyTo;
    /** Whatever it is, it is no reason to refuse a message. */
    String traceparent;

    String signature;
    Long issuedAt;
    Long expires;
    String audience;
    Long partition;
    Long statusCode;
    Boolean text;
    Boolean form;
    Boolean stream;
    List<String> droppedHeaders = List.of();
    String errorMessage;
    String errorCode;
    Boolean retryable;
    Long retryAfterSeconds;
    String stage;
    Long seconds;
    Long receivedChunks;
    Long nextSequence;
    String received;
    Long startOffset;
    Long before;
    String awaits;
    Long attempt;
    /** The {@code data} string in UTF-8; null when absent or null. */
    byte[] data;
    /** Where {@link #data} is a slice of the value, the slice; nothing is copied until it must be. */
    int dataFrom = -1;

    int dataLength;

    private final int maxHeaders;
    private final int maxTextChars;
    private final boolean headerLists;

    private FieldReader(byte[] value, JsonParser parser, int maxHeaders, int maxTextChars) {
        this.value = value;
        this.parser = parser;
        this.values = new JsonValues(parser);
        this.maxHeaders = maxHeaders;
        this.maxTextChars = maxTextChars;
        this.headerLists = maxHeaders > Limits.HEADERS; // an answer's
    }

    /** Reads the whole value that a client sent; throws only for what makes it no message at all. */
    static FieldReader ofRequest(ByteSlice value) throws ProtocolException {
        return read(value, Limits.RECORD_BYTES, Limits.HEADERS, Limits.TEXT_CHARS);
    }

    /** Likewise for what a portal sent: the API's headers are what they are, and earlier portals cut text by characters. */
    static FieldReader ofResponse(ByteSlice value) throws ProtocolException {
        return read(value, Limits.ANSWER_BYTES, Limits.RECORD_BYTES, Limits.RECORD_BYTES);
    }

    /** Reads a binary frame's headers; its job is the record's key. */
    static FieldReader ofFrame(byte[] key, FrameHeaders headers, int bytes, int maxBytes) throws ProtocolException {
        requireSize(bytes, maxBytes);
        FieldReader reader = new FieldReader(null, null, 0, 0);
        reader.jobId = key == null ? null : new String(key, 0, Math.min(key.length, 64), StandardCharsets.ISO_8859_1);
        reader.messageType = headers.text(FrameHeaders.TYPE);
        reader.sequence = headers.number(FrameHeaders.SEQUENCE);
        reader.totalChunks = headers.number(FrameHeaders.TOTAL);
        reader.crc32 = headers.number(FrameHeaders.CRC32);
        reader.sha256 = headers.text(FrameHeaders.SHA256);
        reader.request = headers.text(FrameHeaders.REQUEST);
        if (headers.fault() != null) {
            reader.values.note(headers.fault());
        }
        return reader;
    }

    private static void requireSize(int bytes, int maxBytes) throws ProtocolException {
        if (bytes > maxBytes) {
            throw new ProtocolException(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    null,
                    "a record's value may take " + maxBytes + " bytes, and this one takes " + bytes);
        }
    }

    private static FieldReader read(ByteSlice value, int maxBytes, int maxHeaders, int maxTextChars)
            throws ProtocolException {
        requireSize(value.length(), maxBytes);
        LongData data = LongData.in(value);
        return data == null
                ? whole(value.toArray(), maxHeaders, maxTextChars)
                : around(data, value, maxHeaders, maxTextChars);
    }

    /** Reads all but the text of {@code data}, which is known to be right and stays where it is. */
    static FieldReader around(LongData data, ByteSlice value, int maxHeaders, int maxTextChars)
            throws ProtocolException {
        FieldReader reader = whole(data.rest(value), maxHeaders, maxTextChars);
        reader.value = value.array();
        reader.dataFrom = data.from();
        reader.dataLength = data.length();
        return reader;
    }

    static FieldReader whole(byte[] value, int maxHeaders, int maxTextChars) throws ProtocolException {
        if (!StrictJson.utf8(value)) {
            throw new ProtocolException(
                    ErrorCode.INVALID_JSON, null, "the value is not UTF-8 without a byte order mark");
        }
        try (JsonParser parser = StrictJson.parser(value)) {
            FieldReader reader = new FieldReader(value, parser, maxHeaders, maxTextChars);
            reader.readObject();
            return reader;
        } catch (StreamConstraintsException e) {
            throw overBounds(value);
        } catch (IOException | IllegalArgumentException e) {
            throw noStrictJson();
        }
    }

    /** A name may be longer than is read, in a message that is else as it should be: whoever waits for its job is told so. */
    private static ProtocolException overBounds(byte[] value) {
        try (JsonParser parser = StrictJson.wideParser(value)) {
            JobId found = null;
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    boolean jobId = parser.currentName().equals("job_id");
                    if (parser.nextToken() == JsonToken.VALUE_STRING && jobId && parser.getTextLength() <= 64) {
                        found = JobId.parse(parser.getText()).orElse(null);
                    }
                    parser.skipChildren();
                }
            }
            boolean whole = parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
            if (whole && found != null) {
                return new ProtocolException(
                        ErrorCode.INVALID_MESSAGE, found, "a name may have " + Limits.TEXT_CHARS + " characters");
            }
        } catch (IOException e) {
            // nobody's
        }
        return noStrictJson();
    }

    /** The parser's own text quotes the input, so it is not told. */
    private static ProtocolException noStrictJson() {
        return new ProtocolException(ErrorCode.INVALID_JSON, null, "the value is not one strict JSON object");
    }

    /** The first field that was of the wrong type, as a sentence; null when all are right. */
    String fault() {
        return values.fault();
    }

    private void readObject() throws IOException, ProtocolException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new ProtocolException(ErrorCode.INVALID_JSON, null, "the value is empty");
        }
        if (first != JsonToken.START_OBJECT) {
            parser.skipChildren();
            boolean more = parser.nextToken() != null;
            throw new ProtocolException(
                    more ? ErrorCode.INVALID_JSON : ErrorCode.INVALID_MESSAGE, null, "the value is JSON but no object");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            readField(name, parser.nextToken());
        }
        if (parser.nextToken() != null) {
            throw new ProtocolException(ErrorCode.INVALID_JSON, null, "something follows the JSON object");
        }
    }

    private void readField(String name, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return; // as if absent
        }
        switch (name) {
            case "job_id" -> jobId = values.word(name, token, 64);
            case "message_type" -> messageType = values.word(name, token, 64);
            case "sequence" -> sequence = values.integer(name, token);
            case "total_chunks" -> totalChunks = values.integer(name, token);
            case "method" -> method = values.word(name, token, 64);
            case "endpoint" -> endpoint = values.string(name, token, maxTextChars);
            case "headers" -> readHeaders(token);
            case "filename" -> filename = values.word(name, token, Limits.FILENAME_BYTES);
            case "content_type" -> contentType = values.word(name, token, Limits.CONTENT_TYPE_CHARS);
            case "form_field" -> formField = values.string(name, token, Limits.FORM_NAME_CHARS);
            case "form_fields" -> readForm(token);
            case "content_encoding" -> contentEncoding = values.word(name, token, 64);
            case "binary_frames" -> binaryFrames = values.bool(name, token);
            case "accept" -> readAccept(token);
            case "crc32" -> crc32 = values.integer(name, token);
            case "total_bytes" -> totalBytes = values.integer(name, token);
            case "sha256" -> sha256 = values.string(name, token, 64);
            case "request_sha256" -> request = values.string(name, token, 64);
            case "secret_sha256" -> secretSha256 = values.string(name, token, 64);
            case "secret" -> secret = values.string(name, token, Limits.SECRET_CHARS);
            case "timeout_seconds" -> timeoutSeconds = values.integer(name, token);
            case "expires_at" -> expiresAt = values.integer(name, token);
            case "stream_seconds" -> streamSeconds = values.integer(name, token);
            case "client_id" -> clientId = values.string(name, token, Limits.CLIENT_ID_CHARS);
            case "reply_to" -> replyTo = values.string(name, token, Limits.TOPIC_CHARS);
            case "signature" -> signature = values.string(name, token, Limits.SIGNATURE_CHARS);
            case "traceparent" -> traceparent = values.textIfAny(token, TraceContext.MOST_CHARS);
            case "iat" -> issuedAt = values.numberIfAny(token);
            case "exp" -> expires = values.numberIfAny(token);
            case "aud" -> audience = values.textIfAny(token, Limits.TOPIC_CHARS);
            case "partition" -> partition = values.numberIfAny(token);
            case "status_code" -> statusCode = values.integer(name, token);
            case "form" -> form = values.bool(name, token);
            case "stream" -> stream = values.bool(name, token);
            case "dropped_headers" -> droppedHeaders = values.texts(name, token, Limits.TEXT_CHARS);
            case "is_text" -> text = values.bool(name, token);
            case "error_message" -> errorMessage = values.string(name, token, Limits.RECORD_BYTES);
            case "error_code" -> errorCode = values.string(name, token, 64);
            case "retryable" -> retryable = values.bool(name, token);
            case "retry_after_seconds" -> retryAfterSeconds = values.integer(name, token);
            case "stage" -> stage = values.word(name, token, 64);
            case "seconds" -> seconds = values.integer(name, token);
            case "received_chunks" -> receivedChunks = values.integer(name, token);
            case "next_sequence" -> nextSequence = values.integer(name, token);
            case "received" -> received = values.textIfAny(token, Limits.RECEIVED_CHARS);
            case "start_offset" -> startOffset = values.numberIfAny(token);
            case "before" -> before = values.integer(name, token);
            case "awaits" -> awaits = values.word(name, token, 64);
            case "attempt" -> attempt = values.integer(name, token);
            case "data" -> readData(token);
            default -> parser.skipChildren();
        }
    }

    private void readHeaders(JsonToken token) throws IOException {
        if (token != JsonToken.START_OBJECT) {
            values.wrong("headers", "an object of strings");
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken valueToken = parser.nextToken();
            boolean list = valueToken == JsonToken.START_ARRAY && headerLists;
            if (valueToken != JsonToken.VALUE_STRING && !list) {
                values.wrong("headers", "an object of strings");
                continue;
            }
            if (headers.size() >= maxHeaders) {
                parser.skipChildren();
                values.note("headers may hold " + maxHeaders + " names");
                continue;
            }
            if (!JsonValues.wellFormed(name)) {
                parser.skipChildren();
                values.note("headers hold a name with half of a surrogate pair");
                continue;
            }
            List<String> several = values.texts("headers", valueToken, maxTextChars);
            if (list) {
                headersApart.put(name, several);
            }
            if (list || !several.isEmpty()) {
                headers.put(name, String.join(", ", several));
            }
        }
    }

    /** Each field's value, or its values in an array; their bounds are the form's. */
    private void readForm(JsonToken token) throws IOException {
        if (token != JsonToken.START_OBJECT) {
            values.wrong("form_fields", JsonValues.TEXTS);
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (!JsonValues.wellFormed(name)) {
                values.note("form_fields hold a name with half of a surrogate pair");
            }
            formFields.put(name, values.texts("form_fields", parser.nextToken(), Limits.FORM_CHARS));
        }
    }

    private void readAccept(JsonToken token) throws IOException {
        if (token != JsonToken.START_ARRAY) {
            values.wrong("accept", "an array of strings");
            return;
        }
        int count = 0;
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (item != JsonToken.VALUE_STRING) {
                values.wrong("accept", "an array of strings");
            } else if (++count > Limits.ACCEPTED) {
                values.note("accept may hold " + Limits.ACCEPTED + " names");
            } else {
                accept.add(values.word("accept", item, 64));
            }
        }
    }

    /** Takes base64 straight from the record's bytes; a String is made only where the text has escapes. */
    private void readData(JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            values.wrong("data", "a string");
            return;
        }
        int from = (int) parser.currentTokenLocation().getByteOffset() + 1;
        int to = from;
        while (to < value.length && value[to] != '"' && value[to] != '\\') {
            to++;
        }
        if (to < value.length && value[to] == '"') {
            parser.finishToken();
            dataFrom = from;
            dataLength = to - from;
        } else {
            String text = parser.getText();
            if (!JsonValues.wellFormed(text)) {
                values.note("data holds half of a surrogate pair");
            }
            data = text.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** The {@code data} string in UTF-8, where it lies; empty when it is absent. */
    ByteSlice dataText() {
        return dataFrom >= 0
                ? new ByteSlice(value, dataFrom, dataLength)
                : ByteSlice.of(data == null ? new byte[0] : data);
    }

    /** The {@code data} decoded as strict base64; null when it is not base64. Call only where data is present. */
    byte[] dataDecoded() {
        return dataFrom < 0
                ? StrictBase64.decode(data, 0, data.length)
                : StrictBase64.decode(value, dataFrom, dataLength);
    }

    boolean hasData() {
        return dataFrom >= 0 || data != null;
    }
}
