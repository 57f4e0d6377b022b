package io.kafkasend.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;

/** An API whose endpoints do one thing each, and which keeps what it was asked. */
final class GatewayApi implements AutoCloseable {
    /**
     * A request as it came.
     *
     * @param crc of its body
     */
    record Seen(String method, String uri, Map<String, List<String>> headers, long bytes, long crc) {}

    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();

    GatewayApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/api/v1/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What was asked of an endpoint. */
    List<Seen> seen(String endpoint) {
        return seen.stream().filter(one -> one.uri().contains(endpoint)).toList();
    }

    /** Lets the request to {@code held} of this query be answered. */
    void release(String query) {
        latch(query).countDown();
    }

    private CountDownLatch latch(String query) {
        return held.computeIfAbsent(query, absent -> new CountDownLatch(1));
    }

    static byte[] random(int bytes) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return content;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            CRC32 crc = new CRC32();
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            ByteArrayOutputStream small = new ByteArrayOutputStream();
            long bytes = 0;
            byte[] buffer = new byte[65_536];
            InputStream in = exchange.getRequestBody();
            for (int read; (read = in.read(buffer)) >= 0; bytes += read) {
                crc.update(buffer, 0, read);
                sha256.update(buffer, 0, read);
                if (bytes < 100_000) {
                    small.write(buffer, 0, read);
                }
            }
            String uri = exchange.getRequestURI().toString();
            seen.add(new Seen(
                    exchange.getRequestMethod(), uri, Map.copyOf(exchange.getRequestHeaders()), bytes, crc.getValue()));
            exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
            exchange.getResponseHeaders().set("ETag", "\"one\"");
            String endpoint = uri.replaceAll(".*/api/v1/([a-z]+).*", "$1");
            switch (endpoint) {
                case "bytes" ->
                    bytes(exchange, Integer.parseInt(exchange.getRequestURI().getQuery()));
                case "hashed" ->
                    send(
                            exchange,
                            200,
                            HexFormat.of().formatHex(sha256.digest()).getBytes());
                case "page" -> {
                    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
                    send(exchange, 200, Files.readAllBytes(Path.of("src/test/resources/foreign/page.html")));
                }
                case "gone" -> exchange.sendResponseHeaders(204, -1);
                case "teapot" -> send(exchange, 418, "short and stout".getBytes());
                case "same" -> {
                    boolean same = "\"one\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
                    if (same) {
                        exchange.sendResponseHeaders(304, -1);
                    } else {
                        send(exchange, 200, "content".getBytes());
                    }
                }
                case "zipped" -> {
                    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
                    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
                        out.write("unzipped".getBytes());
                    }
                    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                    send(exchange, 200, zipped.toByteArray());
                }
                case "held" -> {
                    latch(exchange.getRequestURI().getQuery()).await();
                    send(exchange, 200, "held".getBytes());
                }
                case "broken" -> {
                    exchange.sendResponseHeaders(200, 13_000_000);
                    exchange.getResponseBody().write(random(12_500_000));
                    exchange.getResponseBody().flush();
                    latch("broken").await(); // then the connection is closed, half a megabyte too early
                }
                default -> send(exchange, 200, small.toByteArray());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void bytes(HttpExchange exchange, int bytes) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            send(exchange, 200, random(bytes));
            return;
        }
        String[] ends = range.substring("bytes=".length()).split("-");
        exchange.getResponseHeaders().set("Content-Range", "bytes " + ends[0] + "-" + ends[1] + "/" + bytes);
        send(
                exchange,
                206,
                Arrays.copyOfRange(random(bytes), Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        held.values().forEach(CountDownLatch::countDown);
        server.stop(0);
        threads.shutdownNow();
    }
}
