package io.kafkasend.portal.call;

import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.SpoolException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.protocol.ProtocolException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The step {@code verify}: the whole body is what START announced, by length and checksums. Thread-safe. */
public final class BodyCheck implements Processor {
    /**
     * @throws ProtocolException for a checksum or a length that differs
     * @throws SpoolException when the body cannot be read
     */
    @Override
    public void process(Exchange exchange) throws ProtocolException, SpoolException {
        Job job = JobExchange.of(exchange).job();
        if (job.state().ended()) {
            exchange.setRouteStop(true); // cancelled while it waited for a caller
            return;
        }
        job.body().verify();
    }
}
