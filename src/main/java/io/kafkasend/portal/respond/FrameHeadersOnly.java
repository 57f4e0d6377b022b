package io.kafkasend.portal.respond;

import io.kafkasend.protocol.codec.FrameHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * Which message headers become record headers of an answer: a binary frame's, as {@link AnswerCutter} puts them there. What
 * an API sends under such a name is text, and does not pass. Thread-safe.
 */
public final class FrameHeadersOnly implements HeaderFilterStrategy {
    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return !(value instanceof byte[] && FrameHeaders.NAMES.contains(name));
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return true;
    }
}
