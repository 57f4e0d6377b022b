package io.kafkasend.gateway.relay;

import io.kafkasend.client.AnswerStream;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.gateway.stored.StoredJob;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests under a key by the job of the one that was before, at this gateway or another. A job that was recorded, and of which
 * Kafka has nothing, is left to the request to begin anew, under its id. Thread-safe.
 */
final class KeyedAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(KeyedAnswers.class);

    private final PortalClient portals;
    private final LostJobs lost;
    private final FetchedAnswers fetched;
    private final Duration timeout;

    /**
     * @param timeout how long a caller waits at most
     */
    KeyedAnswers(PortalClient portals, LostJobs lost, Duration timeout) {
        this.portals = portals;
        this.lost = lost;
        this.fetched = new FetchedAnswers(portals);
        this.timeout = timeout;
    }

    /** What there is of a job. */
    private enum Word {
        /** Its answer, or that it has failed. */
        OUTCOME,
        /** That it has failed, and that nothing was done by it. */
        UNDONE,
        /** It is under way, or may yet be. */
        UNDER_WAY,
        /** Another START of it was before. */
        NOT_FIRST,
        NOTHING
    }

    /**
     * Answers a request under a key, where another one under it was before.
     *
     * @return whether it did: not where there was none, or one that is to be made again, which the request is told
     */
    boolean answers(HttpCall call, Later later) throws RefusedException {
        for (Optional<StoredJob> holder = later.holder(); holder.isPresent(); holder = later.holder()) {
            StoredJob job = holder.get();
            if (isAwaited(job, later)) {
                continue;
            }
            List<StoredJob> begun = later.begun(job);
            Word word = begun.isEmpty() ? Word.UNDONE : job.withdrawn() ? Word.NOT_FIRST : word(call, later, job);
            if (word == Word.UNDONE && (begun.isEmpty() || lost.isOver(begun))) {
                later.follows(job);
                return false;
            }
            if (word != Word.NOTHING && word != Word.NOT_FIRST) {
                replay(call, later, job);
                return true;
            }
            Optional<StoredJob> first;
            try {
                first = first(begun);
            } catch (KafkaException e) {
                LOG.atWarn()
                        .addKeyValue("job_id", job.receipt().jobId().value())
                        .addKeyValue("reason", e.getMessage())
                        .log(
                                "Kafka does not say whether it has a job that another gateway recorded; its answer is waited for");
                first = Optional.of(job);
            }
            boolean wasRead = word == Word.NOT_FIRST && !job.withdrawn();
            if (first.isEmpty() && !wasRead && takesOver(later, job)) {
                return false;
            }
            if (first.isEmpty() ? wasRead : first.get().isAt(job)) {
                replay(call, later, job);
                return true;
            }
            if (first.isPresent()) {
                later.restore(first.get(), job);
            }
        }
        return false;
    }

    /** Whether a job failed since it is not the first under its id. */
    static boolean isOfAnotherStart(ClientException failure) {
        return failure instanceof JobFailedException refused
                && refused.code()
                        .filter(ErrorCode.DUPLICATE_START.name()::equals)
                        .isPresent();
    }

    /**
     * Looks, where nothing is heard of a request that was sent, whether the job was begun elsewhere too: of a START that is not its first a
     * portal may say nothing.
     */
    void doubtLater(Later later, AwaitedHead head) {
        CompletableFuture.delayedExecutor(LostJobs.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (!later.isHeard() && !head.isOver()) {
                        startDoubt(() -> doubt(later, head));
                    }
                });
    }

    /** On a thread of its own, since Kafka is asked; whatever fails leaves the request waiting for its answer. */
    static Thread startDoubt(Runnable look) {
        Thread thread = DaemonThreads.named("kafkasend-doubt", () -> {
            try {
                look.run();
            } catch (RuntimeException | Error e) {
                LOG.error("It is not known whether a job was begun elsewhere", e);
            }
        });
        thread.start();
        return thread;
    }

    private void doubt(Later later, AwaitedHead head) {
        try {
            Optional<StoredJob> holder = later.holder();
            String own = later.receipt().requestSha256();
            if (holder.isEmpty()
                    || later.takenOver().isEmpty()
                            && holder.get().receipt().requestSha256().equals(own)) {
                return;
            }
            first(later.begun(holder.get()))
                    .filter(first -> !first.receipt().requestSha256().equals(own))
                    .ifPresent(first -> {
                        later.notFirst();
                        head.gone();
                    });
        } catch (RefusedException | KafkaException e) {
            LOG.debug("It is not known whether a job was begun elsewhere", e);
        }
    }

    /** Answers a request whose START was not the job's first. */
    void replayFirst(HttpCall call, Later later, ClientException failure) throws RefusedException {
        StoredJob holder = later.holder().orElseThrow(() -> failure);
        StoredJob first;
        try {
            first = first(later.begun(holder)).orElseThrow(() -> failure);
        } catch (KafkaException e) {
            failure.addSuppressed(e);
            throw failure;
        }
        if (!first.isOfStart(holder)) {
            later.restore(first, holder);
        }
        replay(call, later, first);
    }

    /**
     * Answers a request under a key as the one that was before it.
     *
     * @throws RefusedException where that was another request
     */
    void replay(HttpCall call, Later later, StoredJob job) throws RefusedException {
        requireSame(call, later, job);
        fetched.tell(
                call,
                job,
                wait(later),
                later.location(),
                later.applied(),
                later.patience().isPresent());
    }

    private Duration wait(Later later) {
        return later.patience()
                .filter(patience -> patience.compareTo(timeout) < 0)
                .orElse(timeout);
    }

    /** Whether another request has begun the job at this gateway meanwhile, or has failed to. */
    private boolean isAwaited(StoredJob job, Later later) throws RefusedException {
        Optional<CompletableFuture<Void>> beginning =
                lost.beginning(job.receipt().jobId());
        if (beginning.isEmpty()) {
            return false;
        }
        try {
            beginning.get().get(wait(later).toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            throw givenUp();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // it is only ever completed
        }
    }

    /** What comes of a job while its gateway may be about to send it; what is known by now where that is over. */
    private Word word(HttpCall call, Later later, StoredJob job) {
        Duration due = lost.patience(job);
        Duration wait =
                later.patience().filter(patience -> patience.compareTo(due) < 0).orElse(due);
        AwaitedHead head = new AwaitedHead();
        call.whenGone(head::gone);
        ProgressListener listener = new ProgressListener() {
            @Override
            public boolean wantsStages() {
                return true;
            }

            @Override
            public void stage(ResponseStatus status) {
                lost.isThere(job.receipt());
                head.enough(() -> {});
            }
        };
        try (AnswerStream answer = portals.client().openFetched(job.receipt(), wait, listener)) {
            LOG.trace("An answer has begun jobId={} answer={}", job.receipt().jobId(), answer);
            return Word.OUTCOME;
        } catch (JobFailedException e) {
            return isOfAnotherStart(e) ? Word.NOT_FIRST : e.retryable() ? Word.UNDONE : Word.OUTCOME;
        } catch (ClientException e) {
            if (head.isEnough()) {
                return Word.UNDER_WAY;
            }
            if (e.kind() != Kind.TIMED_OUT) {
                throw e;
            }
            return wait.compareTo(due) < 0 || lost.isNotLost(job) ? Word.UNDER_WAY : Word.NOTHING;
        } finally {
            head.over();
        }
    }

    private Optional<StoredJob> first(List<StoredJob> begun) throws RefusedException {
        try {
            Optional<StoredJob> first = lost.first(begun);
            first.ifPresent(job -> lost.isThere(job.receipt()));
            return first;
        } catch (InterruptedException e) {
            throw givenUp();
        }
    }

    /** Whether the request is to begin a job that Kafka has not: no other one does here, nor has one elsewhere by now. */
    private boolean takesOver(Later later, StoredJob job) throws RefusedException {
        JobId id = job.receipt().jobId();
        if (!lost.begins(id)) {
            return false;
        }
        boolean holds = false;
        try {
            holds = later.holder().filter(job::isAt).isPresent();
        } finally {
            if (!holds) {
                lost.begun(id);
            }
        }
        if (holds) {
            later.takesOver(job);
        }
        return holds;
    }

    private static RefusedException givenUp() {
        Thread.currentThread().interrupt();
        return new RefusedException(GatewayError.GATEWAY_STOPPING, "the request was given up");
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
