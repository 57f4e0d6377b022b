package io.kafkasend.portal.call;

import io.kafkasend.portal.exchange.ApiCall;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.outcome.OutcomeLookup;
import io.kafkasend.security.PolicyViolation;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code check-owner}, the last before each attempt: while a job waited for its token, or for its next attempt, its
 * partition may have gone to another portal, which calls and answers in its place. Such a job is left to that one. A portal
 * that stood still for so long that it may have been replaced looks first whether the client has its outcome. And a wait for the token may have lasted longer than a signature is good: no
 * first attempt begins then. Thread-safe.
 */
public final class OwnershipCheck implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(OwnershipCheck.class);

    private final Jobs jobs;
    private final Ledger ledger;
    private final PriorOutcome priorOutcome;
    private final Clock clock;

    /**
     * @param jobs the jobs under way
     * @param ledger says whether its partitions are surely ours
     * @param outcomes what clients have already
     */
    public OwnershipCheck(Jobs jobs, Ledger ledger, OutcomeLookup outcomes) {
        this(jobs, ledger, outcomes, Clock.systemUTC());
    }

    OwnershipCheck(Jobs jobs, Ledger ledger, OutcomeLookup outcomes, Clock clock) {
        this.jobs = jobs;
        this.ledger = ledger;
        this.priorOutcome = new PriorOutcome(jobs, outcomes);
        this.clock = clock;
    }

    /**
     * @throws PolicyViolation when the time is over that the client signed, and the API was not asked yet
     */
    @Override
    public void process(Exchange exchange) throws PolicyViolation {
        Job job = JobExchange.of(exchange).job();
        if (job.records().own().isEmpty() && jobs.abandon(job)) {
            LOG.atInfo()
                    .addKeyValue("job_id", job.id())
                    .log("job's partition has gone to another portal; it is left to that one");
            exchange.setRouteStop(true);
        } else if (ledger.mayHaveBeenReplaced() && priorOutcome.ends(job, exchange)) {
            LOG.atInfo()
                    .addKeyValue("job_id", job.id())
                    .log("job was answered by another portal while this one stood still; it is not called again");
        } else if (isFirst(JobExchange.of(exchange).call())) {
            job.caller().requireInTime(clock);
        }
    }

    /** Whether the API was not asked yet: what follows a failed attempt belongs to a call that began in time. */
    private static boolean isFirst(ApiCall call) {
        return call.attempts() == 1 && call.refusedToken() == null;
    }
}
