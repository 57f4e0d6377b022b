package io.kafkasend.gateway.http;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;

/**
 * What a caller gets. Immutable but for its body, which is read once.
 *
 * @param status 200 to 599
 * @param headers without those that say where the body ends, and the connection's own
 * @param length the body's, in bytes; -1 where it is not known before its end
 * @param body closed when it is over, however it ends
 * @param error the bridge's own code; empty for an API's answer
 */
public record HttpAnswer(int status, List<HeaderField> headers, long length, InputStream body, String error) {
    /** Keeps the headers as they are now. */
    public HttpAnswer {
        headers = List.copyOf(headers);
    }

    /** One whose body is there. */
    static HttpAnswer of(int status, List<HeaderField> headers, byte[] body, String error) {
        return new HttpAnswer(status, headers, body.length, new ByteArrayInputStream(body), error);
    }
}
