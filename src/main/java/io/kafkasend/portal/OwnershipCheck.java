package io.kafkasend.portal;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code still-ours}, the last before each attempt: while a job waited for its token, or for its next attempt, its
 * partition may have gone to another portal, which calls and answers in its place. Such a job is left to that one. Thread-safe.
 */
public final class OwnershipCheck implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(OwnershipCheck.class);

    private final Jobs jobs;

    /**
     * @param jobs the jobs under way
     */
    public OwnershipCheck(Jobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public void process(Exchange exchange) {
        Job job = exchange.getProperty(ExchangeKeys.JOB, Job.class);
        if (job.ownRecords().isEmpty() && jobs.abandon(job)) {
            LOG.atInfo()
                    .addKeyValue("job_id", job.id())
                    .log("job's partition has gone to another portal; it is left to that one");
            exchange.setRouteStop(true);
        }
    }
}
