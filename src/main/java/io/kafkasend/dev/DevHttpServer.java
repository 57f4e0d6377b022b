package io.kafkasend.dev;

import io.kafkasend.dev.http.DevHttpConnection;
import io.kafkasend.dev.http.HttpExchange;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server with one handler that may throw, and a daemon thread for each connection, which reads, handles and
 * answers its requests without any hand-over. That is fast enough to stand behind what is being measured. Thread-safe.
 *
 * <p>At most {@value #MAX_THREADS} connections are served at a time; further ones wait until one of these ends.
 *
 * <p>The protocol is HttpCore's. Its own server is not used: it takes any number of connections, and waits for them on
 * a thread that keeps the JVM alive.
 */
final class DevHttpServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DevHttpServer.class);

    private static final int MAX_THREADS = 256;
    private static final int MAX_WAITING = 1024;
    private static final int BACKLOG = 256;
    private static final long CLOSE_MILLIS = 5_000;

    private final String name;
    private final String host;
    private final ServerSocket socket;
    private final HttpExchange.Handler handler;
    private final ThreadPoolExecutor threads;
    private final Thread acceptor;
    private final Set<DevHttpConnection> connections = ConcurrentHashMap.newKeySet();

    private DevHttpServer(String name, String host, ServerSocket socket, HttpExchange.Handler handler) {
        this.name = name;
        this.host = host;
        this.socket = socket;
        this.handler = handler;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                MAX_THREADS,
                MAX_THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING),
                task -> daemon(task, name + "-" + number.incrementAndGet()));
        threads.allowCoreThreadTimeOut(true);
        acceptor = daemon(this::accept, name + "-accept");
    }

    /**
     * Starts a server.
     *
     * @throws StartException if the port is taken, or the host is not an address of this machine
     */
    static DevHttpServer start(String name, String host, int port, HttpExchange.Handler handler) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new StartException("cannot listen on " + host + ": the name does not resolve", null);
        }
        DevHttpServer server;
        try {
            server = new DevHttpServer(name, host, listen(address), handler);
        } catch (IOException e) {
            boolean taken =
                    e instanceof BindException && String.valueOf(e.getMessage()).contains("in use");
            throw new StartException(
                    taken
                            ? "port " + port + " is already in use"
                            : "cannot listen on " + host + ":" + port + ": " + e.getMessage(),
                    e);
        }
        server.acceptor.start();
        return server;
    }

    private static ServerSocket listen(InetSocketAddress address) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(address, BACKLOG);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    int port() {
        return socket.getLocalPort();
    }

    /** The server's root as clients on this machine reach it, without a slash at its end. */
    URI url() {
        InetAddress address = socket.getInetAddress();
        String name = address.isAnyLocalAddress() ? "127.0.0.1" : host;
        return URI.create("http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port());
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                serve(socket.accept());
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    LOG.warn("Cannot take a connection server={} cause={}", name, e.toString());
                    // Such as too many open files: that is no better at once.
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                }
            }
        }
    }

    private void serve(Socket client) {
        DevHttpConnection connection;
        try {
            connection = new DevHttpConnection(name, client, handler);
        } catch (IOException e) {
            LOG.debug("Connection lost server={} cause={}", name, e.toString());
            return;
        }
        connections.add(connection);
        try {
            threads.execute(() -> {
                try {
                    connection.serve();
                } finally {
                    connections.remove(connection);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("Connection refused server={} cause={}", name, e.toString());
            connections.remove(connection);
            connection.close();
        }
        if (socket.isClosed()) {
            connection.close();
        }
    }

    /** Stops at once: open connections are closed, and requests in progress are interrupted. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("Cannot close server={}", name, e);
        }
        connections.forEach(DevHttpConnection::close);
        threads.shutdownNow();
        try {
            acceptor.join(CLOSE_MILLIS); // as long as it accepts, the system goes on taking connections
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
