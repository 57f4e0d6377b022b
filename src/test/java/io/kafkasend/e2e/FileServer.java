package io.kafkasend.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Files of folders over HTTP, on loopback. */
record FileServer(HttpServer server, ExecutorService threads) implements AutoCloseable {
    private static final int THREADS = 4;
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html",
            "js", "text/javascript",
            "css", "text/css",
            "json", "application/json",
            "svg", "image/svg+xml",
            "png", "image/png");

    /**
     * Starts one.
     *
     * @param folders what lies below which path; paths end in a slash
     */
    static FileServer start(Map<String, Path> folders) throws IOException {
        FileServer started = new FileServer(
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0),
                Executors.newFixedThreadPool(THREADS));
        folders.forEach(
                (path, folder) -> started.server.createContext(path, exchange -> answer(exchange, path, folder)));
        started.server.setExecutor(started.threads);
        started.server.start();
        return started;
    }

    private static void answer(HttpExchange exchange, String below, Path folder) throws IOException {
        try (exchange) {
            String name = exchange.getRequestURI().getPath().substring(below.length());
            Path file = folder.resolve(name).normalize();
            if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, Files.size(file));
            try (OutputStream body = exchange.getResponseBody()) {
                Files.copy(file, body);
            }
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
