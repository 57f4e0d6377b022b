package io.kafkasend.portal.call;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step that tells the {@link ApiBreaker} how a call ended that it let pass: behind the call, and first of all where an attempt
 * failed. It never fails itself. Thread-safe.
 */
public final class ApiBreakerReport implements Processor {
    private final ApiBreaker breaker;

    /**
     * @param breaker is told
     */
    public ApiBreakerReport(ApiBreaker breaker) {
        this.breaker = breaker;
    }

    @Override
    public void process(Exchange exchange) {
        breaker.tell(exchange);
    }
}
