package io.kafkasend.client;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.internal.AnswerHistory;
import io.kafkasend.client.internal.AnswerMemory;
import io.kafkasend.client.internal.ClientMemory;
import io.kafkasend.client.internal.Deadline;
import io.kafkasend.client.internal.FetchConsumers;
import io.kafkasend.client.internal.RequestTally;
import io.kafkasend.client.metric.MetricListener;
import io.kafkasend.concurrent.ShortTasks;
import io.kafkasend.protocol.Method;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.PartitionInfo;

/** Answers of jobs that were begun before, by this client or another: read from the answer topic as often as is asked for. Thread-safe. */
final class Fetches implements AutoCloseable {
    private final Set<Job> underWay = ConcurrentHashMap.newKeySet();
    private final ClientSettings settings;
    private final KafkaFailure failures;
    private final FetchConsumers consumers;
    private final AnswerMemory answers;
    private final AnswerMemory forHeld;
    private final Executor pool;
    private final ShortTasks shortTasks;
    private final BiFunction<Receipt, Boolean, CompletableFuture<Boolean>> canceller;
    private final long mostBehind = ClientMemory.ofThisProcess().backlog();
    private volatile boolean closed;

    /**
     * @param answers what may be kept of answers
     * @param forHeld what may be kept of CHUNKs that wait for an earlier one
     * @param pool runs what may wait
     * @param canceller sends a CANCEL, given whether the job's portal is known to read it; tells whether it did
     */
    Fetches(
            ClientSettings settings,
            KafkaFailure failures,
            AnswerMemory answers,
            AnswerMemory forHeld,
            Executor pool,
            ShortTasks shortTasks,
            BiFunction<Receipt, Boolean, CompletableFuture<Boolean>> canceller) {
        this.settings = settings;
        this.failures = failures;
        this.consumers = new FetchConsumers(
                settings::consumer, ClientMemory.ofThisProcess().fetchForOne());
        this.answers = answers;
        this.forHeld = forHeld;
        this.pool = pool;
        this.shortTasks = shortTasks;
        this.canceller = canceller;
    }

    /** The answer, once it is whole. */
    CompletableFuture<Answer> fetch(Receipt receipt, Duration wait, AnswerTarget target, ProgressListener listener) {
        return begin(receipt, wait, target, listener, false).answer();
    }

    /** Has the job's portal give it up, where it has not ended; whether it was told to. */
    CompletableFuture<Boolean> cancel(Receipt receipt) {
        Objects.requireNonNull(receipt.secret(), "the receipt has no secret");
        AnswerTarget nowhere = AnswerTarget.stream(OutputStream.nullOutputStream());
        Job job = begin(receipt, Duration.ZERO, nowhere, ProgressListener.none(), true);
        return job.answer()
                .handle((answer, failure) -> {
                    if (failure == null || failure instanceof JobFailedException) {
                        return CompletableFuture.completedFuture(false); // it has ended
                    }
                    if (failure instanceof ClientException known && known.kind() == Kind.TIMED_OUT) {
                        return canceller.apply(receipt, job.answeredByModernPortal());
                    }
                    return CompletableFuture.<Boolean>failedFuture(failure);
                })
                .thenCompose(result -> result);
    }

    private Job begin(
            Receipt receipt, Duration wait, AnswerTarget target, ProgressListener listener, boolean beginningIsEnough) {
        Request of = Request.builder()
                .endpoint("/")
                .jobId(receipt.jobId())
                .sha256(true) // where the request asked for it, it comes
                .build();
        RequestTally uncounted = new RequestTally(settings.requestTopic(), Method.GET, MetricListener.none());
        Job job = new Job(
                of,
                null,
                of.body(),
                Objects.requireNonNull(target, "target"),
                new SafeListener(Objects.requireNonNull(listener, "listener"), uncounted),
                Deadline.in(wait.plus(settings.defaultTimeout())),
                settings,
                answers,
                forHeld,
                pool,
                shortTasks,
                underWay::remove,
                cancelled -> {});
        job.bindTo(receipt.requestSha256());
        job.sent();
        Deadline untilBegun = Deadline.in(wait);
        read(receipt, job, () -> {
            if (untilBegun.passedAt(System.nanoTime())) {
                job.notYet(beginningIsEnough);
            }
        });
        return job;
    }

    /**
     * Gives a job all that there is of its answer, and then what comes, until it has ended.
     *
     * @param atEnd run each time that all was read which was there at the beginning
     */
    void read(Receipt receipt, Job job, Runnable atEnd) {
        underWay.add(job);
        if (closed) {
            job.fail(Dispatcher.closedFailure());
        }
        pool.execute(() -> reads(receipt, job, atEnd));
    }

    /** It is over for a job that is read for. */
    void ended(Job job) {
        underWay.remove(job);
    }

    private void reads(Receipt receipt, Job job, Runnable atEnd) {
        String topic = receipt.topic() == null ? settings.answerTopic() : receipt.topic();
        Consumer<byte[], byte[]> consumer = null;
        boolean usable = false;
        try {
            consumer = consumers.take();
            List<PartitionInfo> partitions = consumer.partitionsFor(topic, settings.connectTimeout());
            if (partitions == null || partitions.isEmpty()) {
                throw Topics.missing(topic, settings.replyTo() == null ? "--response-topic" : "--reply-to");
            }
            AnswerHistory history = new AnswerHistory(
                    consumer,
                    topic,
                    partitions.size(),
                    receipt.jobId().key(),
                    receipt.since(),
                    settings.connectTimeout());
            while (!job.ended()) {
                history.poll(job.backlog() > mostBehind, job::receive);
                if (history.isRead()) {
                    atEnd.run();
                }
                job.expire(System.nanoTime(), OptionalLong.empty());
            }
            usable = true;
        } catch (RuntimeException | Error e) {
            job.fail(failures.explain(e, "fetching from topic " + topic));
        } finally {
            consumers.giveBack(consumer, usable);
        }
    }

    /** Fails what has no answer yet; its threads end within a second. */
    @Override
    public void close() {
        closed = true;
        List.copyOf(underWay).forEach(job -> job.fail(Dispatcher.closedFailure()));
        consumers.close();
    }
}
