package io.kafkasend.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/**
 * An answer's body on its way: each piece goes on as it comes. What fails midway never looks whole: the connection is broken off
 * before HttpCore, which ends a body in good order whatever becomes of it, can write its end. For one thread.
 */
final class AnswerEntity extends AbstractHttpEntity {
    private static final int BUFFER_BYTES = 64 * 1024;

    /** So much goes at a time: a caller that takes 70 bytes a second still takes one before it counts as one that takes nothing. */
    private static final int PIECE_BYTES = 8 * 1024;

    private final InputStream body;
    private final long length;
    private final Runnable breakOff;
    private volatile long writingSince;
    private long bytes;
    private IOException unread;

    /**
     * @param length -1 where it is not known
     */
    AnswerEntity(InputStream body, long length, Runnable breakOff) {
        super((String) null, null, length < 0);
        this.body = body;
        this.length = length;
        this.breakOff = breakOff;
    }

    /** How many bytes have gone. */
    long bytes() {
        return bytes;
    }

    /** Why the body could not be read to its end; null where that was not what failed. */
    IOException unread() {
        return unread;
    }

    /** Since when one write waits for the caller, by {@link System#nanoTime}; 0 while none does. */
    long writingSince() {
        return writingSince;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        boolean whole = false;
        byte[] buffer = new byte[(int) (length < 0 ? BUFFER_BYTES : Math.max(1, Math.min(BUFFER_BYTES, length)))];
        try {
            int read;
            while ((read = next(buffer)) >= 0) {
                for (int from = 0; from < read; from += PIECE_BYTES) {
                    writingSince = System.nanoTime() | 1;
                    out.write(buffer, from, Math.min(PIECE_BYTES, read - from));
                }
                bytes += read;
                if (body.available() == 0) {
                    out.flush(); // nothing follows at once
                }
                writingSince = 0;
            }
            if (length >= 0 && bytes != length) {
                unread = new IOException("the answer has " + bytes + " bytes, and was said to have " + length);
                throw unread;
            }
            whole = true;
        } finally {
            writingSince = 0;
            if (!whole) {
                breakOff.run();
            }
        }
    }

    private int next(byte[] buffer) throws IOException {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            unread = e;
            throw e;
        }
    }

    @Override
    public InputStream getContent() {
        return body;
    }

    @Override
    public boolean isRepeatable() {
        return false;
    }

    @Override
    public boolean isStreaming() {
        return true;
    }

    @Override
    public long getContentLength() {
        return length;
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
