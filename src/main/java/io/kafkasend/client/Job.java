package io.kafkasend.client;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.internal.AnswerBinding;
import io.kafkasend.client.internal.AnswerMemory;
import io.kafkasend.client.internal.AnswerTime;
import io.kafkasend.client.internal.BegunRequest;
import io.kafkasend.client.internal.Deadline;
import io.kafkasend.client.internal.LastNews;
import io.kafkasend.client.internal.Mailbox;
import io.kafkasend.client.internal.PortalMembers;
import io.kafkasend.client.internal.RequestWay;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Form;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageReader;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way and its answer on the way back. It ends once: by an answer, by a failure, or because nobody wants
 * the answer any more. Thread-safe; messages are worked on one by one, in the order received.
 */
final class Job {
    private static final Logger LOG = LoggerFactory.getLogger(Job.class);

    private final JobId id;
    private final String secret;
    private final AnswerBinding binding = new AnswerBinding();
    private final LastNews news;
    private final boolean wantsStages;
    private final MessageReader reader = new MessageReader();
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final RequestWay way = new RequestWay();
    private final Request request;
    private final BegunRequest begun;
    private final Body body;
    private final boolean answerWanted;
    private final boolean withSha256;
    private final AnswerTarget target;
    private final boolean targetMayBlock;
    private final ProgressListener listener;
    private final AnswerTime time;
    private final Mailbox mailbox;
    private final AnswerAssembly assembly;
    private final Consumer<Job> atEnd;
    private final Consumer<Job> cancels;
    private volatile TopicPartition partition;
    private volatile boolean sent;
    private volatile boolean answerBegun;
    private volatile long answerBytes;
    private Future<?> upload;
    private boolean startSent;
    private boolean abandoned;

    /**
     * @param begun what it goes on with; null where it begins
     * @param body the request's, or one that can be sent more often
     * @param target where the answer goes; or null when none is wanted, and the job ends when it is sent
     * @param pool runs the job's mailbox, and shortTasks what of it is small and does not block
     * @param atEnd told once, when the job ends
     * @param cancels told, after that, when the portal knows the job and the client no longer waits for it
     */
    Job(
            Request request,
            BegunRequest begun,
            Body body,
            AnswerTarget target,
            SafeListener listener,
            Deadline deadline,
            ClientSettings settings,
            AnswerMemory answers,
            AnswerMemory forHeld,
            Executor pool,
            Executor shortTasks,
            Consumer<Job> atEnd,
            Consumer<Job> cancels) {
        this.request = request;
        this.begun = begun;
        this.id = begun == null ? request.jobId().orElseGet(JobId::random) : begun.jobId();
        this.secret = begun == null ? RequestDigest.newSecret() : begun.secret();
        this.news = new LastNews(
                settings.bootstrapServers(),
                settings.requestTopic(),
                settings.replyTo(),
                settings.portalGroup(),
                deadline);
        this.body = body;
        this.answerWanted = target != null;
        this.target = target == null ? AnswerTarget.memory() : target;
        this.targetMayBlock = this.target.mayBlock();
        this.listener = listener;
        this.wantsStages = listener.wantsStages() || request.resumable().keeps();
        this.time = new AnswerTime(deadline, settings.streamTimeout());
        this.mailbox = new Mailbox(pool, targetMayBlock ? pool : shortTasks, this::broke);
        this.withSha256 = request.sha256()
                || settings.signingKey() != null
                || request.resumable().keeps();
        this.assembly = new AnswerAssembly(id, this.target, listener, answers, forHeld, withSha256);
        this.atEnd = atEnd;
        this.cancels = cancels;
        answer.whenComplete((result, failure) -> end(true, () -> {})); // which has ended, but where it was cancelled
    }

    JobId id() {
        return id;
    }

    /** What shows the portal that a CANCEL comes from who sent START. */
    String secret() {
        return secret;
    }

    /** Says which START the job sends, or sent: only that one's answer is taken. Null: that of the first digest which comes. */
    void bindTo(String digest) {
        binding.bindTo(digest);
    }

    /** Whether the portal that has this job is known to be none of before CANCEL: its answer has begun, with a digest. */
    boolean answeredByModernPortal() {
        return binding.proven();
    }

    Request request() {
        return request;
    }

    Body body() {
        return body;
    }

    ProgressListener listener() {
        return listener;
    }

    /** How its request goes to Kafka. */
    RequestWay way() {
        return way;
    }

    /** What it goes on with, where it was begun before. */
    Optional<BegunRequest> begun() {
        return Optional.ofNullable(begun);
    }

    /** The answer to come; a null answer where none is wanted. */
    CompletableFuture<Answer> answer() {
        return answer;
    }

    boolean ended() {
        return ended.get();
    }

    /** Until when an answer may come. */
    AnswerTime time() {
        return time;
    }

    /** Whether SHA-256 of both bodies goes with them: a signature covers the body by it, else where the request asks. */
    boolean withSha256() {
        return withSha256;
    }

    /** Whether the answer is to come as its API sends it. */
    boolean wantsStream() {
        return answerWanted && target.readWhileWritten();
    }

    /** Whether portals are to be asked to tell how far the job is. */
    boolean wantsStages() {
        return wantsStages;
    }

    /** Whether Kafka is to be asked for portals now, since none has said anything of the job for long; asked by one thread. */
    boolean isToAskForPortals(long nanoTime) {
        return wantsStages && !ended() && binding.bound() && news.isToAsk(nanoTime);
    }

