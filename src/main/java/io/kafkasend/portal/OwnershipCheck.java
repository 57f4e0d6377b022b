package io.kafkasend.portal;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code still-ours}, the last before each attempt: while a job waited for its token, or for its next attempt, its
 * partition may have gone to another portal, which calls and answers in its place. Such a job is left to that one. A portal
 * that stood still for so long that it may have been replaced looks first whether the client has its outcome. Thread-safe.
 */
public final class OwnershipCheck implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(OwnershipCheck.class);

    private final Jobs jobs;
    private final Ledger ledger;
    private final PriorOutcome priorOutcome;

    /**
     * @param jobs the jobs under way
     * @param ledger says whether its partitions are surely ours
     * @param outcomes what clients have already
     */
    public OwnershipCheck(Jobs jobs, Ledger ledger, OutcomeLookup outcomes) {
        this.jobs = jobs;
        this.ledger = ledger;
        this.priorOutcome = new PriorOutcome(jobs, outcomes);
    }

    @Override
    public void process(Exchange exchange) {
        Job job = exchange.getProperty(ExchangeKeys.JOB, Job.class);
        if (job.ownRecords().isEmpty() && jobs.abandon(job)) {
            LOG.atInfo()
                    .addKeyValue("job_id", job.id())
                    .log("job's partition has gone to another portal; it is left to that one");
            exchange.setRouteStop(true);
        } else if (ledger.mayHaveBeenReplaced() && priorOutcome.ends(job, exchange)) {
            LOG.atInfo()
                    .addKeyValue("job_id", job.id())
                    .log("job was answered by another portal while this one stood still; it is not called again");
        }
    }
}
