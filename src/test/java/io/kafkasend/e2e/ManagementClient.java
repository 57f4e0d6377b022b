package io.kafkasend.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.observe.ManagementServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a portal's management port, as probes do. */
final class ManagementClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;

    private ManagementClient(URI base) {
        this.base = base;
    }

    static ManagementClient of(URI base) {
        return new ManagementClient(base);
    }

    static ManagementClient of(Portal portal) {
        return of(URI.create("http://127.0.0.1:" + port(portal)));
    }

    static int port(Portal portal) {
        return portal.bean("management", ManagementServer.class)
                .address()
                .orElseThrow()
                .getPort();
    }

    HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        HttpRequest.BodyPublisher none = HttpRequest.BodyPublishers.noBody();
        return http.send(
                HttpRequest.newBuilder(base.resolve(path))
                        .method(method, none)
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    int status(String path) throws IOException, InterruptedException {
        return send("GET", path).statusCode();
    }

    boolean isReady() throws IOException, InterruptedException {
        return status("/observe/health/ready") == 200;
    }

    boolean isLive() throws IOException, InterruptedException {
        return status("/observe/health/live") == 200;
    }

    /** One check of a page. */
    JsonNode check(String path, String name) throws IOException, InterruptedException {
        for (JsonNode check : JSON.readTree(send("GET", path).body()).get("checks")) {
            if (check.get("name").asText().equals(name)) {
                return check;
            }
        }
        throw new AssertionError("no check " + name);
    }

    /** Why the portal is not ready. */
    String reason() throws IOException, InterruptedException {
        return check("/observe/health/ready", "kafkasend-reading")
                .get("data")
                .path("reason")
                .asText();
    }
}
