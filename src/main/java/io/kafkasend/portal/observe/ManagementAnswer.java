package io.kafkasend.portal.observe;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpStatus;

/** What the management port answers. Immutable as long as nobody writes to its body. */
record ManagementAnswer(int status, ContentType type, byte[] body) {
    static ManagementAnswer json(int status, byte[] body) {
        return new ManagementAnswer(status, ContentType.APPLICATION_JSON, body);
    }

    /** A refusal, in one line. */
    static ManagementAnswer line(int status, String line) {
        return new ManagementAnswer(status, ContentType.TEXT_PLAIN.withCharset(UTF_8), (line + "\n").getBytes(UTF_8));
    }

    boolean isMethodRefused() {
        return status == HttpStatus.SC_METHOD_NOT_ALLOWED;
    }
}
