package io.kafkasend.management;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hc.core5.http.nio.DataStreamChannel;

/**
 * An answer that goes on: server-sent events (HTML standard, section 9.2) to one listener. It holds no more than the bytes
 * that were offered last, which many streams may share: who reads slowly gets less, and costs nothing. Thread-safe; its lock
 * is never held while the server's is asked for.
 */
public final class EventStream {
    private ByteBuffer pending = ByteBuffer.allocate(0);
    private DataStreamChannel channel;
    private boolean ended;
    private boolean closed;

    /**
     * Sends events, unless the last ones are still on their way.
     *
     * @param events whole events, in UTF-8; nobody may write to them any more
     * @return false where they are not sent
     */
    public boolean offer(byte[] events) {
        synchronized (this) {
            if (closed || ended || pending.hasRemaining()) {
                return false;
            }
            pending = ByteBuffer.wrap(events);
        }
        wake();
        return true;
    }

    /** Ends the answer, behind what was offered before. The listener may come again. */
    public void end() {
        synchronized (this) {
            ended = true;
        }
        wake();
    }

    /** Whether there is still somebody. */
    public synchronized boolean isOpen() {
        return !closed && !ended;
    }

    private void wake() {
        DataStreamChannel to;
        synchronized (this) {
            to = channel;
        }
        if (to != null) {
            to.requestOutput();
        }
    }

    synchronized int available() {
        return ended ? Math.max(1, pending.remaining()) : pending.remaining();
    }

    void produce(DataStreamChannel to) throws IOException {
        ByteBuffer now;
        boolean last;
        synchronized (this) {
            channel = to;
            now = pending;
            last = ended;
        }
        // By the server's thread alone, and nothing else is offered as long as this has a rest.
        to.write(now);
        if (last && !now.hasRemaining()) {
            to.endStream();
        }
    }

    synchronized void close() {
        closed = true;
        pending = ByteBuffer.allocate(0);
    }
}
