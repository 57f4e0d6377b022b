package io.kafkasend.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.chaos.RecordingApi.Call;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.client.Answer;
import io.kafkasend.client.Body;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.protocol.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka in the versions that KafkaSend is for, each from its own jars. Run by {@code ./mvnw verify -Pbrokers -Dit.test=BrokersIT}. */
@Tag("brokers")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BrokersIT {
    private static final int BODY_BYTES = 5_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    private final byte[] body = new byte[BODY_BYTES];

    /** An upload is answered by itself, and so is compared on both ways; a slow one gives time to take something away. */
    private Plan plan(Call call) {
        return Plan.ok(call.body()).after(call.path().endsWith("/slow") ? 3_000 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.8.2", "3.9.1", "4.0.2", "4.4.0"})
    void carriesBodiesBothWaysAndOutlivesAKilledBrokerAndPortalsRestarts(String version) throws Exception {
        // Given
        new Random(17).nextBytes(body);
        try (ReleasedBroker broker = ReleasedBroker.start(version, directory);
                RecordingApi api = RecordingApi.start(this::plan)) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.createTopics(List.of(
                                new NewTopic("api-requests", 3, (short) 1),
                                new NewTopic("api-responses", 3, (short) 1)))
                        .all()
                        .get();
            }
            Map<String, String> environment = Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS",
                    broker.bootstrapServers(),
                    "PORTAL_TARGET_API_URL",
                    api.url(),
                    "PORTAL_ALLOWED_ENDPOINTS",
                    "/echo/*",
                    "PORTAL_USE_OAUTH",
                    "false",
                    // Who is killed has its partitions for so long.
                    "KAFKA_SESSION_TIMEOUT_MS",
                    "10000");
            PortalProcess portal =
                    PortalProcess.start("portal-1", directory, environment).awaitUp();
            try (KafkaSendClient client = KafkaSendClient.builder()
                    .bootstrapServers(broker.bootstrapServers())
                    .build()) {
                // When, then: both ways
                carries(client.call(request("/echo/quick")));

                // When, then: the broker dies while the API works
                CompletableFuture<Answer> overBroker = asked(client, api);
                broker.kill();
                broker.start();
                carries(overBroker.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));

                // When, then: the portal is replaced while the API works
                CompletableFuture<Answer> overPortal = asked(client, api);
                portal.signal("TERM");
                assertThat(portal.exitCode(Duration.ofSeconds(40))).isZero();
                portal = PortalProcess.start("portal-2", directory, environment).awaitUp();
                carries(overPortal.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));

                // When, then: the portal is killed, and another one takes over
                portal.kill();
                portal = PortalProcess.start("portal-3", directory, environment);
                carries(client.call(request("/echo/quick")));
            } finally {
                portal.close();
            }
        }
    }

    /** Asks for what takes some seconds; ends once the API has the request. */
    private CompletableFuture<Answer> asked(KafkaSendClient client, RecordingApi api) {
        int before = api.calls().size();
        CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(() -> client.call(request("/echo/slow")));
        await().atMost(PATIENCE).until(() -> api.calls().size() > before || answer.isCompletedExceptionally());
        return answer;
    }

    private Request request(String endpoint) {
        return Request.builder()
                .method(Method.POST)
                .endpoint(endpoint)
                .contentType("application/octet-stream")
                .body(Body.of(body))
                .timeout(PATIENCE)
                .build();
    }

    private void carries(Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.bytes()).isEqualTo(body);
    }
}
