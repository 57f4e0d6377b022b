package io.kafkasend.gateway.relay;

import io.kafkasend.client.Receipt;
import io.kafkasend.client.Request;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.gateway.stored.Preference;
import io.kafkasend.gateway.stored.Slot;
import io.kafkasend.gateway.stored.StoredJob;
import io.kafkasend.gateway.stored.StoredJobs;
import io.kafkasend.gateway.upload.Upload;
import io.kafkasend.protocol.JobId;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What ties a request to those that ask for its answer later: the slot of its job, its key where it has one, and how long its caller
 * waits. One for each request. Thread-safe.
 */
final class Later {
    private final StoredJobs jobs;
    private final Slot slot;
    private final Fingerprint fingerprint;
    private final Preference preference;
    private final Duration asyncAfter;
    private volatile StoredJob before;
    private volatile boolean takenOver;
    private volatile boolean heard;
    private volatile boolean notFirst;
    private volatile Request.Builder maker;
    private volatile Receipt receipt;
    private volatile boolean left;
    private volatile Runnable whenSent = () -> {};

    /**
     * @param slot the job's
     * @param fingerprint of the request, under a key; null without one
     * @param asyncAfter how long a caller waits who says nothing; zero for as long as it takes
     */
    Later(StoredJobs jobs, Slot slot, Fingerprint fingerprint, Preference preference, Duration asyncAfter) {
        this.jobs = jobs;
        this.slot = slot;
        this.fingerprint = fingerprint;
        this.preference = preference;
        this.asyncAfter = asyncAfter;
    }

    /** Whether the request has a key. */
    boolean isKeyed() {
        return fingerprint != null;
    }

    /** How long the caller waits once Kafka has the request; empty for as long as it takes. */
    Optional<Duration> patience() {
        return preference.patience().or(() -> Optional.of(asyncAfter).filter(after -> !after.isZero()));
    }

    /** What the caller asked for, as {@code Preference-Applied} says it; empty for nothing. */
    String applied() {
        return preference.applied();
    }

    /** Where the caller asks later. */
    String location() {
        return slot.location();
    }

    /** The job's receipt; null before it is about to be sent. */
    Receipt receipt() {
        return receipt;
    }

    /** The job that holds the slot by now. */
    Optional<StoredJob> holder() throws RefusedException {
        return jobs.find(slot);
    }

    /** What may have been sent of the job that holds the slot, latest first. */
    List<StoredJob> begun(StoredJob holder) throws RefusedException {
        return jobs.begun(holder);
    }

    /** Says by what the request is made. */
    void madeBy(Request.Builder made) {
        maker = made;
    }

    /** The request is to be made again, after a job by which nothing was done. */
    void follows(StoredJob failed) {
        before = failed;
    }

    /** The request is to be made for a job that was recorded, and of which Kafka has nothing: under its id, so that there is one START. */
    void takesOver(StoredJob lost) {
        before = lost;
        takenOver = true;
    }

    /** The job that is taken over; empty where none is. */
    Optional<JobId> takenOver() {
        return takenOver ? Optional.of(before.receipt().jobId()) : Optional.empty();
    }

    /** The request to send. */
    Request request(Request made) {
        return takenOver().map(id -> maker.jobId(id).build()).orElse(made);
    }

    /** Another START of the job was the first: it is the one that holds the slot from now on. */
    void restore(StoredJob first, StoredJob holder) throws RefusedException {
        jobs.put(first.following(holder));
    }

    /**
     * Whether a job was begun by the same request.
     *
     * @throws IOException where the request's body cannot be read
     */
    boolean isOf(StoredJob job) throws IOException {
        return fingerprint.whole().equals(job.fingerprint());
    }

    /** A portal has said how far the job is, by the START of this request. */
    void heard() {
        heard = true;
    }

    /** Whether one has. */
    boolean isHeard() {
        return heard;
    }

    /** Another START of the job was before the one of this request. */
    void notFirst() {
        notFirst = true;
    }

    /** Whether one was. */
    boolean isNotFirst() {
        return notFirst;
    }

    /** Kafka has the whole request. */
    void sent() {
        whenSent.run();
    }

    /** Nobody waits any more, and the job goes on. */
    void leave() {
        left = true;
    }

    /** Whether the job goes on where nobody waits for it: so it does under a key, since its caller may try again. */
    boolean outlives() {
        return left || isKeyed();
    }

    /**
     * The job is about to be sent. Under a key it has to hold its slot first.
     *
     * @throws NotSentException where another job holds it, or that cannot be said
     */
    void begins(Receipt told) {
        receipt = told;
        if (!isKeyed()) {
            return;
        }
        StoredJob job = job();
        if (takenOver && !job.fingerprint().equals(before.fingerprint())) {
            throw new NotSentException(before); // which is another request
        }
        StoredJob holder;
        try {
            holder = jobs.put(job);
        } catch (RefusedException e) {
            throw new NotSentException(e);
        }
        if (!holder.isOfStart(job)) {
            throw new NotSentException(holder);
        }
    }

    /** Has the job found by its slot; whether it will be, which is so under a key. */
    CompletableFuture<Boolean> keep() {
        return isKeyed()
                ? CompletableFuture.completedFuture(true)
                : jobs.offer(job()).thenApply(Optional::isPresent);
    }

    private StoredJob job() {
        long after = before == null ? StoredJob.NONE : before.offset();
        try {
            return new StoredJob(
                    slot.place(), after, isKeyed() ? fingerprint.whole() : "", false, receipt, StoredJob.NONE);
        } catch (IOException e) {
            throw new IllegalStateException("the body was read", e);
        }
    }

    /** That of a call; empty where no jobs are kept. */
    static Optional<Later> of(HttpCall call, StoredJobs jobs, Duration asyncAfter) throws RefusedException {
        if (!jobs.areKept()) {
            return Optional.empty();
        }
        Preference preference = Preference.of(call.head());
        Optional<String> key = IdempotencyKey.of(call.head());
        return Optional.of(
                key.isPresent()
                        ? new Later(
                                jobs,
                                Slot.ofKey(call.caller(), key.get()),
                                new Fingerprint(call.head(), call.body()),
                                preference,
                                asyncAfter)
                        : new Later(jobs, Slot.fresh(call.caller()), null, preference, asyncAfter));
    }

    /** That of an upload that is complete: it is one job, however often its answer is asked for. */
    static Later ofUpload(HttpCall call, Upload upload, StoredJobs jobs, Duration asyncAfter) throws RefusedException {
        Later later = new Later(
                jobs,
                upload.slot(call.caller()),
                new Fingerprint(upload.request(), InputStream.nullInputStream()),
                Preference.of(call.head()),
                asyncAfter);
        later.whenSent = upload::sent;
        return later;
    }

    /** The body as it is to be read. */
    Fingerprint body() {
        return fingerprint;
    }

    /** What of {@code Prefer} is the API's; empty for nothing. */
    String preferencesOfApi() {
        return preference.rest();
    }
}
