package io.kafkasend.portal.call;

import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.outcome.Found;
import io.kafkasend.portal.outcome.OutcomeLookup;
import io.kafkasend.portal.outcome.OutcomeQuestion;
import org.apache.camel.Exchange;

/** Ends here, without a call, a job that another portal has answered, or had begun to. Thread-safe. */
final class PriorOutcome {
    private final Jobs jobs;
    private final OutcomeLookup outcomes;

    PriorOutcome(Jobs jobs, OutcomeLookup outcomes) {
        this.jobs = jobs;
        this.outcomes = outcomes;
    }

    /** What the job's client has. */
    Found of(Job job) {
        return outcomes.find(OutcomeQuestion.of(
                job.id(),
                job.caller().replyTopic(),
                job.request(),
                job.records().first()));
    }

    /** Looks whether the job's client has its outcome, or is getting it; if so, ends and settles the job and stops its route. */
    boolean ends(Job job, Exchange exchange) {
        return of(job) != Found.NOTHING && end(job, exchange);
    }

    /** Ends and settles the job, without an ERROR, and stops its route. */
    boolean end(Job job, Exchange exchange) {
        jobs.end(job);
        jobs.settle(job);
        exchange.setRouteStop(true);
        return true;
    }
}
