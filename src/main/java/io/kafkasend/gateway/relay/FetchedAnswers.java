package io.kafkasend.gateway.relay;

import io.kafkasend.client.AnswerStream;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.gateway.stored.StoredJob;
import io.kafkasend.protocol.ResponseStatus;
import java.time.Duration;
import java.util.Optional;

/** Answers of jobs that another request has begun, at this gateway or another. Thread-safe. */
final class FetchedAnswers {
    private final PortalClient portals;

    FetchedAnswers(PortalClient portals) {
        this.portals = portals;
    }

    /** Hears how far a job is. */
    private static final class Stages implements ProgressListener {
        private volatile ResponseStatus last;

        @Override
        public boolean wantsStages() {
            return true;
        }

        @Override
        public void stage(ResponseStatus status) {
            last = status;
        }
    }

    /**
     * Answers with what there is of a job.
     *
     * @param wait how long to wait for an answer
     * @param orAccepted whether 202 is the answer where there is none; else a failure
     */
    void tell(HttpCall call, StoredJob job, Duration wait, String location, String applied, boolean orAccepted)
            throws RefusedException {
        call.asJob(job.receipt().jobId().value());
        Stages stages = new Stages();
        AnswerStream answer;
        try {
            answer = fetch(call, job, wait, stages);
        } catch (ClientException e) {
            if (e.kind() != Kind.TIMED_OUT || !orAccepted) {
                throw e;
            }
            new Accepted(location, Optional.ofNullable(stages.last)).to(call, applied);
            return;
        }
        new PassedAnswer(answer).to(call, applied);
    }

    private AnswerStream fetch(HttpCall call, StoredJob job, Duration wait, ProgressListener listener) {
        AwaitedHead head = new AwaitedHead();
        call.whenGone(head::gone);
        try {
            return portals.client().openFetched(job.receipt(), wait, listener);
        } finally {
            head.over();
        }
    }
}
