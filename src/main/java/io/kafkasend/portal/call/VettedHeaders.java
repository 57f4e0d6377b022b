package io.kafkasend.portal.call;

import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * Which message headers become HTTP headers: all that stand there, since only vetted ones do, but for Camel's own and for
 * Content-Type, which the body brings. None come back this way. Thread-safe.
 */
public final class VettedHeaders implements HeaderFilterStrategy {
    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return name.regionMatches(true, 0, "Camel", 0, 5)
                || name.equalsIgnoreCase("Content-Type")
                        && exchange.getMessage().getBody() != null;
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return true;
    }
}
