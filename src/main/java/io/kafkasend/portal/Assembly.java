package io.kafkasend.portal;

import io.kafkasend.protocol.RequestChunk;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * The aggregator's strategy: each chunk joins its job, whose first exchange stands for it. Runs under the aggregator's
 * lock, so it only keeps references. Thread-safe.
 */
public final class Assembly implements AggregationStrategy {
    @Override
    public Exchange aggregate(Exchange group, Exchange next) {
        Job job = next.getProperty(ExchangeKeys.JOB, Job.class);
        if (next.getIn().getBody() instanceof RequestChunk chunk) {
            job.take(chunk, next.getProperty(ExchangeKeys.RECORD, LedgerEntry.class));
        }
        // The job holds its records from here on; what goes wrong with the group settles them with the job or not at
        // all.
        next.removeProperty(ExchangeKeys.RECORD);
        Exchange whole = group == null ? next : group;
        whole.getIn().setBody(job);
        return whole;
    }

    /** Whether every sequence of the job is there. */
    public boolean isWhole(Exchange group) {
        return group.getProperty(ExchangeKeys.JOB, Job.class).whole();
    }

    /** Milliseconds that the job may still wait for its next chunk, by idle time and by age. */
    public long timeLeft(Exchange next) {
        return next.getProperty(ExchangeKeys.JOB, Job.class).millisLeft();
    }
}
