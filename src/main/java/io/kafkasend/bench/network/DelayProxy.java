package io.kafkasend.bench.network;

import io.kafkasend.concurrent.DaemonThreads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy on loopback whose two ends are as far from one another as it is told. It has no loss, and no slow start: what
 * real lines take on top is not in it. Thread-safe.
 */
public final class DelayProxy implements AutoCloseable {
    private static final int BUFFER = 64 << 10;
    private static final int CONNECT_MILLIS = 10_000;

    private final ServerSocket listening;
    private final boolean kafka;
    private final Map<String, LongAdder> requests = KafkaRequests.counts();
    private final LongAdder turns = new LongAdder();
    private final LongAdder connections = new LongAdder();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile InetSocketAddress target;
    private volatile Pace pace = Pace.NEAR;
    private volatile boolean closed;

    /**
     * Listens on a free port.
     *
     * @param kafka whether what passes is Kafka's protocol, of which requests are counted
     * @throws UncheckedIOException when there is none
     */
    DelayProxy(boolean kafka) {
        this.kafka = kafka;
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens. */
    int port() {
        return listening.getLocalPort();
    }

    /** From now on it takes connections, and connects each of them to this port. */
    void begin(int targetPort) {
        target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
        DaemonThreads.named("proxy-accept-" + port(), this::accept).start();
    }

    /** Changes the distance, also of what is connected; what is under way already keeps its own. */
    void pace(Pace wanted) {
        pace = wanted;
    }

    /** How often each of Kafka's requests has passed so far, by Kafka's names. */
    Map<String, Long> requests() {
        Map<String, Long> all = new TreeMap<>();
        requests.forEach((name, count) -> all.put(name, count.sum()));
        return all;
    }

    /** How often the target has answered something so far: of a protocol that asks and answers, the number of round trips. */
    long turns() {
        return turns.sum();
    }

    /** How many connections there were so far. */
    long connections() {
        return connections.sum();
    }

    /** Ends all connections, and takes no more. */
    @Override
    public void close() {
        closed = true;
        quietly(listening);
        open.forEach(DelayProxy::quietly);
    }

    private void accept() {
        while (!closed) {
            Socket near = null;
            try {
                near = listening.accept();
                connect(near);
            } catch (IOException e) {
                quietly(near); // its peer sees that it was not connected
            }
        }
    }

    private void connect(Socket near) throws IOException {
        Pace now = pace;
        connections.increment();
        near.setTcpNoDelay(true);
        Socket far = new Socket();
        try {
            far.connect(target, CONNECT_MILLIS);
            far.setTcpNoDelay(true);
        } catch (IOException e) {
            quietly(far);
            throw e;
        }
        open.add(near);
        open.add(far);
        if (closed) {
            quietly(near);
            quietly(far);
        }
        long begin = System.nanoTime();
        AtomicBoolean asked = new AtomicBoolean();
        Way there = new Way(near, far, new DelayLine(() -> pace, System::nanoTime, begin + 2 * now.delayNanos()));
        Way back = new Way(far, near, new DelayLine(() -> pace, System::nanoTime, begin));
        there.start("there", kafka ? new KafkaRequests(requests) : null, () -> asked.set(true));
        back.start("back", null, () -> {
            if (asked.getAndSet(false)) {
                turns.increment();
            }
        });
    }

    private static void quietly(AutoCloseable closing) {
        try {
            if (closing != null) {
                closing.close();
            }
        } catch (Exception e) {
            // it is of no use any more, and nobody waits for it
        }
    }

    /** One way of a connection, on two threads. */
    private final class Way {
        private final Socket from;
        private final Socket to;
        private final DelayLine line;

        Way(Socket from, Socket to, DelayLine line) {
            this.from = from;
            this.to = to;
            this.line = line;
        }

        void start(String name, KafkaRequests parsed, Runnable passing) {
            String thread = "proxy-" + name + "-" + from.getPort();
            DaemonThreads.named(thread + "-in", () -> read(parsed, passing)).start();
            DaemonThreads.named(thread + "-out", this::write).start();
        }

        private void read(KafkaRequests parsed, Runnable passing) {
            byte[] buffer = new byte[BUFFER];
            try {
                InputStream in = from.getInputStream();
                int length;
                while ((length = in.read(buffer)) >= 0) {
                    passing.run();
                    if (parsed == null) {
                        line.put(Arrays.copyOf(buffer, length), false);
                    } else {
                        parsed.cut(
                                buffer,
                                length,
                                (begin, end, records) -> line.put(Arrays.copyOfRange(buffer, begin, end), records));
                    }
                }
            } catch (IOException | InterruptedException e) {
                // told to the other end as an end
            } finally {
                line.end();
            }
        }

        private void write() {
            try {
                OutputStream out = to.getOutputStream();
                DelayLine.Piece piece;
                while ((piece = line.next()) != null) {
                    await(piece.due());
                    out.write(piece.bytes());
                    line.out();
                }
                await(line.lastDue());
                to.shutdownOutput();
            } catch (IOException | InterruptedException e) {
                line.end();
                quietly(from);
                quietly(to);
            } finally {
                forget();
            }
        }

        /** Once both ways are at their end, the connection is. */
        private void forget() {
            if (to.isClosed() || from.isClosed() || from.isOutputShutdown() && to.isOutputShutdown()) {
                quietly(from);
                quietly(to);
                open.remove(from);
                open.remove(to);
            }
        }

        private void await(long due) {
            long left;
            while ((left = due - System.nanoTime()) > 0) {
                LockSupport.parkNanos(left);
            }
        }
    }
}
