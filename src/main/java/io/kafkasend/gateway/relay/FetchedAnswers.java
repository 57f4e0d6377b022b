package io.kafkasend.gateway.relay;

import io.kafkasend.client.AnswerStream;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.gateway.stored.StoredJob;
import io.kafkasend.protocol.ResponseStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Answers of jobs that another request has begun, at this gateway or another. Thread-safe. */
final class FetchedAnswers {
    private final PortalClient portals;
    private final Duration timeout;

    /**
     * @param timeout how long a caller waits at most
     */
    FetchedAnswers(PortalClient portals, Duration timeout) {
        this.portals = portals;
        this.timeout = timeout;
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
     * Answers a request under a key, where another one under it was before.
     *
     * @return whether it did: not where there was none, or one by which nothing was done, which is made again
     */
    boolean answers(HttpCall call, Later later) throws RefusedException {
        Optional<StoredJob> holder = later.holder();
        if (holder.isEmpty()) {
            return false;
        }
        StoredJob job = holder.get();
        if (job.withdrawn() || isToBeMadeAgain(call, job)) {
            later.follows(job);
            return false;
        }
        replay(call, later, job);
        return true;
    }

    /**
     * Answers a request under a key as the one that was before it.
     *
     * @throws RefusedException where that was another request
     */
    void replay(HttpCall call, Later later, StoredJob job) throws RefusedException {
        requireSame(call, later, job);
        Duration wait = later.patience()
                .filter(patience -> patience.compareTo(timeout) < 0)
                .orElse(timeout);
        tell(
                call,
                job,
                wait,
                later.location(),
                later.applied(),
                later.patience().isPresent());
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

    private boolean isToBeMadeAgain(HttpCall call, StoredJob job) {
        try {
            fetch(call, job, Duration.ZERO, ProgressListener.none()).close();
            return false;
        } catch (JobFailedException e) {
            return e.retryable();
        } catch (ClientException e) {
            if (e.kind() == Kind.TIMED_OUT) {
                return false; // it is under way
            }
            throw e;
        }
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

    private static void requireSame(HttpCall call, Later later, StoredJob job) throws RefusedException {
        try {
            if (later.isOf(job)) {
                return;
            }
        } catch (IOException e) {
            throw call.body().isTooLong()
                    ? new RefusedException(
                            GatewayError.BODY_TOO_LARGE,
                            "the body has over " + call.body().most() + " bytes, the most that this gateway keeps")
                    : new RefusedException(GatewayError.BODY_INCOMPLETE, String.valueOf(e.getMessage()));
        }
        throw new RefusedException(
                GatewayError.KEY_REUSED,
                "method, target or body differ from those of the first request under this key");
    }
}
