package io.kafkasend.client;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.internal.Backoff;
import io.kafkasend.client.internal.Deadline;
import io.kafkasend.client.internal.RequestTally;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request, sent as one job after another: until one is answered, one fails for good, or the retries or the time are
 * used up. Only what the portal calls retryable is sent again, since by the protocol that had no effect at the API; and
 * nothing once a part of an answer has left the client. Thread-safe.
 */
final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final long began = System.nanoTime();
    private final Request request;
    private final Deadline deadline;
    private final Body body;
    private final ProgressListener listener;
    private final RequestTally tally;
    private final Backoff backoff;
    private final ScheduledExecutorService timer;
    private final BiFunction<Body, Boolean, Job> sender;

    private int sent;
    private Job job;
    private Future<?> next;

    /**
     * @param sender sends the request, with this body, as a job; the first may have been begun before
     */
    Attempts(
            Request request,
            Deadline deadline,
            SafeListener listener,
            RequestTally tally,
            Backoff backoff,
            ScheduledExecutorService timer,
            BiFunction<Body, Boolean, Job> sender) {
        this.request = request;
        this.deadline = deadline;
        this.body = request.retries() == 0 ? request.body() : request.body().kept();
        this.listener = listener;
        this.tally = tally;
        this.backoff = backoff;
        this.timer = timer;
        this.sender = sender;
        answer.whenComplete((result, failure) -> {
            tally.failed(Dispatcher.CANCELLED); // where it was the caller who ended it
            done();
        });
    }

    /** The answer, or the last job's failure. */
    CompletableFuture<Answer> answer() {
        return answer;
    }

    /** Sends the request, as the next job. */
    void send() {
        Job current;
        synchronized (this) {
            if (answer.isDone()) {
                return;
            }
            sent++;
            current = sender.apply(body, sent == 1);
            job = current;
        }
        current.answer().whenComplete((result, failure) -> ended(current, result, failure));
    }

    /** Ends the request, also between two jobs. */
    void fail(ClientException reason) {
        giveUp(reason);
    }

    private void ended(Job current, Answer result, Throwable failure) {
        request.resumable().jobEnded(failure);
        if (failure == null) {
            tally.succeeded(true);
            answer.complete(result.after(sent(), Duration.ofNanos(System.nanoTime() - began)));
        } else if (!(failure instanceof JobFailedException refused) || !again(current, refused)) {
            giveUp(failure);
        }
    }

    private void giveUp(Throwable failure) {
        tally.failed(Dispatcher.errorType(failure));
        answer.completeExceptionally(failure);
    }

    /** Plans the next job; false when there is to be none. */
    private boolean again(Job current, JobFailedException refused) {
        int retry = sent();
        if (!refused.retryable() || retry > request.retries() || current.hasWrittenOut()) {
            return false;
        }
        Duration wait = backoff.before(retry, refused.retryAfterSeconds());
        if (wait.compareTo(deadline.left()) >= 0) {
            return false; // the failure that is there says more than a timeout
        }
        LOG.debug("Sends again in {} after {} jobId={}", wait, refused.getMessage(), current.id());
        listener.retrying(retry, request.retries(), wait, refused);
        try {
            synchronized (this) {
                next = timer.schedule(() -> sendAgain(current), wait.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (RejectedExecutionException e) {
            fail(new ClientException(Kind.CLOSED, current.id(), "the client was closed", e));
        }
        if (answer.isDone()) {
            done(); // cancelled meanwhile
        }
        return true;
    }

    private synchronized int sent() {
        return sent;
    }

    /** On the timer, which would swallow what is thrown, and the caller wait for ever. */
    private void sendAgain(Job before) {
        try {
            send();
        } catch (RuntimeException | Error e) {
            fail(new ClientException(Kind.BODY, before.id(), "the request cannot be sent again: " + e, e));
        }
    }

    private void done() {
        Job current;
        synchronized (this) {
            current = job;
            if (next != null) {
                next.cancel(false);
            }
        }
        if (current != null) {
            current.answer().cancel(true); // does nothing unless it was the caller who ended the request
        }
        body.release();
        request.resumable().ended();
    }
}
