package io.kafkasend.portal;

import io.kafkasend.protocol.ErrorCode;
import java.time.Duration;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code claim}, the last before the call: a job that waited while its partition went to another member is left to
 * that one. Where calls are promised at most once, the broker must know first that this one begins. Thread-safe.
 */
public final class CallClaim implements Processor {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Jobs jobs;
    private final boolean atMostOnce;

    /**
     * @param jobs the jobs under way
     * @param configuration says what is promised
     */
    public CallClaim(Jobs jobs, PortalConfiguration configuration) {
        this.jobs = jobs;
        this.atMostOnce = configuration.atMostOnce();
    }

    /**
     * @throws RefusedException when the broker does not acknowledge in time that the call begins
     */
    @Override
    public void process(Exchange exchange) throws RefusedException, InterruptedException {
        Job job = exchange.getProperty(ExchangeKeys.JOB, Job.class);
        while (true) {
            List<LedgerEntry> records = job.ownRecords();
            if (records.isEmpty()) {
                if (jobs.abandon(job)) {
                    exchange.setRouteStop(true);
                    return;
                }
            } else if (!atMostOnce || claimed(records)) {
                return;
            }
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
