package io.kafkasend.gateway.http;

import io.kafkasend.gateway.problem.GatewayError;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.HttpVersion;

/** Where a request's body ends, of which it says one thing once (RFC 9112 §6). Stateless. */
final class StrictFraming implements ContentLengthStrategy {
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    /** The body's length, {@link #CHUNKED}, or {@link #UNDEFINED} where there is none. */
    @Override
    public long determineLength(HttpMessage message) throws MalformedException {
        Header[] codings = message.getHeaders(HttpHeaders.TRANSFER_ENCODING);
        Header[] lengths = message.getHeaders(HttpHeaders.CONTENT_LENGTH);
        if (codings.length > 0) {
            if (lengths.length > 0) {
                throw new MalformedException(
                        GatewayError.BAD_REQUEST, "the request has both Content-Length and Transfer-Encoding");
            }
            if (codings.length > 1 || !HttpVersion.HTTP_1_1.equals(message.getVersion())) {
                throw new MalformedException(GatewayError.BAD_REQUEST, "Transfer-Encoding may stand once, in HTTP/1.1");
            }
            if (!codings[0].getValue().equalsIgnoreCase("chunked")) {
                throw new MalformedException(
                        GatewayError.ENCODING_UNKNOWN, "Transfer-Encoding takes chunked and nothing beside");
            }
            return CHUNKED;
        }
        if (lengths.length == 0) {
            return UNDEFINED;
        }
        if (lengths.length > 1 || !LENGTH.matcher(lengths[0].getValue()).matches()) {
            throw new MalformedException(GatewayError.BAD_REQUEST, "Content-Length takes one number, once");
        }
        return Long.parseLong(lengths[0].getValue());
    }
}