    /** Such portals there are, as Kafka says. */
    void portals(PortalMembers members) {
        mailbox.post(
                () -> {
                    if (!ended() && news.found(members)) {
                        listener.unheard(members.readers());
                    }
                },
                0);
    }

    /** Whether a part of the answer is where it cannot be taken back. */
    boolean hasWrittenOut() {
        return targetMayBlock && answerBytes > 0 || target.handedOut();
    }

    /** The producer has START: from now on the portal will know the job. */
    void startSent() {
        boolean due;
        synchronized (this) {
            startSent = true;
            due = abandoned;
        }
        if (due) {
            cancels.accept(this);
        }
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
            end(false, () -> answer.complete(null));
        }
    }

    /** Takes a record that bears this job's key. */
    void receive(ConsumerRecord<byte[], byte[]> record) {
        partition = new TopicPartition(record.topic(), record.partition());
        mailbox.post(() -> handle(record), record.value() == null ? 0 : record.value().length);
    }

    /** That of this job's answer; null while none has come. */
    TopicPartition partition() {
        return partition;
    }

    /** Bytes that wait for this job's target. */
    long backlog() {
        return mailbox.bytes();
    }

    /**
     * Fails the job if its deadline has passed.
     *
     * @param silent for how many seconds Kafka has not answered; empty where it does
     */
    void expire(long nanoTime, OptionalLong silent) {
        if (!time.isOverAt(nanoTime) || ended()) {
            return;
        }
        Supplier<Optional<String>> ofAnswer = () -> answerBegun
                ? Optional.of(": its answer had begun, " + answerBytes + " bytes of it had come")
                : binding.refused().map(other -> ", and no part of one; " + other);
        String why = news.ofKafka(silent, sent).or(ofAnswer).orElseGet(news::ofPortals);
        fail(new ClientException(Kind.TIMED_OUT, id, time.overdue() + why, null));
    }

    /** What had come of a job begun before is received; where its answer has not begun, or it says so, nothing is waited for. */
    void notYet(boolean evenIfBegun) {
        thenUnlessEnded(() -> {
            if (evenIfBegun || !answerBegun) {
                fail(new ClientException(Kind.TIMED_OUT, id, "no answer yet" + news.ofPortals(), null));
            }
        });
    }

    /** Has something done once what has come by now is worked on, unless that ends the job. */
    void thenUnlessEnded(Runnable next) {
        mailbox.post(
                () -> {
                    if (!ended()) {
                        next.run();
                    }
                },
                0);
    }

    /** Ends the job without an answer; does nothing when it has ended. */
    void fail(ClientException reason) {
        end(!(reason instanceof JobFailedException), () -> answer.completeExceptionally(reason));
    }

    /**
     * @param withoutThePortal the portal has not ended the job, and should
     */
    private void end(boolean withoutThePortal, Runnable complete) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        way.window().close();
        boolean cancel;
        synchronized (this) {
            if (upload != null) {
                upload.cancel(true);
            }
            abandoned = withoutThePortal && !request.outlives();
            cancel = abandoned && startSent;
        }
        atEnd.accept(this);
        if (cancel) {
            cancels.accept(this);
        }
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

    private void handle(ConsumerRecord<byte[], byte[]> record) {
        if (ended() || record.value() == null) {
            return;
        }
        try {
            FrameHeaders frame = FrameHeaders.of(record.headers(), Header::key, Header::value);
            take(reader.readResponse(record.key(), frame, record.value()));
        } catch (ProtocolException e) {
            if (!binding.takes(e.request().orElse(null))) {
                LOG.debug("Ignored a bad message of another request under this id jobId={}", id);
            } else if (e.code() == ErrorCode.UNKNOWN_MESSAGE_TYPE) {
                LOG.debug("Ignored a message of a type that this client does not know jobId={}", id);
            } else {
                fail(new ClientException(
                        Kind.PROTOCOL, id, "the portal's message breaks the protocol: " + e.getMessage(), e));
            }
        } catch (ClientException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(new ClientException(Kind.TARGET, id, "the answer cannot be kept: " + e, e));
        }
    }

    /** A task of the mailbox threw: whoever waits hears of it, also where it was the task that was to tell. */
    private void broke(Throwable failure) {
        ClientException reason = new ClientException(Kind.TARGET, id, "the answer cannot be kept: " + failure, failure);
        fail(reason);
        answer.completeExceptionally(reason);
    }

    private void take(ResponseMessage message) {
        if (!message.jobId().equals(id)) {
            LOG.warn("Ignored a record whose key is not its job_id jobId={}", id);
            return;
        }
        if (!binding.takes(message)) {
            LOG.debug("Ignored an answer to another request under this id jobId={}", id);
            return;
        }
        if (message instanceof ResponseError error) {
            fail(new JobFailedException(id, error));
            return;
        }
        if (message instanceof ResponseStatus status) {
            way.heard(status);
            if (news.heard(status)) {
                listener.stage(status);
            }
            return;
        }
        if (!answerWanted) {
            begun().ifPresent(whole -> sent()); // it had been sent
            return;
        }
        news.answering();
        if (message instanceof ResponseStart start && !request.form().equals(Form.OF_FILE_ALONE) && !start.form()) {
            throw ClientException.withoutForm(id, start.statusCode());
        }
        Optional<Answer> complete = message instanceof ResponseStart start
                ? assembly.accept(start)
                : assembly.accept((ResponseChunk) message);
        time.moved(assembly.streams());
        answerBegun = assembly.begun();
        answerBytes = assembly.size();
        complete.ifPresent(whole -> end(false, () -> answer.complete(whole)));
    }
}
