package io.kafkasend.client;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.MessageReader;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way and its answer on the way back. It ends once: by an answer, by a failure, or because nobody wants
 * the answer any more. Thread-safe; messages are worked on one by one, in the order received.
 */
final class Job {
    private static final Logger LOG = LoggerFactory.getLogger(Job.class);

    private final JobId id = JobId.random();
    private final MessageReader reader = new MessageReader();
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final SendWindow window = new SendWindow(ClientSettings.WINDOW_BYTES);
    private final Request request;
    private final boolean answerWanted;
    private final boolean targetMayBlock;
    private final ProgressListener listener;
    private final Duration timeout;
    private final long deadline;
    private final Mailbox mailbox;
    private final AnswerAssembly assembly;
    private final Consumer<Job> atEnd;

    private volatile TopicPartition partition;
    private volatile boolean sent;
    private volatile boolean answerBegun;
    private volatile long answerBytes;
    private Future<?> upload;

    /**
     * @param target where the answer goes; or null when none is wanted, and the job ends when it is sent
     * @param pool runs the job's mailbox
     * @param atEnd told once, when the job ends
     */
    Job(
            Request request,
            AnswerTarget target,
            ProgressListener listener,
            ClientSettings settings,
            Executor pool,
            Consumer<Job> atEnd) {
        this.request = request;
        this.answerWanted = target != null;
        AnswerTarget somewhere = target == null ? AnswerTarget.memory() : target;
        this.targetMayBlock = somewhere.mayBlock();
        this.listener = new SafeListener(listener);
        this.timeout = request.timeout().orElse(settings.defaultTimeout());
        // A century is for ever, and does not overflow.
        this.deadline = System.nanoTime()
                + Math.min(timeout.toSeconds(), 3_000_000_000L) * 1_000_000_000L
                + timeout.toNanosPart();
        this.mailbox = new Mailbox(pool);
        this.assembly =
                new AnswerAssembly(id, somewhere, this.listener, settings.maxAnswerBytes(), ClientSettings.HELD_BYTES);
        this.atEnd = atEnd;
        answer.whenComplete((result, failure) -> {
            if (answer.isCancelled()) {
                end(() -> {});
            }
        });
    }

    JobId id() {
        return id;
    }

    Request request() {
        return request;
    }

    ProgressListener listener() {
        return listener;
    }

    SendWindow window() {
        return window;
    }

    /** The answer to come; a null answer where none is wanted. */
    CompletableFuture<Answer> answer() {
        return answer;
    }

    boolean ended() {
        return ended.get();
    }

    /** What is left of the deadline, in whole seconds, at least 1 and at most what fits. */
    int secondsLeft() {
        long left = (deadline - System.nanoTime() + 999_999_999L) / 1_000_000_000L;
        return (int) Math.max(1, Math.min(left, Integer.MAX_VALUE));
    }

    /** Hands the running upload over, so that the job's end can stop it. */
    synchronized void uploadedBy(Future<?> running) {
        upload = running;
        if (ended()) {
            running.cancel(true);
        }
    }

    /** The broker has the whole request. */
    void sent() {
        sent = true;
        if (!answerWanted) {
            end(() -> answer.complete(null));
        }
    }

    /** Takes a record that bears this job's key. */
    void receive(TopicPartition from, byte[] value) {
        partition = from;
        mailbox.post(() -> handle(value), value == null ? 0 : value.length);
    }

    /** The partition to pause while this job's target is behind; or null. */
    TopicPartition behindOn() {
        return mailbox.bytes() > ClientSettings.BACKLOG_BYTES ? partition : null;
    }

    /** Fails the job if its deadline has passed. */
    void expire(long nanoTime) {
        if (nanoTime - deadline < 0 || ended()) {
            return;
        }
        String seconds = timeout.toMillis() % 1000 == 0
                ? Long.toString(timeout.toSeconds())
                : Double.toString(timeout.toMillis() / 1000.0);
        String reason = !sent
                ? ": the request was not sent whole by then"
                : answerBegun
                        ? ": its answer had begun, " + answerBytes + " bytes of it had come"
                        : ", and no part of one: is a portal reading the request topic?";
        fail(new ClientException(Kind.TIMED_OUT, id, "no answer within " + seconds + " seconds" + reason, null));
    }

    /** Ends the job without an answer; does nothing when it has ended. */
    void fail(ClientException reason) {
        end(() -> answer.completeExceptionally(reason));
    }

    private void end(Runnable complete) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        window.close();
        synchronized (this) {
            if (upload != null) {
                upload.cancel(true);
            }
        }
        atEnd.accept(this);
        if (targetMayBlock) {
            complete.run(); // there is nothing to clean up, and the target may never return
            mailbox.post(assembly::abort, 0);
        } else {
            mailbox.post(
                    () -> {
                        assembly.abort();
                        complete.run();
                    },
                    0);
        }
    }

    private void handle(byte[] value) {
        if (ended() || value == null) {
            return;
        }
        try {
            take(reader.readResponse(value));
        } catch (ProtocolException e) {
            if (e.code() == ErrorCode.UNKNOWN_MESSAGE_TYPE) {
                LOG.debug("Ignored a message of a type that this client does not know jobId={}", id);
            } else {
                fail(new ClientException(
                        Kind.PROTOCOL, id, "the portal's message breaks the protocol: " + e.getMessage(), e));
            }
        } catch (ClientException e) {
            fail(e);
        } catch (RuntimeException | OutOfMemoryError e) {
            fail(new ClientException(Kind.TARGET, id, "the answer cannot be kept: " + e, e));
        }
    }

    private void take(ResponseMessage message) {
        if (!message.jobId().equals(id)) {
            LOG.warn("Ignored a record whose key is not its job_id jobId={}", id);
            return;
        }
        if (message instanceof ResponseError error) {
            fail(new JobFailedException(id, error));
            return;
        }
        if (!answerWanted) {
            return;
        }
        Optional<Answer> complete = message instanceof ResponseStart start
                ? assembly.accept(start)
                : assembly.accept((ResponseChunk) message);
        answerBegun = assembly.begun();
        answerBytes = assembly.size();
        complete.ifPresent(whole -> end(() -> answer.complete(whole)));
    }
}
