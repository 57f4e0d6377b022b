package io.kafkasend.portal;

import io.kafkasend.kafka.Refusal;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in one line, each time, that an ERROR could not be sent yet, and why. Thread-safe. */
public final class UnsentReport implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(UnsentReport.class);

    @Override
    public void process(Exchange exchange) {
        Throwable cause = CallFailure.unwrapped(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
        byte[] key = exchange.getMessage().getHeader(KafkaHeader.KEY, byte[].class);
        LOG.atWarn()
                .addKeyValue("job_id", key == null ? "none" : new String(key, StandardCharsets.US_ASCII))
                .addKeyValue(
                        "reason",
                        Refusal.in(cause)
                                .map(Refusal::reason)
                                .orElseGet(() -> cause.getClass().getSimpleName() + ": " + cause.getMessage()))
                .log("Kafka does not take an ERROR; it is sent again, later and later");
    }
}
