package io.kafkasend.portal.call;

import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.outcome.OutcomeLookup;
import io.kafkasend.portal.outcome.OutcomeQuestion;
import org.apache.camel.Exchange;

/** Ends here, without a call and without an ERROR, a job that another portal has answered. Thread-safe. */
final class PriorOutcome {
    private final Jobs jobs;
    private final OutcomeLookup outcomes;

    PriorOutcome(Jobs jobs, OutcomeLookup outcomes) {
        this.jobs = jobs;
        this.outcomes = outcomes;
    }

    /** Looks whether the job's client has its outcome; if so, ends and settles the job and stops its route. */
    boolean ends(Job job, Exchange exchange) {
        if (!outcomes.hasOutcome(OutcomeQuestion.of(
                job.id(),
                job.caller().replyTopic(),
                job.request(),
                job.records().first()))) {
            return false;
        }
        jobs.end(job);
        jobs.settle(job);
        exchange.setRouteStop(true);
        return true;
    }
}
