package io.kafkasend.portal;

import io.kafkasend.protocol.ErrorCode;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code begin}: a group leaves the aggregator, whole or given up. Each job begins its call once, whatever the
 * aggregator sends. Thread-safe.
 */
public final class CallStart implements Processor {
    private final Jobs jobs;

    /**
     * @param jobs the jobs under way
     */
    public CallStart(Jobs jobs) {
        this.jobs = jobs;
    }

    /**
     * @throws RefusedException when the job's chunks did not all come in time
     */
    @Override
    public void process(Exchange exchange) throws RefusedException {
        Job job = exchange.getProperty(ExchangeKeys.JOB, Job.class);
        if (job.phase() == Job.Phase.ASSEMBLING && !job.whole()) {
            throw new RefusedException(
                    ErrorCode.JOB_TIMEOUT,
                    job.received() + " of " + job.start().totalChunks() + " chunks came in time");
        }
        if (!jobs.beginCall(job)) {
            exchange.setRouteStop(true);
        }
    }
}
