package io.kafkasend.portal.report;

import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.outcome.OutcomeLookup;
import io.kafkasend.portal.outcome.OutcomeQuestion;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code unless-answered}: an ERROR is not sent to a client that had its outcome before a crash. Waits for the
 * broker. Thread-safe.
 */
public final class UnlessAnswered implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(UnlessAnswered.class);

    private final OutcomeLookup outcomes;

    /**
     * @param outcomes what clients have already
     */
    public UnlessAnswered(OutcomeLookup outcomes) {
        this.outcomes = outcomes;
    }

    /** Leaves no body where the client has its outcome. */
    @Override
    public void process(Exchange exchange) {
        OutcomeQuestion question = JobExchange.of(exchange).question();
        if (question != null && outcomes.hasOutcome(question)) {
            LOG.atInfo()
                    .addKeyValue("job_id", question.job())
                    .log("job had its outcome before a crash or a change of portals; it gets no ERROR");
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setBody(null);
        }
    }
}
