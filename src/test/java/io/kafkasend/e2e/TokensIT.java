package io.kafkasend.e2e;

import static io.kafkasend.tls.TestAuthority.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.requester.CallSlots;
import io.kafkasend.protocol.JobId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole portals and their token servers: how often they ask, and with what. */
@Timeout(300)
class TokensIT {
    private static final int CROWD = 100;
    private static EmbeddedBroker broker;

    @TempDir
    private Path directory;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = EmbeddedBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /** A portal with topics of its own, so that no test reads another's jobs. */
    private record Side(Portal portal, WireClient client) implements AutoCloseable {
        static Side start(String name, String tokenUrl, SampleApi api, Map<String, String> settings) throws Exception {
            broker.createTopic(name + "-requests", 3);
            broker.createTopic(name + "-responses", 3);
            Map<String, String> all = new HashMap<>(Map.of(
                    "kafkasend.bootstrap-servers",
                    broker.bootstrapServers(),
                    "kafkasend.request-topic",
                    name + "-requests",
                    "kafkasend.response-topic",
                    name + "-responses",
                    "kafkasend.consumer-group",
                    name,
                    "kafkasend.max-concurrent-jobs",
                    "" + CROWD,
                    "kafkasend.max-poll-records",
                    "500",
                    "kafkasend.allowed-endpoints",
                    "/api/v1/*",
                    "kafkasend.target-api-url",
                    api.url().toString(),
                    "kafkasend.oauth2-token-url",
                    tokenUrl,
                    "kafkasend.oauth2-client-id",
                    "portal"));
            all.putAll(settings);
            Portal portal = Portal.start(all);
            return new Side(portal, new WireClient(broker.bootstrapServers(), name + "-requests", name + "-responses"));
        }

        List<JobId> crowd() {
            List<JobId> jobs = new ArrayList<>();
            for (int i = 0; i < CROWD; i++) {
                jobs.add(client.get("/api/v1/status"));
            }
            return jobs;
        }

        void awaitCrowd() {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> portal.bean("slots", CallSlots.class).taken() == CROWD);
        }

        @Override
        public void close() {
            client.close();
            portal.close();
        }
    }

    private static void json(OutputStream out, String status, String body) throws IOException {
        out.write(("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                        + "\r\nConnection: close\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void aHundredJobsOnAColdCacheMakeOneTokenRequest() throws Exception {
        // Given
        CountDownLatch gate = new CountDownLatch(1);
        try (ScriptedApi tokens = ScriptedApi.start((head, socket, out) -> {
                    gate.await();
                    json(out, "200 OK", "{\"access_token\":\"t0\",\"token_type\":\"bearer\",\"expires_in\":60}");
                });
                SampleApi api = SampleApi.start("t0"::equals);
                Side side = Side.start(
                        "stampede", tokens.url() + "/token", api, Map.of("kafkasend.oauth2-client-secret", "s"))) {
            // When
            List<JobId> jobs = side.crowd();
            side.awaitCrowd();
            gate.countDown();

            // Then
            jobs.forEach(job -> assertThat(side.client().reply(job).status()).isEqualTo(200));
            assertThat(api.calls()).hasSize(CROWD);
            assertThat(tokens.heads()).hasSize(1);
            System.out.println("token requests of " + CROWD + " concurrent jobs on a cold cache: "
                    + tokens.heads().size());
        }
    }

    @Test
    void aHundredJobsWithAWrongSecretAreRefusedByOneTokenRequest() throws Exception {
        // Given
        CountDownLatch gate = new CountDownLatch(1);
        try (ScriptedApi tokens = ScriptedApi.start((head, socket, out) -> {
                    gate.await();
                    json(out, "401 Unauthorized", "{\"error\":\"invalid_client\"}");
                });
                SampleApi api = SampleApi.start(token -> true);
                Side side = Side.start(
                        "refused", tokens.url() + "/token", api, Map.of("kafkasend.oauth2-client-secret", "wrong"))) {
            // When
            List<JobId> jobs = side.crowd();
            side.awaitCrowd();
            gate.countDown();

            // Then
            jobs.forEach(job -> assertThat(side.client().error(job).code()).isEqualTo("OAUTH_REJECTED"));
            assertThat(tokens.heads()).hasSize(1);
            assertThat(api.calls()).isEmpty();
        }
    }

    @Test
    void a401RenewsTheTokenOnceAndA403Never() throws Exception {
        // Given
        try (TokenServer tokens = TokenServer.start("portal", "s");
                SampleApi api = SampleApi.start(tokens::isValid);
                Side side = Side.start(
                        "renewal", tokens.tokenUrl().toString(), api, Map.of("kafkasend.oauth2-client-secret", "s"))) {
            side.client().reply(side.client().get("/api/v1/status"));

            // When
            int forbidden =
                    side.client().reply(side.client().get("/api/v1/status/403")).status();
            long after403 = tokens.requests();
            int unauthorised =
                    side.client().reply(side.client().get("/api/v1/status/401")).status();
            long after401 = tokens.requests();

            // Then
            assertThat(forbidden).isEqualTo(403);
            assertThat(after403).isEqualTo(1);
            assertThat(unauthorised).isEqualTo(401);
            assertThat(after401).isEqualTo(2);
            assertThat(api.calls()).hasSize(4);
        }
    }

    @Test
    void aSecretInAFileIsRotatedWithoutARestartAndNeverShown() throws Exception {
        // Given
        Path file = write(directory, "secret", "canary-old\n");
        try (CapturedLog log = CapturedLog.begin("io.kafkasend", "org.apache.camel");
                TokenServer tokens = TokenServer.start("portal", "canary-old");
                SampleApi api = SampleApi.start(tokens::isValid);
                Side side = Side.start(
                        "rotation",
                        tokens.tokenUrl().toString(),
                        api,
                        Map.of(
                                "kafkasend.oauth2-client-secret-file",
                                file.toString(),
                                "kafkasend.oauth2-client-authentication",
                                "client_secret_post"))) {
            side.client().reply(side.client().get("/api/v1/status"));

            // When
            tokens.changeSecret("canary-new");
            write(directory, "secret", "canary-new\n");
            tokens.revokeAll();
            int status =
                    side.client().reply(side.client().get("/api/v1/status")).status();

            // Then
            assertThat(status).isEqualTo(200);
            assertThat(tokens.requests()).isEqualTo(2);
            assertThat(tokens.tokensIssued()).isEqualTo(2);
            assertThat(log.lines())
                    .anySatisfy(
                            line -> assertThat(line).contains("secret or key reloaded", "OAUTH2_CLIENT_SECRET_FILE"))
                    .noneSatisfy(line -> assertThat(line).contains("canary"));
            for (ConsumerRecord<byte[], byte[]> record : side.client().records()) {
                assertThat(new String(record.value(), StandardCharsets.UTF_8)).doesNotContain("canary");
            }
        }
    }
}
