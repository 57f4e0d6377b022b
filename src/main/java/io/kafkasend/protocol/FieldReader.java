package io.kafkasend.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
    private static final String TEXTS = "an object of strings, or of arrays of strings";

    private final JsonParser parser;
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
    String clientId;
    String replyTo;
    String signature;
    Long issuedAt;
    Long expires;
    String audience;
    Long partition;
    Long statusCode;
    Boolean text;
    Boolean form;
    String errorMessage;
    String errorCode;
    Boolean retryable;
    Long retryAfterSeconds;
    /** The {@code data} string in UTF-8; null when absent or null. */
    byte[] data;
    /** Where {@link #data} is a slice of the value, the slice; nothing is copied until it must be. */
    int dataFrom = -1;

    int dataLength;

    private String fault;

    private final int maxHeaders;
    private final int maxTextChars;
    private final boolean headerLists;

    private FieldReader(byte[] value, JsonParser parser, int maxHeaders, int maxTextChars) {
        this.value = value;
        this.parser = parser;
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
        reader.fault = headers.fault();
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
        return fault;
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
            case "job_id" -> jobId = word(name, token, 64);
            case "message_type" -> messageType = word(name, token, 64);
            case "sequence" -> sequence = integer(name, token);
            case "total_chunks" -> totalChunks = integer(name, token);
            case "method" -> method = word(name, token, 64);
            case "endpoint" -> endpoint = string(name, token, maxTextChars);
            case "headers" -> readHeaders(token);
            case "filename" -> filename = word(name, token, Limits.FILENAME_BYTES);
            case "content_type" -> contentType = word(name, token, Limits.CONTENT_TYPE_CHARS);
            case "form_field" -> formField = string(name, token, Limits.FORM_NAME_CHARS);
            case "form_fields" -> readForm(token);
            case "content_encoding" -> contentEncoding = word(name, token, 64);
            case "binary_frames" -> binaryFrames = bool(name, token);
            case "accept" -> readAccept(token);
            case "crc32" -> crc32 = integer(name, token);
            case "total_bytes" -> totalBytes = integer(name, token);
            case "sha256" -> sha256 = string(name, token, 64);
            case "request_sha256" -> request = string(name, token, 64);
            case "secret_sha256" -> secretSha256 = string(name, token, 64);
            case "secret" -> secret = string(name, token, Limits.SECRET_CHARS);
            case "timeout_seconds" -> timeoutSeconds = integer(name, token);
            case "client_id" -> clientId = string(name, token, Limits.CLIENT_ID_CHARS);
            case "reply_to" -> replyTo = string(name, token, Limits.TOPIC_CHARS);
            case "signature" -> signature = string(name, token, Limits.SIGNATURE_CHARS);
            case "iat" -> issuedAt = numberIfAny(token);
            case "exp" -> expires = numberIfAny(token);
            case "aud" -> audience = textIfAny(token);
            case "partition" -> partition = numberIfAny(token);
            case "status_code" -> statusCode = integer(name, token);
            case "form" -> form = bool(name, token);
            case "is_text" -> text = bool(name, token);
            case "error_message" -> errorMessage = string(name, token, Limits.RECORD_BYTES);
            case "error_code" -> errorCode = string(name, token, 64);
            case "retryable" -> retryable = bool(name, token);
            case "retry_after_seconds" -> retryAfterSeconds = integer(name, token);
            case "data" -> readData(token);
            default -> parser.skipChildren();
        }
    }

    private void readHeaders(JsonToken token) throws IOException {
        if (token != JsonToken.START_OBJECT) {
            wrong("headers", "an object of strings");
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken valueToken = parser.nextToken();
            boolean list = valueToken == JsonToken.START_ARRAY && headerLists;
            if (valueToken != JsonToken.VALUE_STRING && !list) {
                wrong("headers", "an object of strings");
                continue;
            }
            if (headers.size() >= maxHeaders) {
                parser.skipChildren();
                note("headers may hold " + maxHeaders + " names");
                continue;
            }
            if (!wellFormed(name)) {
                parser.skipChildren();
                note("headers hold a name with half of a surrogate pair");
                continue;
            }
            List<String> values = texts("headers", valueToken, maxTextChars);
            if (list) {
                headersApart.put(name, values);
            }
            if (list || !values.isEmpty()) {
                headers.put(name, String.join(", ", values));
            }
        }
    }

    /** The texts of an array, or the one that stands in the place of an array. */
    private List<String> texts(String field, JsonToken token, int maxChars) throws IOException {
        List<String> texts = new ArrayList<>();
        if (token != JsonToken.START_ARRAY) {
            addText(texts, field, token, maxChars);
            return texts;
        }
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            addText(texts, field, item, maxChars);
        }
        return texts;
    }

    private void addText(List<String> texts, String field, JsonToken token, int maxChars) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            wrong(field, TEXTS);
            return;
        }
        String text = string(field, token, maxChars);
        if (text != null) {
            texts.add(text);
        }
    }

    /** Each field's value, or its values in an array; their bounds are the form's. */
    private void readForm(JsonToken token) throws IOException {
        if (token != JsonToken.START_OBJECT) {
            wrong("form_fields", TEXTS);
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (!wellFormed(name)) {
                note("form_fields hold a name with half of a surrogate pair");
            }
            formFields.put(name, texts("form_fields", parser.nextToken(), Limits.FORM_CHARS));
        }
    }

    private void readAccept(JsonToken token) throws IOException {
        if (token != JsonToken.START_ARRAY) {
            wrong("accept", "an array of strings");
            return;
        }
        int count = 0;
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (item != JsonToken.VALUE_STRING) {
                wrong("accept", "an array of strings");
            } else if (++count > Limits.ACCEPTED) {
                note("accept may hold " + Limits.ACCEPTED + " names");
            } else {
                accept.add(word("accept", item, 64));
            }
        }
    }

    /** Takes base64 straight from the record's bytes; a String is made only where the text has escapes. */
    private void readData(JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            wrong("data", "a string");
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
            if (!wellFormed(text)) {
                note("data holds half of a surrogate pair");
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

    /** A string of which only some are right: one unfit even to be read becomes "", which never is. */
    private String word(String name, JsonToken token, int maxChars) throws IOException {
        if (token == JsonToken.VALUE_STRING && (parser.getTextLength() > maxChars || !wellFormed(parser.getText()))) {
            return "";
        }
        return string(name, token, maxChars);
    }

    private String string(String name, JsonToken token, int maxChars) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            wrong(name, "a string");
            return null;
        }
        if (parser.getTextLength() > maxChars) {
            note(name + " may have " + maxChars + " characters");
            return null;
        }
        String text = parser.getText();
        if (!wellFormed(text)) {
            note(name + " holds half of a surrogate pair");
            return null;
        }
        return text;
    }

    private Long integer(String name, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            wrong(name, "an integer");
            return null;
        }
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            note(name + " is out of range");
            return null;
        }
        return parser.getLongValue();
    }

    /** A whole number, or null for anything else: outside of a signature the field means nothing. */
    private Long numberIfAny(JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return parser.getLongValue();
        }
        parser.skipChildren();
        return null;
    }

    /** A text, or null for anything else, likewise. */
    private String textIfAny(JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_STRING && parser.getTextLength() <= Limits.TOPIC_CHARS) {
            return parser.getText();
        }
        parser.skipChildren();
        return null;
    }

    private Boolean bool(String name, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            wrong(name, "true or false");
            return null;
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private void wrong(String name, String accepted) throws IOException {
        parser.skipChildren();
        note(name + " is not " + accepted);
    }

    private void note(String sentence) {
        if (fault == null) {
            fault = sentence;
        }
    }

    private static boolean wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(++i))) {
                    return false;
                }
            } else if (Character.isLowSurrogate(c)) {
                return false;
            }
        }
        return true;
    }
}
