package io.kafkasend.client;

import io.kafkasend.client.internal.AnswerHead;
import io.kafkasend.client.internal.AnswerPublisher;
import io.kafkasend.protocol.JobId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

/**
 * An answer whose head is there, and whose body is read while it comes: each piece as soon as the API has sent it, from a portal that is no
 * older than that. A short one that its portal had whole is handed out whole. To be closed, best by try-with-resources.
 *
 * <p>The end, -1, comes only when the body is complete and its length and checksums are right. When the job fails midway,
 * reading throws an {@link IOException}, whose message ends with the portal's error code where there is one, and whose cause
 * is the {@link ClientException}; bytes that were not read by then are dropped. So what was read before counts only once the
 * end has come. No byte comes twice: the request is not sent again once its head is there, and a portal that begins its
 * answer anew, as after a crash, fails the job.
 *
 * <p>A slow reader holds up no other job. What has come and was not read takes up to 8 MiB of memory, a thirty-second of the
 * heap where that is less, and beyond that a temporary file in {@code java.io.tmpdir}. The request's timeout is for the
 * answer's last byte to come: reading waits until then, and no longer; see {@link KafkaSendClient.Builder#streamTimeout} for answers that
 * take longer. What has come of a whole answer can be read after that,
 * also when the client is closed.
 *
 * <p>One thread reads; {@link #close} may be called by any.
 */
public final class AnswerStream extends InputStream {
    private final AnswerPipe pipe;
    private final AnswerHead head;
    private final Future<Answer> job;
    private final AnswerPublisher publisher;

    /**
     * @param executor where a subscriber is told
     */
    AnswerStream(AnswerPipe pipe, AnswerHead head, Future<Answer> job, Executor executor) {
        this.publisher = new AnswerPublisher(pipe, this::close, executor);
        this.pipe = pipe;
        this.head = head;
        this.job = job;
    }

    /** The job that this answers. */
    public JobId jobId() {
        return head.jobId();
    }

    /** The API's HTTP status, 100 to 599. */
    public int status() {
        return head.status();
    }

    /** The API's headers, name to value, in the order that the portal sent; several values of one joined by a comma. */
    public Map<String, String> headers() {
        return head.headers();
    }

    /** The value of the header of this name in any case; empty when there is none. */
    public Optional<String> header(String name) {
        return head.header(name);
    }

    /** The names of the request's headers that did not reach the API, as {@link Answer#droppedHeaders} has them. */
    public List<String> droppedHeaders() {
        return head.dropped();
    }

    /** The values of the header of this name in any case, as {@link Answer#headerValues} has them. */
    public List<String> headerValues(String name) {
        return head.headerValues(name);
    }

    /** The body's length in bytes, before it is read; empty where the portal does not say. */
    public OptionalLong length() {
        return head.length() == null ? OptionalLong.empty() : OptionalLong.of(head.length());
    }

    /** The charset to read the body by where it is text, as {@link Answer#text} does. */
    public Charset charset() {
        return head.charset();
    }

    /**
     * What is known of the whole answer, without its bytes: size, checksum, attempts, and how long it took.
     *
     * @throws IllegalStateException while the body is not read to its end
     */
    public Answer answer() {
        Answer whole = pipe.whole();
        if (whole == null) {
            throw new IllegalStateException("the answer is not read to its end");
        }
        return whole;
    }

    /**
     * The body for one subscriber, in place of reading it here: it gets what it asks for as it comes, in pieces of up to 64 KiB, one for each
     * that it requested. Until it asks for more, what comes waits as it does for a slow reader. It is told on threads of the client, of which
     * it may block the one that tells it. {@code onComplete} comes as -1 does, and {@code onError} with the {@link IOException} that reading
     * would throw; to cancel the subscription closes this.
     *
     * @return always the same; a second subscriber gets an {@link IllegalStateException}
     */
    public Flow.Publisher<ByteBuffer> publisher() {
        return publisher;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /**
     * Reads what has come, and waits where nothing has.
     *
     * @throws IOException when the job fails, whatever its answer's beginning was; or when this is closed
     */
    @Override
    public int read(byte[] to, int at, int length) throws IOException {
        Objects.checkFromIndexSize(at, length, to.length);
        return length == 0 ? 0 : pipe.read(to, at, length);
    }

    @Override
    public int available() throws IOException {
        return pipe.available();
    }

    /**
     * Lets go of the answer. Before its end has come this ends the job, also at a portal that has begun to answer; a call
     * that has begun may have taken effect. Never waits, and does nothing the second time.
     */
    @Override
    public void close() {
        pipe.close();
        job.cancel(true); // does nothing when it has ended
    }

    @Override
    public String toString() {
        return "answer to " + head.jobId() + ": " + head.status();
    }
}
