package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.gateway.Gateway;
import io.kafkasend.gateway.observe.GatewayManagement;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Kafka goes away after a gateway was connected. */
@Timeout(90)
class GatewayOutageIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static HttpRequest get(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
    }

    @Test
    void aRequestThatKafkaDoesNotTakeFailsLongBeforeItsTimeIsOver() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            // Given
            List.of("requests", "responses").forEach(topic -> broker.createTopic(topic, 1));
            try (CapturedLog log = CapturedLog.begin("io.kafkasend.gateway.relay");
                    Gateway gateway = Gateway.start(Map.of(
                            "kafkasend.bootstrap-servers",
                            broker.bootstrapServers(),
                            "kafkasend.request-topic",
                            "requests",
                            "kafkasend.response-topic",
                            "responses",
                            "kafkasend.gateway-port",
                            "0",
                            "kafkasend.gateway-management-port",
                            "0"))) {
                connect(gateway, broker);
                broker.stop();

                // When
                CompletableFuture<HttpResponse<String>> other =
                        HTTP.sendAsync(get(gateway.address().getPort(), "/a"), BodyHandlers.ofString());
                HttpResponse<String> answer =
                        HTTP.send(get(gateway.address().getPort(), "/b"), BodyHandlers.ofString());

                // Then
                assertThat(List.of(answer.statusCode(), other.get().statusCode()))
                        .containsOnly(503);
                assertThat(answer.body())
                        .contains("\"KAFKA_UNAVAILABLE\"", "has not taken the request within 10 s")
                        .contains("\"retryable\":false");
                assertThat(log.lines()).hasSize(1).first().asString().contains(broker.bootstrapServers());
                int management = gateway.bean("management", GatewayManagement.class)
                        .address()
                        .orElseThrow()
                        .getPort();
                assertThat(HTTP.send(get(management, "/observe/health/ready"), BodyHandlers.discarding())
                                .statusCode())
                        .isEqualTo(503);
            }
        }
    }

    @Test
    void anUploadThatKafkaTakesNoMoreOfFailsLongBeforeItsTimeIsOver() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            // Given
            List.of("requests", "responses").forEach(topic -> broker.createTopic(topic, 1));
            try (Gateway gateway = Gateway.start(Map.of(
                            "kafkasend.bootstrap-servers",
                            broker.bootstrapServers(),
                            "kafkasend.request-topic",
                            "requests",
                            "kafkasend.response-topic",
                            "responses",
                            "kafkasend.gateway-port",
                            "0",
                            "kafkasend.gateway-management-port",
                            "off"));
                    Socket socket = new Socket("127.0.0.1", gateway.address().getPort())) {
                int half = 3_000_000;
                socket.getOutputStream()
                        .write(("PUT /first HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                                        + 2 * half + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(new byte[half]);
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> AllRecords.of(broker).stream()
                                        .filter(each -> each.topic().equals("requests"))
                                        .count()
                                > 2);

                // When
                broker.stop();
                socket.getOutputStream().write(new byte[half]);

                // Then
                socket.setSoTimeout(60_000);
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 503 ")
                        .contains("KAFKA_UNAVAILABLE", "has not taken the request within 20 s");
            }
        }
    }

    /** A request whose START Kafka has taken, and whose caller leaves. */
    private static void connect(Gateway gateway, EmbeddedBroker broker) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", gateway.address().getPort())) {
            socket.getOutputStream()
                    .write("GET /first HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            await().atMost(Duration.ofSeconds(30)).until(() -> AllRecords.of(broker).stream()
                    .anyMatch(each -> each.topic().equals("requests")));
        }
    }
}
