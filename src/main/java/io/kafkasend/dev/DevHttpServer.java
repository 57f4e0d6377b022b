package io.kafkasend.dev;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JDK's HTTP server with a bounded pool of daemon threads, and one handler that may throw. Thread-safe.
 *
 * <p>That server sends headers and body in two packets, and without TCP_NODELAY the second waits some 40 ms for the
 * acknowledgement of the first. Only a system property turns that on, for all such servers of the JVM and before the
 * first of them: it is set here unless it is set already.
 */
final class DevHttpServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DevHttpServer.class);

    private static final int MAX_THREADS = 128;
    private static final int MAX_WAITING = 4096;
    private static final int BACKLOG = 256;
    private static final String NODELAY = "sun.net.httpserver.nodelay";

    private final String name;
    private final String host;
    private final HttpServer server;
    private final ThreadPoolExecutor threads;

    private DevHttpServer(String name, String host, HttpServer server, HttpHandler handler) {
        this.name = name;
        this.host = host;
        this.server = server;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                MAX_THREADS, MAX_THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        server.createContext("/", exchange -> handle(exchange, handler));
        server.start();
    }

    /**
     * Starts a server.
     *
     * @throws StartException if the port is taken, or the host is not an address of this machine
     */
    static DevHttpServer start(String name, String host, int port, HttpHandler handler) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new StartException("cannot listen on " + host + ": the name does not resolve", null);
        }
        if (System.getProperty(NODELAY) == null) {
            System.setProperty(NODELAY, "true");
        }
        try {
            return new DevHttpServer(name, host, HttpServer.create(address, BACKLOG), handler);
        } catch (IOException e) {
            boolean taken =
                    e instanceof BindException && String.valueOf(e.getMessage()).contains("in use");
            throw new StartException(
                    taken
                            ? "port " + port + " is already in use"
                            : "cannot listen on " + host + ":" + port + ": " + e.getMessage(),
                    e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** The server's root as clients on this machine reach it, without a slash at its end. */
    URI url() {
        InetAddress address = server.getAddress().getAddress();
        String name = address.isAnyLocalAddress() ? "127.0.0.1" : host;
        return URI.create("http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port());
    }

    static void sendJson(HttpExchange exchange, int status, JsonObject json) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        send(exchange, status, json.bytes());
    }

    /** Answers with a body where the method and the status allow one. */
    static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(status, -1);
        } else if (status == 204 || status == 304) {
            exchange.getResponseHeaders().remove("Content-Type");
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void handle(HttpExchange exchange, HttpHandler handler) {
        try {
            handler.handle(exchange);
        } catch (IOException e) {
            LOG.debug("Connection lost server={} target={} cause={}", name, exchange.getRequestURI(), e.toString());
        } catch (RuntimeException e) {
            LOG.warn("Request failed server={} target={}", name, exchange.getRequestURI(), e);
            failQuietly(exchange);
        } finally {
            exchange.close();
        }
    }

    private static void failQuietly(HttpExchange exchange) {
        if (exchange.getResponseCode() == -1) {
            try {
                sendJson(exchange, 500, new JsonObject().put("error", "internal_error"));
            } catch (IOException e) {
                LOG.debug("Cannot answer", e);
            }
        }
    }

    /** Stops at once: open connections are closed, and requests in progress are interrupted. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
