package io.kafkasend.dev.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.io.HttpServerConnection;
import org.apache.hc.core5.http.io.entity.EntityTemplate;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.http.protocol.HttpDateGenerator;
import org.apache.hc.core5.io.CloseMode;

/** A request to one of the development servers, and the one answer to it. Not thread-safe. */
public final class HttpExchange {

    /** Answers requests; called on many threads. */
    @FunctionalInterface
    public interface Handler {

        /**
         * Answers a request.
         *
         * @throws IOException if the connection is lost
         */
        void handle(HttpExchange exchange) throws IOException;
    }

    /** Writes the body of an answer: as many bytes as were announced. */
    @FunctionalInterface
    public interface Content {

        void writeTo(OutputStream out) throws IOException;
    }

    private static final int MAX_BUFFER_BYTES = 128 * 1024;

    private final HttpServerConnection connection;
    private final ClassicHttpRequest request;
    private final URI uri;
    private final InputStream body;
    private final long bodyLength;
    private final Map<String, String> answerHeaders = new LinkedHashMap<>();
    private byte[] buffer;
    private boolean answerBegun;
    private boolean answered;

    /**
     * Takes a request whose entity has been received.
     *
     * @throws URISyntaxException if the target is none
     */
    HttpExchange(HttpServerConnection connection, ClassicHttpRequest request) throws IOException, URISyntaxException {
        this.connection = connection;
        this.request = request;
        uri = new URI(request.getPath());
        HttpEntity entity = request.getEntity();
        body = entity == null ? InputStream.nullInputStream() : entity.getContent();
        bodyLength = entity == null ? 0 : entity.getContentLength();
    }

    /** The request's method. */
    public String method() {
        return request.getMethod();
    }

    /** The request's target, exactly as received. */
    public String target() {
        return request.getPath();
    }

    /** The target, taken apart. */
    public URI uri() {
        return uri;
    }

    /** A request header's first value, or null. */
    public String header(String name) {
        Header header = request.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }

    /** A request header's values, in the order in which they came. */
    public List<String> headers(String name) {
        return Arrays.stream(request.getHeaders(name)).map(Header::getValue).toList();
    }

    /** All request headers by their names, which are written as in {@code X-request-id}, however the client did. */
    public Map<String, List<String>> headers() {
        Map<String, List<String>> headers = new TreeMap<>();
        for (Header header : request.getHeaders()) {
            String name = header.getName();
            String written = name.substring(0, 1).toUpperCase(Locale.ROOT)
                    + name.substring(1).toLowerCase(Locale.ROOT);
            headers.computeIfAbsent(written, key -> new ArrayList<>()).add(header.getValue());
        }
        return headers;
    }

    /** The request's body. Read with large arrays, it comes straight from the socket. */
    public InputStream body() {
        return body;
    }

    /** An array to read the body with, always the same: as large as the body, but not larger than one read fills. */
    public byte[] buffer() {
        if (buffer == null) {
            boolean large = bodyLength < 0 || bodyLength > MAX_BUFFER_BYTES;
            buffer = new byte[large ? MAX_BUFFER_BYTES : Math.max(1, (int) bodyLength)];
        }
        return buffer;
    }

    /** Sets a header of the answer. */
    public void set(String header, String value) {
        answerHeaders.put(header, value);
    }

    /** Answers with JSON, where the method and the status allow a body. */
    public void sendJson(int status, JsonObject json) throws IOException {
        set(HttpHeaders.CONTENT_TYPE, "application/json");
        send(status, json.bytes());
    }

    /** Answers with a body, where the method and the status allow one. */
    public void send(int status, byte[] content) throws IOException {
        send(status, content.length, out -> out.write(content));
    }

    /**
     * Answers with a body, where the method and the status allow one; HEAD gets its length. What is left of the
     * request's body is read before: a client that still sends would otherwise see its connection cut.
     *
     * @param length -1 where it is not known before
     */
    public void send(int status, long length, Content content) throws IOException {
        while (body.read(buffer()) >= 0) {
            // Nobody wants it.
        }
        ClassicHttpResponse answer = new BasicClassicHttpResponse(status);
        answer.setHeader(HttpHeaders.DATE, HttpDateGenerator.INSTANCE.getCurrentDate());
        answerHeaders.forEach(answer::setHeader);
        boolean empty = status == HttpStatus.SC_NO_CONTENT || status == HttpStatus.SC_NOT_MODIFIED;
        if (empty) {
            answer.removeHeaders(HttpHeaders.CONTENT_TYPE);
        } else if (length < 0) {
            answer.setHeader(HttpHeaders.TRANSFER_ENCODING, "chunked");
        } else {
            answer.setHeader(HttpHeaders.CONTENT_LENGTH, length);
        }
        if (!wantsToGoOn()) {
            answer.setHeader(HttpHeaders.CONNECTION, "close");
        } else if (isOld()) {
            answer.setHeader(HttpHeaders.CONNECTION, "keep-alive");
        }
        answerBegun = true;
        try {
            connection.sendResponseHeader(answer);
            if (!empty && length != 0 && !method().equals("HEAD")) {
                answer.setEntity(new EntityTemplate(length, null, null, content::writeTo));
                connection.sendResponseEntity(answer);
            }
        } catch (HttpException e) {
            throw new IOException("this is no answer in HTTP", e);
        }
        connection.flush();
        answered = true;
    }

    /** Answers nothing, and resets the connection. */
    public void reset() {
        connection.close(CloseMode.IMMEDIATE);
    }

    /** Whether the client may have seen something of an answer. */
    boolean hasBegunToAnswer() {
        return answerBegun;
    }

    /** Whether the connection is good for another request. */
    boolean mayBeFollowed() {
        return answered && wantsToGoOn();
    }

    private boolean wantsToGoOn() {
        boolean keepAlive = false;
        for (Iterator<String> i = MessageSupport.iterateTokens(request, HttpHeaders.CONNECTION); i.hasNext(); ) {
            String option = i.next();
            if (option.equalsIgnoreCase("close")) {
                return false;
            }
            keepAlive |= option.equalsIgnoreCase("keep-alive");
        }
        return keepAlive || !isOld();
    }

    private boolean isOld() {
        return request.getVersion().lessEquals(HttpVersion.HTTP_1_0);
    }
}
