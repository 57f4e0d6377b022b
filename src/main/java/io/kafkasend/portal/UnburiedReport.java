package io.kafkasend.portal;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The step {@code report-unburied}: a dead letter that could not be written is logged, and the partition goes on. Thread-safe. */
public final class UnburiedReport implements Processor {
    private final DeadLetters deadLetters;

    /**
     * @param deadLetters rests after it
     */
    public UnburiedReport(DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    @Override
    public void process(Exchange exchange) {
        deadLetters.failed(
                exchange.getProperty(ExchangeKeys.DEAD_LETTER, DeadLetter.class),
                CallFailure.unwrapped(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class)));
    }
}
