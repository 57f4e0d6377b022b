package io.kafkasend.client;

import io.kafkasend.client.internal.AnswerHead;
import io.kafkasend.client.internal.AnswerMemory;
import io.kafkasend.client.internal.AnswerPublisher;
import io.kafkasend.client.internal.SpillBuffer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;

/**
 * An answer that is read while it comes: the client's threads write, one of the user's reads. Who writes never waits for the
 * reader: what is not read yet is in memory and, beyond that, in a temporary file. Serves one request, its retries included,
 * until the reader has the head; from then on it takes no other answer. Thread-safe.
 */
final class AnswerPipe extends AnswerTarget implements AnswerTarget.Sink, AnswerPublisher.Source {
    /** So short an answer comes in a chunk or two. */
    private static final int SHORT_BYTES = 64 * 1024;

    private final SpillBuffer waiting;
    private AnswerHead head;
    private boolean headTaken;
    private boolean closed;
    private Answer whole;
    private ClientException failure;
    private Runnable whenChanged = () -> {};

    /**
     * @param memory what this answer and other ones may take together, in bytes
     * @param most what this one may take
     */
    AnswerPipe(AnswerMemory memory, long most) {
        this.waiting = new SpillBuffer(memory, most);
    }

    @Override
    Sink open(AnswerMemory ofAnswers) {
        return this;
    }

    @Override
    boolean readWhileWritten() {
        return true;
    }

    @Override
    synchronized boolean handedOut() {
        return headTaken;
    }

    @Override
    public synchronized void head(AnswerHead first) {
        head = first;
        told();
    }

    @Override
    public synchronized void write(byte[] data, int length) throws IOException {
        if (!closed) {
            waiting.add(data, length);
            told();
        }
    }

    @Override
    public synchronized void take(byte[] data) throws IOException {
        if (!closed) {
            waiting.take(data);
            told();
        }
    }

    @Override
    public synchronized boolean restart() {
        abort();
        return !headTaken;
    }

    /** Does nothing: the end of the job tells the reader, by {@link #end}. */
    @Override
    public byte[] complete() {
        return null;
    }

    @Override
    public synchronized void abort() {
        waiting.close();
        head = headTaken ? head : null;
    }

    /** The request has ended: by a whole answer, or else by a failure. */
    synchronized void end(Answer answer, ClientException reason) {
        whole = answer;
        failure = reason;
        changed();
    }

    /**
     * Waits for the head, and for the rest of an answer that is short and follows at once; to be called once.
     *
     * @throws ClientException when there will be none
     */
    synchronized AnswerHead takeHead() throws InterruptedException {
        while (failure == null && whole == null && (head == null || endFollows())) {
            wait();
        }
        if (head == null || failure != null && endFollows()) {
            throw failure;
        }
        headTaken = true;
        return head;
    }

    /**
     * Waits for bytes.
     *
     * @param length at least 1
     * @return how many were read; -1 at the end of an answer that is whole and checked
     * @throws IOException when the answer has failed, or the pipe is closed
     */
    synchronized int read(byte[] to, int at, int length) throws IOException {
        while (true) {
            int bytes = readNow(to, at, length);
            if (bytes != 0) {
                return bytes;
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for more of the answer");
            }
        }
    }

    @Override
    public synchronized ByteBuffer poll(int most) throws IOException {
        byte[] piece = new byte[(int) Math.min(most, waiting.size())];
        int bytes = readNow(piece, 0, piece.length);
        return bytes < 0 ? null : ByteBuffer.wrap(piece, 0, bytes);
    }

    /** 0 where nothing has come. */
    private int readNow(byte[] to, int at, int length) throws IOException {
        requireOpen();
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
        int bytes = length == 0 ? 0 : waiting.read(to, at, length);
        if (bytes == 0 && whole != null && waiting.size() == 0) {
            waiting.close();
            return -1;
        }
        return bytes;
    }

    @Override
    public synchronized void whenChanged(Runnable told) {
        whenChanged = told;
    }

    /** Something has come: who waits for a short answer is woken once, by its end. */
    private void told() {
        if (headTaken || !endFollows()) {
            changed();
        }
    }

    private boolean endFollows() {
        return head != null && head.whole() && head.length() != null && head.length() <= SHORT_BYTES;
    }

    private void changed() {
        notifyAll();
        whenChanged.run();
    }

    /** Bytes that can be read without waiting, or the most that an int holds. */
    synchronized int available() throws IOException {
        requireOpen();
        return (int) Math.min(Integer.MAX_VALUE, waiting.size());
    }

    /** The whole answer's account; null while it is not read to its end. */
    synchronized Answer whole() {
        return waiting.size() > 0 ? null : whole;
    }

    /** Nobody reads any more: what comes is dropped. */
    synchronized void close() {
        closed = true;
        waiting.close();
        changed();
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the answer's stream is closed");
        }
    }
}
