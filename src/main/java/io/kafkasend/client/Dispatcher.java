package io.kafkasend.client;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.internal.AnswerMemory;
import io.kafkasend.client.internal.Backoff;
import io.kafkasend.client.internal.BegunRequest;
import io.kafkasend.client.internal.ClientMemory;
import io.kafkasend.client.internal.ClientMeters;
import io.kafkasend.client.internal.Deadline;
import io.kafkasend.client.internal.RequestTally;
import io.kafkasend.client.metric.MetricListener;
import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.concurrent.ShortTasks;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.SecretHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client's jobs under way, and what they share: threads, memory, producers and the consumer. Thread-safe. */
final class Dispatcher implements AutoCloseable {
    /** A request that its caller ended. */
    static final String CANCELLED = "CANCELLED";

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration STEP_OF_CLOSE = Duration.ofSeconds(2);
    /** How many requests may be with the producer that the broker has not acknowledged. */
    private static final int MOST_UNACKNOWLEDGED = 256;

    private final ClientSettings settings;
    private final ClientMeters meters;
    private final KafkaFailure failures;
    private final ConcurrentMap<String, Job> jobs = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ThreadPoolExecutor uploads;
    private final ThreadPoolExecutor workers;
    private final ScheduledThreadPoolExecutor timer;
    private final ShortTasks shortTasks;
    private final Set<Attempts> attempts = ConcurrentHashMap.newKeySet();
    private final Backoff backoff = new Backoff(new Random());
    private final Cancels cancels;
    private final Receiver receiver;
    private final Fetches fetches;
    private final Producers producers;
    private final AnswerMemory answers;
    private final AnswerMemory forHeld;
    private final AnswerMemory forStreams;
    private final long mostOfStream;
    private final Semaphore unacknowledged = new Semaphore(MOST_UNACKNOWLEDGED);

