package io.kafkasend.gateway.http;

import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes connections, each of which has a thread, and looks whether callers are still there. Thread-safe. */
final class CallerServer {
    private static final Logger LOG = LoggerFactory.getLogger(CallerServer.class);
    private static final int BACKLOG = 512;
    private static final long LOOK_MILLIS = 250;
    private static final long PAUSE_MILLIS = 100;
    private static final int LOW_DELAY = 1_000;
    /** Threads of connections that were dropped for others, and are about to end. */
    private static final int SPARE_THREADS = 16;

    private final InetSocketAddress wanted;
    private final ServerTls tls;
    private final Consumer<HttpCall> route;
    private final ConnectionBounds bounds;
    private final AccessLog log = new AccessLog();
    private final ThreadPoolExecutor threads;
    private final Set<CallerConnection> connections = ConcurrentHashMap.newKeySet();
    private ServerSocket listening;
    private volatile boolean stopped;

    /**
     * @param tls null for plain HTTP
     */
    CallerServer(InetSocketAddress wanted, ConnectionBounds bounds, ServerTls tls, Consumer<HttpCall> route) {
        this(
                wanted,
                bounds,
                tls,
                route,
                new ThreadPoolExecutor(
                        0,
                        bounds.most() + SPARE_THREADS,
                        10,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        new DaemonThreads("kafkasend-callers")));
    }

    /** @param threads of connections */
    CallerServer(
            InetSocketAddress wanted,
            ConnectionBounds bounds,
            ServerTls tls,
            Consumer<HttpCall> route,
            ThreadPoolExecutor threads) {
        this.wanted = wanted;
        this.bounds = bounds;
        this.tls = tls;
        this.route = route;
        this.threads = threads;
    }

    /** Listens from now on. */
    synchronized void start() throws IOException {
        listening = new ServerSocket();
        listening.setReuseAddress(true);
        try {
            listening.bind(wanted, BACKLOG);
        } catch (IOException e) {
            listening.close();
            throw e;
        }
        DaemonThreads.named("kafkasend-accept", this::accept).start();
        DaemonThreads.named("kafkasend-callers-watch", this::watch).start();
    }

    /** Where it listens. */
    synchronized InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    private void accept() {
        while (!stopped) {
            try {
                serve(listening.accept());
            } catch (IOException | RuntimeException | Error e) { // no descriptor, no thread: that passes
                if (!stopped) {
                    LOG.atWarn().addKeyValue("reason", e.toString()).log("cannot take a connection");
                    pause(PAUSE_MILLIS);
                }
            }
        }
    }

    private void serve(Socket socket) throws IOException {
        if (connections.size() >= bounds.most() && !dropLongestIdle()) {
            refuse(socket);
            return;
        }
        CallerConnection connection = new CallerConnection(socket, tls, route, log, bounds.head());
        connections.add(connection);
        try {
            threads.execute(() -> {
                try {
                    connection.run();
                } finally {
                    connections.remove(connection);
                }
            });
        } catch (RejectedExecutionException e) {
            connections.remove(connection);
            refuse(socket);
        } catch (RuntimeException | Error e) {
            connections.remove(connection);
            socket.close();
            throw e;
        }
    }

    /** Makes room for a connection; false where all are at work. */
    private boolean dropLongestIdle() {
        return idle().findFirst().map(CallerServer::drop).isPresent();
    }

    private static CallerConnection drop(CallerConnection connection) {
        connection.drop();
        return connection;
    }

    /** The connections that wait for a request, that which waits longest first. */
    private Stream<CallerConnection> idle() {
        long now = System.nanoTime();
        record Waiting(CallerConnection connection, long nanos) {}
        return connections.stream()
                .map(connection -> new Waiting(connection, connection.idleSince()))
                .filter(waiting -> waiting.nanos() != 0)
                .sorted(Comparator.comparingLong((Waiting waiting) -> now - waiting.nanos())
                        .reversed())
                .map(Waiting::connection);
    }

    /** One address is not to keep all connections to itself. */
    private void dropSpareIdle() {
        Map<InetAddress, List<CallerConnection>> idle = idle().collect(Collectors.groupingBy(CallerConnection::peer));
        for (List<CallerConnection> ofOne : idle.values()) {
            ofOne.subList(0, Math.max(0, ofOne.size() - bounds.mostIdle())).forEach(CallerConnection::drop);
        }
    }

    private void refuse(Socket socket) throws IOException {
        try (socket) {
            if (tls == null) {
                socket.setSoTimeout(LOW_DELAY);
                OutputStream out = socket.getOutputStream();
                out.write(busyAnswer());
                out.flush();
            }
        }
        LOG.debug("a connection too many was closed");
    }

    /** A problem for a caller of whom there are too many. */
    private static byte[] busyAnswer() {
        byte[] body = Problem.of(GatewayError.GATEWAY_BUSY, "the gateway has as many connections as it may")
                .json(null);
        String head = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: " + Problem.TYPE + "\r\nContent-Length: "
                + body.length + "\r\nKafkaSend-Error: " + GatewayError.GATEWAY_BUSY
                + "\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
        byte[] bytes = new byte[head.length() + body.length];
        System.arraycopy(head.getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, head.length());
        System.arraycopy(body, 0, bytes, head.length(), body.length);
        return bytes;
    }

    private void watch() {
        while (!stopped || !connections.isEmpty()) {
            try {
                connections.forEach(CallerConnection::look);
                dropSpareIdle();
            } catch (RuntimeException | Error e) { // it comes again
                LOG.atError().addKeyValue("reason", e.toString()).log("cannot look whether callers are there");
            }
            pause(LOOK_MILLIS);
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // of a daemon, which nobody interrupts
        }
    }

    /**
     * Takes no connection and no request any more, and lets those at hand end.
     *
     * @return how many did not within that time, and were broken off
     */
    int stop(Duration grace) {
        synchronized (this) {
            if (stopped || listening == null) {
                return 0;
            }
            stopped = true;
            try {
                listening.close();
            } catch (IOException e) {
                LOG.trace("closed before", e);
            }
        }
        connections.forEach(CallerConnection::stop);
        threads.shutdown();
        boolean ended = false;
        try {
            ended = threads.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int left = ended
                ? 0
                : (int) connections.stream().filter(CallerConnection::isBusy).count();
        connections.forEach(CallerConnection::end);
        return left;
    }
}
