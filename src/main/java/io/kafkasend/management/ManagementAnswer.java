package io.kafkasend.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpStatus;

/**
 * What the management port answers. Immutable as long as nobody writes to its body.
 *
 * @param status the HTTP status
 * @param type the body's
 * @param body whole, or with what a stream begins
 * @param events what follows the body; null where nothing does
 */
public record ManagementAnswer(int status, ContentType type, byte[] body, EventStream events) {
    private static final ContentType EVENTS = ContentType.create("text/event-stream", UTF_8);

    /** An answer that ends with its body. */
    public ManagementAnswer(int status, ContentType type, byte[] body) {
        this(status, type, body, null);
    }

    /** A stream of server-sent events, until it ends. */
    public static ManagementAnswer stream(EventStream events) {
        return new ManagementAnswer(HttpStatus.SC_OK, EVENTS, new byte[0], events);
    }

    /** JSON, in UTF-8. */
    public static ManagementAnswer json(int status, byte[] body) {
        return new ManagementAnswer(status, ContentType.APPLICATION_JSON, body);
    }

    /** A refusal, in one line. */
    public static ManagementAnswer line(int status, String line) {
        return new ManagementAnswer(status, ContentType.TEXT_PLAIN.withCharset(UTF_8), (line + "\n").getBytes(UTF_8));
    }

    boolean isMethodRefused() {
        return status == HttpStatus.SC_METHOD_NOT_ALLOWED;
    }
}
