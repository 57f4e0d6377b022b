package io.kafkasend.portal.report;

import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * Which message headers a dead letter carries: those that {@link DeadLetters} put there, but for the ones that Camel and its
 * Kafka component read as orders. Thread-safe.
 */
public final class DeadLetterHeaders implements HeaderFilterStrategy {
    /** Whether a header of this name would be an order to Camel: to another topic, say. */
    static boolean isOrder(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("camel") || lower.startsWith("kafka.") || lower.startsWith("org.apache.camel");
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return isOrder(name) || !(value instanceof byte[]);
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return true;
    }
}
