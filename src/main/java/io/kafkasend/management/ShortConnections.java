package io.kafkasend.management;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.IOSessionListener;

/**
 * Keeps connections short and few: one that is not done in time is closed, and of too many the oldest. A request takes
 * milliseconds, so that whoever dawdles loses, and whoever asks is answered. Thread-safe.
 */
final class ShortConnections implements IOSessionListener {
    private final int most;
    private final long longestNanos;
    private final LongSupplier nanoTime;
    private final Map<IOSession, Long> open = new LinkedHashMap<>();

    /**
     * @param most how many may be open
     * @param longest how long each may take
     * @param nanoTime the clock
     */
    ShortConnections(int most, Duration longest, LongSupplier nanoTime) {
        this.most = most;
        this.longestNanos = longest.toNanos();
        this.nanoTime = nanoTime;
    }

    @Override
    public void connected(IOSession session) {
        IOSession oldest = null;
        synchronized (open) {
            open.put(session, nanoTime.getAsLong());
            if (open.size() > most) {
                Iterator<IOSession> all = open.keySet().iterator();
                oldest = all.next();
                all.remove();
            }
        }
        if (oldest != null) {
            oldest.close(CloseMode.IMMEDIATE);
        }
    }

    /** Leaves a connection alone from now on: its answer goes on, and who gives it bounds it. */
    void spare(SocketAddress peer) {
        synchronized (open) {
            open.keySet().removeIf(session -> peer.equals(session.getRemoteAddress()));
        }
    }

    @Override
    public void inputReady(IOSession session) {
        endIfOld(session);
    }

    @Override
    public void outputReady(IOSession session) {
        endIfOld(session);
    }

    private void endIfOld(IOSession session) {
        Long since;
        synchronized (open) {
            since = open.get(session);
        }
        if (since != null && nanoTime.getAsLong() - since > longestNanos) {
            session.close(CloseMode.IMMEDIATE);
        }
    }

    @Override
    public void disconnected(IOSession session) {
        synchronized (open) {
            open.remove(session);
        }
    }

    @Override
    public void startTls(IOSession session) {
        // There is none.
    }

    @Override
    public void timeout(IOSession session) {
        // The session is closed by whoever serves it.
    }

    @Override
    public void exception(IOSession session, Exception failure) {
        // Likewise.
    }
}
