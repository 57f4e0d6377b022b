package io.kafkasend.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The JDK's client, which offers HTTP/2 with each request over clear text unless it is told not to. */
@Timeout(20)
class JdkClientTest {
    private static final byte[] CONTENT = new byte[3_000_000];

    private CallerServer server;

    @AfterEach
    void stop() {
        server.stop(Duration.ZERO);
    }

    private void start(Consumer<HttpCall> route) throws IOException {
        server = new CallerServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ConnectionBounds(4, 4, Duration.ofSeconds(10)),
                null,
                route);
        server.start();
    }

    private HttpResponse<String> put(HttpClient client) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + server.address().getPort() + "/upload"))
                        .expectContinue(true)
                        .timeout(Duration.ofSeconds(10))
                        .PUT(BodyPublishers.ofByteArray(CONTENT))
                        .build(),
                BodyHandlers.ofString());
    }

    @ParameterizedTest
    @EnumSource
    void anExpectedBodyIsAskedFor(HttpClient.Version version) throws Exception {
        // Given
        HttpClient client = HttpClient.newBuilder().version(version).build();
        start(call -> {
            try {
                byte[] read =
                        Integer.toString(call.body().readAllBytes().length).getBytes(StandardCharsets.US_ASCII);
                call.answer(new HttpAnswer(200, List.of(), read.length, new ByteArrayInputStream(read), ""));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        // Then
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = put(client);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("3000000");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalIsHeard(HttpClient.Version version) throws Exception {
        // Given
        HttpClient client = HttpClient.newBuilder().version(version).build();
        start(call -> call.answer(Problem.of(GatewayError.CALLER_RATE, "planned")));

        // Then
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = put(client);
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.body()).contains("CALLER_RATE");
        }
    }
}
