package io.kafkasend.portal.respond;

import io.kafkasend.portal.failure.AnswerException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * An answer's body as it comes: one thread reads it ({@link #run}), another takes what there is ({@link #take}), without waiting until a
 * piece is full. What was read and not taken is one piece at most. Thread-safe.
 */
final class ArrivingBytes implements Runnable {
    private static final int READ_BYTES = 16 * 1024;
    /** How often it is looked whether the job is still this portal's. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final InputStream body;
    private final int most;
    private final BooleanSupplier wanted;
    private byte[] come = new byte[READ_BYTES];
    private int length;
    private boolean ended;
    private boolean closed;
    private Throwable failure;

    /**
     * @param most the most bytes that are taken at a time
     * @param wanted false as soon as nobody is to have any more of it
     */
    ArrivingBytes(InputStream body, int most, BooleanSupplier wanted) {
        this.body = body;
        this.most = most;
        this.wanted = wanted;
    }

    /** Reads to the body's end, to a failure, or until it is closed and what reads is aborted. */
    @Override
    public void run() {
        Throwable broken = null;
        try {
            byte[] buffer = new byte[READ_BYTES];
            int read;
            while ((read = body.read(buffer)) >= 0 && add(buffer, read)) {
                // Until there is no more, or nobody takes it.
            }
        } catch (InterruptedException e) {
            broken = new InterruptedIOException("the portal is stopping");
        } catch (IOException | RuntimeException | Error e) {
            broken = e; // the thread that takes tells of it: this one has no job of its own
        }
        synchronized (this) {
            failure = broken;
            ended = true;
            notifyAll();
        }
    }

    private synchronized boolean add(byte[] bytes, int count) throws InterruptedException {
        int from = 0;
        while (from < count && !closed) {
            int fits = Math.min(count - from, most - length);
            if (fits == 0) {
                wait();
                continue;
            }
            if (length + fits > come.length) {
                come = Arrays.copyOf(come, Math.min(most, Math.max(length + fits, 2 * come.length)));
            }
            System.arraycopy(bytes, from, come, length, fits);
            length += fits;
            from += fits;
            notifyAll();
        }
        return !closed;
    }

    /** Waits until the body has ended within one piece, or this time is over, by {@link System#nanoTime}; whether it has. */
    synchronized boolean endsBy(long nanoTime) throws AnswerException {
        long left;
        while (!ended && length < most && (left = nanoTime - System.nanoTime()) > 0) {
            await(left);
        }
        return ended && failure == null;
    }

    /**
     * Takes what has come: as soon as a piece is full or the body has ended, and else after this time, by {@link System#nanoTime}, once there
     * is anything.
     *
     * @throws AnswerException where the body ends before its end, or nobody is to have more of it
     */
    synchronized Piece take(long nanoTime) throws AnswerException {
        long left;
        while (!ended && length < most && ((left = nanoTime - System.nanoTime()) > 0 || length == 0)) {
            if (!wanted.getAsBoolean()) {
                throw new AnswerException(new IOException("the job has ended, or has gone to another portal"));
            }
            await(left > 0 ? Math.min(left, LOOK_NANOS) : LOOK_NANOS);
        }
        if (failure instanceof IOException e) {
            throw new AnswerException(e);
        }
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure != null) {
            throw new AnswerException(new IOException(failure));
        }
        byte[] piece = Arrays.copyOf(come, length);
        length = 0;
        notifyAll();
        return new Piece(piece, ended);
    }

    /** A copy of what has come and was not taken. */
    synchronized byte[] first() {
        return Arrays.copyOf(come, length);
    }

    /** Nobody takes any more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void await(long nanos) throws AnswerException {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AnswerException(new InterruptedIOException("the portal is stopping"));
        }
    }

    /**
     * What was taken.
     *
     * @param bytes none where nothing came before the end
     * @param last whether the body ends here
     */
    record Piece(byte[] bytes, boolean last) {}
}
