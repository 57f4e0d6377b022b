package io.kafkasend.oauth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/** A token server on loopback that answers as it is told and remembers what it was asked. */
final class TokenServer implements AutoCloseable {

    record Asked(String method, String target, String authorization, String contentType, String accept, String body) {}

    record Answer(int status, String contentType, byte[] body) {
        static Answer json(int status, String body) {
            return new Answer(status, "application/json;charset=UTF-8", body.getBytes(StandardCharsets.UTF_8));
        }

        static Answer token(String value, Object expiresIn) {
            return json(
                    200,
                    "{\"access_token\":\"" + value + "\",\"token_type\":\"Bearer\",\"expires_in\":" + expiresIn + "}");
        }

        static Answer error(int status, String code) {
            return json(status, "{\"error\":\"" + code + "\",\"error_description\":\"described-in-the-body\"}");
        }
    }

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile IntFunction<Answer> answers = number -> Answer.token("token-" + number, 3600);

    TokenServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Sets what is answered to the request of each number, counted from 1. */
    void answers(IntFunction<Answer> given) {
        answers = given;
    }

    void answers(Answer given) {
        answers(number -> given);
    }

    int count() {
        return asked.size();
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    ClientCredentials credentials() {
        return Credentials.of(url("/token"), "portal", "top-secret-canary", "", "");
    }

    private void handle(HttpExchange exchange) throws IOException {
        int number;
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        synchronized (asked) {
            asked.add(new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    exchange.getRequestHeaders().getFirst("Accept"),
                    body));
            number = asked.size();
        }
        Answer answer = answers.apply(number);
        if (answer.contentType() != null) {
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        }
        if (answer.status() / 100 == 3) {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
        }
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        try (exchange) {
            exchange.getResponseBody().write(answer.body());
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
