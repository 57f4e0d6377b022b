package io.kafkasend.http;

import java.util.Iterator;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.message.MessageSupport;

/** Where an answer ends, by its head (RFC 9112 §6.3). */
final class Framing {
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private Framing() {}

    /**
     * Refuses an answer whose end cannot be told.
     *
     * @param method of the request
     * @throws InvalidAnswerException which says why
     */
    static void check(String method, HttpResponse head) throws InvalidAnswerException {
        if (!MessageSupport.canResponseHaveBody(method, head)) {
            return;
        }
        if (head.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
            Iterator<String> codings = MessageSupport.iterateTokens(head, HttpHeaders.TRANSFER_ENCODING);
            if (!codings.hasNext() || !"chunked".equalsIgnoreCase(codings.next()) || codings.hasNext()) {
                throw new InvalidAnswerException("its Transfer-Encoding is another than chunked");
            }
            return; // Content-Length, if there is one too, says nothing: and the connection is closed
        }
        Header[] lengths = head.getHeaders(HttpHeaders.CONTENT_LENGTH);
        if (lengths.length > 1) {
            throw new InvalidAnswerException("it has more than one Content-Length");
        }
        if (lengths.length == 1 && !LENGTH.matcher(lengths[0].getValue()).matches()) {
            throw new InvalidAnswerException("its Content-Length is no number of bytes");
        }
    }

    /** Whether it is beyond doubt where the answer ends, also for servers that are not careful. */
    static boolean isCertain(String method, HttpResponse head) {
        boolean coded = head.containsHeader(HttpHeaders.TRANSFER_ENCODING);
        boolean measured = head.containsHeader(HttpHeaders.CONTENT_LENGTH);
        // What may have no body, but whose head tells of one: some servers send it.
        return MessageSupport.canResponseHaveBody(method, head) ? coded != measured : !coded && !measured;
    }
}
