package io.kafkasend.portal.respond;

import java.util.Map;

/**
 * A record of an answer, but for its key. Do not change the arrays.
 *
 * @param headers a binary frame's; none for JSON
 */
record AnswerRecord(byte[] value, Map<String, byte[]> headers) {
    /** One whose value is JSON. */
    static AnswerRecord json(byte[] value) {
        return new AnswerRecord(value, Map.of());
    }
}
