package io.kafkasend.portal.report;

import io.kafkasend.protocol.ErrorCode;

/**
 * A failure in the client's terms. Immutable.
 *
 * @param code the ERROR's code
 * @param text one line, without detail of the portal or its policy
 * @param retryAfterSeconds when the client may come again; null where that is not known
 */
record ClientFailure(ErrorCode code, String text, Integer retryAfterSeconds) {
    /** One of which it is not known when the client may come again. */
    ClientFailure(ErrorCode code, String text) {
        this(code, text, null);
    }
}
