package io.kafkasend.security.header;

import java.util.List;
import java.util.Map;

/**
 * What a header policy made of a message's headers. Immutable, thread-safe.
 *
 * @param headers what may pass, in the order of the input, under the names as they were given; lookups by
 *     {@code get} and {@code containsKey} ignore the case of ASCII letters (RFC 9110, section 5.1)
 * @param dropped the names of what may not pass, in the order of the input, each escaped and cut to
 *     {@value #MAX_NAME_LENGTH} characters
 */
public record FilteredHeaders(Map<String, String> headers, List<String> dropped) {
    /** Greatest length of a dropped name, in characters. */
    public static final int MAX_NAME_LENGTH = 64;

    /** Greatest length of {@link #droppedForLog()}, in characters. */
    public static final int MAX_LOG_LENGTH = 512;

    /**
     * Copies both.
     *
     * @param headers names must differ by more than case
     * @param dropped escaped names
     */
    public FilteredHeaders {
        headers = new HeaderMap(headers);
        dropped = List.copyOf(dropped);
    }

    /**
     * The dropped names for one log line.
     *
     * @return names separated by comma and space, at most {@value #MAX_LOG_LENGTH} characters, then ending in
     *     {@code ...}; empty if nothing was dropped
     */
    public String droppedForLog() {
        String line = String.join(", ", dropped);
        return line.length() <= MAX_LOG_LENGTH ? line : line.substring(0, MAX_LOG_LENGTH - 3) + "...";
    }
}
