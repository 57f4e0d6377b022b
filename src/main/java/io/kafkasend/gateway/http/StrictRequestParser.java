package io.kafkasend.gateway.http;

import io.kafkasend.gateway.problem.GatewayError;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * Reads a request's head as RFC 9112 has it, and nothing beside: whatever two parsers may read in two ways is refused, since one of
 * them may stand in front of this one. Not thread-safe.
 */
final class StrictRequestParser implements HttpMessageParser<ClassicHttpRequest> {
    private static final int MOST_HEAD_BYTES = 64 * 1024;
    private static final int MOST_LINE_BYTES = 16 * 1024;
    private static final int MOST_FIELDS = 128;
    private static final Pattern REQUEST_LINE =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}) ([!-~]+) HTTP/([0-9])\\.([0-9])");
    private static final Pattern FIELD = Pattern.compile(
            "([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*((?:[\\x21-\\x7E\\x80-\\xFF][\\t\\x20-\\x7E\\x80-\\xFF]*)?)");

    private final Runnable begins;
    private int read;

    /**
     * @param begins told of the first byte of each head
     */
    StrictRequestParser(Runnable begins) {
        this.begins = begins;
    }

    /** The head; null where the caller has closed the connection before it. */
    @Override
    public ClassicHttpRequest parse(SessionInputBuffer buffer, InputStream in) throws IOException, MalformedException {
        read = 0;
        String line = line(buffer, in);
        if (line != null && line.isEmpty()) {
            line = line(buffer, in); // one empty line may stand before a request: RFC 9112 §2.2
        }
        if (line == null) {
            return null;
        }
        Matcher first = REQUEST_LINE.matcher(line);
        if (!first.matches()) {
            throw new MalformedException(GatewayError.BAD_REQUEST, "the request line is no method, target and version");
        }
        if (!first.group(3).equals("1") || first.group(4).compareTo("1") > 0) {
            throw new MalformedException(GatewayError.VERSION_UNKNOWN, "the gateway speaks HTTP/1.1 and HTTP/1.0");
        }
        ClassicHttpRequest request = new BasicClassicHttpRequest(first.group(1), first.group(2));
        request.setVersion(first.group(4).equals("1") ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0);
        request.setPath(first.group(2));
        for (int fields = 0; ; fields++) {
            String field = line(buffer, in);
            if (field == null) {
                throw new IOException("the caller has closed the connection within a head");
            }
            if (field.isEmpty()) {
                return request;
            }
            Matcher parts = FIELD.matcher(field);
            if (!parts.matches()) {
                throw new MalformedException(
                        GatewayError.BAD_REQUEST,
                        "line " + (fields + 1) + " of the headers is no name, colon and value");
            }
            if (fields == MOST_FIELDS) {
                throw new MalformedException(
                        GatewayError.HEADERS_TOO_LARGE, "the request has more than " + MOST_FIELDS + " headers");
            }
            request.addHeader(parts.group(1), parts.group(2).stripTrailing());
        }
    }

    /** A line without its end, which is CR and LF and nothing else; null at the end of what comes. */
    private String line(SessionInputBuffer buffer, InputStream in) throws IOException, MalformedException {
        StringBuilder line = new StringBuilder(128);
        while (true) {
            int next = buffer.read(in);
            if (next < 0) {
                if (read > 0) {
                    throw new IOException("the caller has closed the connection within a head");
                }
                return null;
            }
            count();
            if (next == '\r') {
                if (buffer.read(in) != '\n') {
                    throw new MalformedException(GatewayError.BAD_REQUEST, "a CR stands without its LF");
                }
                count();
                return line.toString();
            }
            if (next == '\n') {
                throw new MalformedException(GatewayError.BAD_REQUEST, "a line ends in LF without CR");
            }
            if (line.length() == MOST_LINE_BYTES) {
                throw new MalformedException(
                        read > MOST_LINE_BYTES + 1 ? GatewayError.HEADERS_TOO_LARGE : GatewayError.URI_TOO_LONG,
                        "a line has more than " + MOST_LINE_BYTES + " bytes");
            }
            line.append((char) next); // a byte, as ISO-8859-1 has it
        }
    }

    private void count() throws MalformedException {
        if (read++ == 0) {
            begins.run();
        }
        if (read > MOST_HEAD_BYTES) {
            throw new MalformedException(
                    GatewayError.HEADERS_TOO_LARGE, "the head has more than " + MOST_HEAD_BYTES + " bytes");
        }
    }
}
