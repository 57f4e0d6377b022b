package io.kafkasend.portal.report;

import io.kafkasend.portal.exchange.ApiAnswer;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.JobOutcome;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.ledger.LedgerEntry;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code settle}: the broker has the job's whole outcome, so its records are done with. Thread-safe.
 */
public final class Settlement implements Processor {
    private final Jobs jobs;

    /**
     * @param jobs the jobs under way
     */
    public Settlement(Jobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public void process(Exchange exchange) {
        List<Exchange> together = JobExchange.of(exchange).together();
        if (together.isEmpty()) {
            settle(exchange);
        } else {
            together.forEach(this::settle);
        }
    }

    private void settle(Exchange exchange) {
        Job job = JobExchange.of(exchange).job();
        if (job != null) {
            if (jobs.end(job, outcome(exchange))) {
                JobEnd.answered(job, JobExchange.of(exchange).answer());
            }
            jobs.settle(job);
        }
        LedgerEntry record = JobExchange.of(exchange).record();
        if (record != null) {
            record.settle();
        }
    }

    private static JobOutcome outcome(Exchange exchange) {
        ApiAnswer answer = JobExchange.of(exchange).answer();
        return answer == null ? JobOutcome.ELSEWHERE : JobOutcome.answered(answer.status());
    }
}
