package io.kafkasend.portal;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code keep-open}: the circuit breaker works on a copy of the exchange and ends it as soon as the API's status is
 * there. What the HTTP producer would do at its end, closing the answer, waits for the job's own exchange. Thread-safe.
 */
public final class AnswerKeeper implements Processor {
    @Override
    public void process(Exchange copy) {
        ApiCall call = copy.getProperty(ExchangeKeys.CALL, ApiCall.class);
        copy.getUnitOfWork().handoverSynchronization(call.exchange());
    }
}