    /**
     * @param listener told what is done
     */
    Dispatcher(ClientSettings settings, MetricListener listener) {
        this.settings = settings;
        this.meters = new ClientMeters(listener);
        this.failures = new KafkaFailure(settings.bootstrapServers());
        ClientMemory memory = ClientMemory.ofThisProcess();
        this.answers = new AnswerMemory(settings.maxAnswerBytes(), memory.allAnswers());
        this.forHeld = new AnswerMemory(memory.held(), memory.held());
        this.forStreams = new AnswerMemory(memory.stream(), memory.allStreams());
        this.mostOfStream = memory.stream();
        this.uploads = new ThreadPoolExecutor(
                settings.uploadThreads(),
                settings.uploadThreads(),
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DaemonThreads("kafkasend-upload"));
        uploads.allowCoreThreadTimeOut(true);
        // As many threads as there are jobs with something to do: one that blocks holds up its own job only. A task
        // that
        // comes when the client is closing still runs, so that every future completes.
        this.workers = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                new DaemonThreads("kafkasend-worker"),
                (task, pool) -> task.run());
        this.timer = new ScheduledThreadPoolExecutor(1, new DaemonThreads("kafkasend-timer"));
        timer.setRemoveOnCancelPolicy(true);
        this.shortTasks = new ShortTasks(workers, timer, failure -> LOG.error("A task of the client failed", failure));
        this.producers = new Producers(settings, meters);
        this.cancels = new Cancels(settings, workers);
        this.fetches = new Fetches(
                settings,
                failures,
                answers,
                forHeld,
                workers,
                shortTasks,
                (receipt, modern) -> cancels.send(receipt, modern, producers::prompt));
        this.receiver = new Receiver(settings, failures, jobs, settings.portals(workers), meters);
    }

    /**
     * Sends a request, as one job after another where it has retries.
     *
     * @param target where the answer's body goes
     */
    CompletableFuture<Answer> send(Request request, AnswerTarget target, ProgressListener listener, Deadline deadline) {
        RequestTally tally = tally(request);
        try {
            SafeListener told = new SafeListener(Objects.requireNonNull(listener, "listener"), tally);
            Attempts all = new Attempts(
                    request,
                    deadline,
                    told,
                    tally,
                    backoff,
                    timer,
                    (body, first) -> begin(request, first, body, target, told, deadline));
            attempts.add(all);
            all.answer().whenComplete((result, failure) -> attempts.remove(all));
            all.send();
            if (closed.get()) {
                all.fail(closedFailure());
            }
            return all.answer();
        } catch (RuntimeException | Error e) {
            tally.failed(errorType(e));
            throw e;
        }
    }

    /**
     * Sends a request, and waits for the head of its answer.
     *
     * @throws ClientException when there will be none
     */
    AnswerStream open(Request request, ProgressListener listener, Deadline deadline) {
        AnswerPipe pipe = new AnswerPipe(forStreams, mostOfStream);
        return opened(pipe, send(request, pipe, listener, deadline));
    }

    /** Answers of jobs that were begun before. */
    Fetches fetches() {
        return fetches;
    }

    /**
     * The answer of a job that was begun before, once its head is there.
     *
     * @throws ClientException when there will be none
     */
    AnswerStream openFetched(Receipt receipt, Duration wait, ProgressListener listener) {
        AnswerPipe pipe = new AnswerPipe(forStreams, mostOfStream);
        return opened(pipe, fetches.fetch(receipt, wait, pipe, listener));
    }

    /**
     * Waits for an answer.
     *
     * @throws ClientException when there is none; of kind CLOSED when the thread is interrupted, which it stays
     */
    Answer await(CompletableFuture<Answer> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw explain(e);
        }
    }

    private static ClientException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new ClientException(Kind.CLOSED, "interrupted while waiting for the answer", cause);
    }

    private AnswerStream opened(AnswerPipe pipe, CompletableFuture<Answer> answer) {
        answer.whenComplete((whole, failure) -> pipe.end(whole, failure == null ? null : explain(failure)));
        try {
            return new AnswerStream(pipe, pipe.takeHead(), answer, workers);
        } catch (InterruptedException e) {
            answer.cancel(true);
            pipe.close();
            throw interrupted(e);
        }
    }

    /** Sends a request, as one job, whose answer nobody waits for; its id, once the broker has it. Cancelling it ends the job. */
    CompletableFuture<JobId> submit(Request request, ProgressListener listener, Deadline deadline) {
        Objects.requireNonNull(listener, "listener");
        RequestTally tally = tally(request);
        Job job = begin(request, true, request.body(), null, new SafeListener(listener, tally), deadline);
        CompletableFuture<JobId> id = job.answer()
                .whenComplete((nothing, failure) -> {
                    request.resumable().jobEnded(failure);
                    request.resumable().ended();
                    if (failure == null) {
                        tally.succeeded(false);
                    } else {
                        tally.failed(errorType(failure));
                    }
                })
                .thenApply(nothing -> job.id());
        id.whenComplete((result, failure) -> {
            if (id.isCancelled()) {
                job.answer().cancel(true);
            }
        });
        return id;
    }

    private RequestTally tally(Request request) {
        return new RequestTally(settings.requestTopic(), request.method(), meters);
    }

    /** What a failure is called where its kinds are counted: one of a bounded number of names, whatever a portal sends. */
    static String errorType(Throwable failure) {
        if (failure instanceof CancellationException) {
            return CANCELLED;
        }
        if (failure instanceof JobFailedException refused) {
            return refused.code()
                    .filter(code -> ErrorCode.named(code).isPresent())
                    .orElse(refused.kind().name());
        }
        return failure instanceof ClientException known ? known.kind().name() : Kind.KAFKA.name();
    }

    /** A failure of sending in the client's terms. */
    ClientException explain(Throwable failure) {
        return failures.explain(failure, "sending");
    }

    /** Fails what has no answer yet, and ends threads, producers and consumer within some seconds. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        timer.shutdownNow();
        failAll();
        fetches.close();
        boolean interrupted = Thread.interrupted();
        try {
            receiver.close(STEP_OF_CLOSE.plusSeconds(1));
            uploads.shutdownNow();
            cancels.awaitHandedOver(STEP_OF_CLOSE);
            producers.close(STEP_OF_CLOSE);
            failAll();
            shortTasks.close();
            workers.shutdown();
            if (!workers.awaitTermination(STEP_OF_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
                workers.shutdownNow();
            }
            uploads.awaitTermination(STEP_OF_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
            uploads.shutdownNow();
            workers.shutdownNow();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** @param first whether it may go on with a job that was begun before */
    private Job begin(
            Request request, boolean first, Body body, AnswerTarget target, SafeListener listener, Deadline deadline) {
        BegunRequest begun = null;
        ClientException notRead = null;
        try {
            begun = first ? request.resumable().begun(settings.requestTopic()).orElse(null) : null;
        } catch (ClientException e) {
            notRead = e;
        }
        boolean resumed = begun != null;
        Job job = new Job(
                request,
                begun,
                body,
                target,
                listener,
                deadline,
                settings,
                answers,
                forHeld,
                workers,
                shortTasks,
                resumed ? fetches::ended : ended -> jobs.remove(ended.id().value(), ended),
                cancels::send);
        // Known before it is sent, and before the connection is asked for, so that no failure of either can miss it.
        if (!resumed && jobs.putIfAbsent(job.id().value(), job) != null) {
            notRead = new ClientException(
                    Kind.SETTINGS,
                    job.id(),
                    "a job of this id is under way; it takes an id that was not used yet",
                    null);
        }
        if (closed.get()) {
            job.fail(closedFailure());
        }
        List<String> secrets = settings.secretHeaders().among(request.headers().keySet());
        if (!secrets.isEmpty()) {
            notRead = new ClientException(Kind.SETTINGS, job.id(), SecretHeaders.refusal(secrets.get(0)), null);
        }
        if (notRead != null) {
            job.fail(notRead);
        } else if (resumed) {
            goOn(job, begun);
        } else {
            CompletableFuture<Void> ready = receiver.ready();
            ready.whenComplete((nothing, failure) -> {
                if (failure != null) {
                    job.fail(failures.explain(failure, "connecting"));
                }
            });
            upload(job, ready);
        }
        return job;
    }

    /** What has come of its answer decides first: it may have been whole before its client was ended. */
    private void goOn(Job job, BegunRequest begun) {
        String digest = RequestDigest.of(begun.value());
        job.bindTo(digest);
        Receipt receipt = new Receipt(job.id(), digest, begun.secret(), begun.answerTopic(), begun.since());
        AtomicBoolean asked = new AtomicBoolean();
        fetches.read(receipt, job, () -> {
            if (!asked.getAndSet(true)) {
                job.thenUnlessEnded(() -> upload(job, CompletableFuture.completedFuture(null)));
            }
        });
    }

    private void upload(Job job, CompletableFuture<Void> ready) {
        try {
            job.uploadedBy(uploads.submit(new Upload(
                    job, settings, ready, producers, jobs::size, unacknowledged, workers, this::explainSendFailure)));
        } catch (RejectedExecutionException e) {
            job.fail(closedFailure());
        }
    }

    private void failAll() {
        List.copyOf(jobs.values()).forEach(job -> job.fail(closedFailure()));
        List.copyOf(attempts).forEach(all -> all.fail(closedFailure())); // those that wait to be sent again
    }

    static ClientException closedFailure() {
        return new ClientException(Kind.CLOSED, "the client was closed");
    }

    /** Names the topic's limit where that is what a record broke; asks the broker for it. */
    private ClientException explainSendFailure(Throwable failure, int recordBytes) {
        if (closed.get()) {
            return closedFailure();
        }
        if (!(failure instanceof RecordTooLargeException)) {
            return failures.explain(failure, "sending to topic " + settings.requestTopic());
        }
        String accepted = "fewer";
        try (Topics topics = new Topics(settings)) {
            accepted = topics.settings(settings.requestTopic()).maxMessageBytes() + " at most";
        } catch (ClientException e) {
            // The broker may not tell; the sentence is true without it.
        }
        return new ClientException(
                Kind.RECORD_TOO_LARGE,
                "topic " + settings.requestTopic() + " did not take a record of " + recordBytes
                        + " bytes: it takes " + accepted + " (max.message.bytes), and KafkaSend needs "
                        + Limits.RECORD_BYTES,
                failure);
    }
}
