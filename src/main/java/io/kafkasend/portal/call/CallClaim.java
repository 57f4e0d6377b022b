package io.kafkasend.portal.call;

import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.outcome.OutcomeLookup;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.security.PolicyViolation;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code claim}, the last before the call: a job that waited while its partition went to another member is left to
 * that one, and a job that was there before the partition came is not called if its client has the outcome already. A
 * signature must still be good, however long its job waited. With at-most-once delivery the broker must know first that this one begins. Thread-safe.
 */
public final class CallClaim implements Processor {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(CallClaim.class);

    private final Jobs jobs;
    private final PriorOutcome priorOutcome;
    private final boolean atMostOnce;
    private final Clock clock;

    /**
     * @param jobs the jobs under way
     * @param outcomes what clients have already
     * @param configuration says what is promised
     */
    public CallClaim(Jobs jobs, OutcomeLookup outcomes, PortalConfiguration configuration) {
        this(jobs, outcomes, configuration, Clock.systemUTC());
    }

    CallClaim(Jobs jobs, OutcomeLookup outcomes, PortalConfiguration configuration, Clock clock) {
        this.jobs = jobs;
        this.priorOutcome = new PriorOutcome(jobs, outcomes);
        this.atMostOnce = configuration.atMostOnce();
        this.clock = clock;
    }

    /**
     * @throws RefusedException when the client waits no longer, has the begin of an answer that was broken off, or the broker does not acknowledge in time that the call
     *     begins
     * @throws PolicyViolation when the time is over that the client signed
     */
    @Override
    public void process(Exchange exchange) throws RefusedException, PolicyViolation, InterruptedException {
        Job job = JobExchange.of(exchange).job();
        if (job.time().clientsIsOver()) {
            throw RefusedException.ofCall(
                    ErrorCode.JOB_TIMEOUT, "the client's time was over before its call could begin");
        }
        while (true) {
            List<LedgerEntry> records = job.records().own();
            if (records.isEmpty()) {
                if (jobs.abandon(job)) {
                    exchange.setRouteStop(true);
                    return;
                }
            } else if (records.get(0).mayBeAnswered() && endedBefore(job, exchange)) {
                LOG.atInfo()
                        .addKeyValue("job_id", job.id())
                        .log("job was answered before a crash or a change of portals; it is not called again");
                return;
            } else {
                requireInTime(job);
                boolean begins = !atMostOnce || claimed(records);
                if (begins && (records.get(0).callBegins() || atMostOnce)) {
                    return; // one that was claimed is made: no other portal will
                }
            }
        }
    }

    /**
     * @throws RefusedException where the client has the begin of an answer, which nothing can go on with: another call's answer is
     *     another one
     */
    private boolean endedBefore(Job job, Exchange exchange) throws RefusedException {
        return switch (priorOutcome.of(job)) {
            case NOTHING -> false;
            case STREAM ->
                throw RefusedException.ofCall(
                        ErrorCode.ANSWER_INTERRUPTED,
                        "the portal that had begun to answer has ended, or has lost the job");
            case WHOLE -> priorOutcome.end(job, exchange);
        };
    }

    /** However long it waited here: nobody may be there any more for whom the call would be made. */
    private void requireInTime(Job job) throws RefusedException, PolicyViolation {
        job.caller().requireInTime(clock);
        Optional<String> late = job.time().expiry().over(clock.millis());
        if (late.isPresent()) {
            throw RefusedException.ofCall(ErrorCode.EXPIRED, late.get());
        }
    }

    private static boolean claimed(List<LedgerEntry> records) throws RefusedException, InterruptedException {
        return switch (records.get(0).claim(records, PATIENCE)) {
            case YES -> true;
            case GONE -> false;
            case LATE ->
                throw RefusedException.ofCall(
                        ErrorCode.TOO_MANY_JOBS, "that the call begins could not be noted in Kafka; try again later");
        };
    }
}
