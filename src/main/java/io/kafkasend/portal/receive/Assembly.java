package io.kafkasend.portal.receive;

import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.Job;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * The aggregator's strategy: a job's first exchange stands for it, and each chunk, which the job took on admission, asks
 * whether it is whole. Thread-safe.
 */
public final class Assembly implements AggregationStrategy {
    @Override
    public Exchange aggregate(Exchange group, Exchange next) {
        Job job = JobExchange.of(next).job();
        // The job holds its records from here on; what goes wrong with the group settles them with the job or not at
        // all.
        JobExchange.of(next).record(null);
        Exchange whole = group == null ? next : group;
        if (JobExchange.of(whole).job() != job) { // a copy of the routes that still groups by the id alone
            throw new IllegalStateException("the aggregator mixes two jobs; its correlation is header correlation-id");
        }
        whole.getIn().setBody(job);
        JobExchange.of(whole).whole(job.body().whole());
        return whole;
    }

    /** Milliseconds that the job may still wait for its next chunk, by idle time and by age. */
    public long timeLeft(Exchange next) {
        return JobExchange.of(next).job().time().millisLeft();
    }
}
