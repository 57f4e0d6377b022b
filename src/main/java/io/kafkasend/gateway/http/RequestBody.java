package io.kafkasend.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A request's body, read by any one thread while another waits for the answer. A caller that waits to be told to send it
 * ({@code Expect: 100-continue}) is told at the first read, once it may. Thread-safe.
 */
public final class RequestBody extends InputStream {
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final InputStream content;
    private final long length;
    private final Go go;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile Permission permission = () -> {};
    private volatile boolean atEnd;
    private volatile boolean ended;
    private volatile long bytes;
    private volatile long most = Long.MAX_VALUE;
    private volatile boolean tooLong;
    private volatile boolean broken;
    private volatile long readAt = System.nanoTime() | 1; // 0 while a read waits for the caller
    private boolean told;

    /** Waits until the caller may send what it has. */
    @FunctionalInterface
    public interface Permission {
        /**
         * Returns when it may.
         *
         * @throws InterruptedException when it may not any more
         */
        void await() throws InterruptedException;
    }

    /** Tells the caller to send what it has. */
    @FunctionalInterface
    interface Go {
        void tell() throws IOException;
    }

    /**
     * @param content what comes; null where there is no body
     * @param length its length; -1 where it is not known before its end
     * @param go null where the caller does not wait for it
     */
    RequestBody(InputStream content, long length, Go go) {
        this.content = content;
        this.length = content == null ? 0 : length;
        this.go = go;
        this.atEnd = this.length == 0;
    }

    /** Its length in bytes; empty where it is not known before its end. */
    public OptionalLong length() {
        return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
    }

    /** Whether the caller waits to be told to send it. */
    public boolean isAwaited() {
        return go != null && !atEnd;
    }

    /** Sets what the caller is to wait for before it is told to send; to be called before the first read. */
    public void sendWhen(Permission given) {
        permission = given;
    }

    /** Bounds it: what has more bytes ends in an exception; to be called before the first read. */
    public void atMost(long bytes) {
        most = bytes;
    }

    /** The most bytes that it may have. */
    public long most() {
        return most;
    }

    /** Whether it had more than it may. */
    public boolean isTooLong() {
        return tooLong;
    }

    /** Whether it is the caller's fault, or its connection's, that it was not read to its end. */
    public boolean isBroken() {
        return broken;
    }

    /** For how long nobody has read it, in nanoseconds; 0 while a read waits for the caller. */
    public long unreadNanos() {
        long last = readAt;
        return last == 0 ? 0 : System.nanoTime() - last;
    }

    /** How many bytes were read. */
    public long bytes() {
        return bytes;
    }

    /** Whether it was read to its end. */
    public boolean isAtEnd() {
        return atEnd;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int at, int wanted) throws IOException {
        reading.lock();
        try {
            if (ended) {
                throw new IOException("the request is over");
            }
            if (atEnd) {
                return -1;
            }
            if (go != null && !told) {
                told = true;
                permission.await();
                go.tell();
            }
            int read = readContent(to, at, wanted);
            bytes += Math.max(0, read);
            atEnd = read < 0 || bytes == length;
            if (bytes > most) {
                tooLong = true;
                throw new IOException("the body has over " + most + " bytes");
            }
            return read;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the request is over");
        } finally {
            reading.unlock();
        }
    }

    private int readContent(byte[] to, int at, int wanted) throws IOException {
        boolean whole = false;
        readAt = 0;
        try {
            int read = content.read(to, at, wanted);
            if (read < 0 && length > bytes) {
                throw new IOException("the caller sent " + bytes + " of " + length + " bytes");
            }
            whole = true;
            return read;
        } finally {
            broken = !whole;
            readAt = System.nanoTime() | 1;
        }
    }

    /** Does nothing: the connection goes on, and its own thread reads what is left. */
    @Override
    public void close() {}

    /**
     * From now on nobody else reads it; a small rest that comes at once is read, so that the connection can be used again.
     *
     * @param most bytes of the rest
     * @param comes whether the caller sends it, and does not wait to be told to
     * @return whether its end was read
     */
    boolean finish(int most, boolean comes) {
        ended = true;
        if (atEnd) {
            return true;
        }
        if (!comes || length - bytes > most) {
            return false;
        }
        byte[] rest = new byte[8192];
        if (!locked()) {
            return false;
        }
        try {
            long end = System.nanoTime() + REST_NANOS;
            for (int left = most; left > 0 && !atEnd && System.nanoTime() - end < 0; ) {
                int read = content.read(rest, 0, Math.min(left, rest.length));
                atEnd = read < 0 || bytes + read == length;
                bytes += Math.max(0, read);
                left -= read;
            }
            return atEnd;
        } catch (IOException e) {
            return false; // where it ends is not known, and nothing is read after it
        } finally {
            reading.unlock();
        }
    }

    private boolean locked() {
        try {
            return reading.tryLock(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
