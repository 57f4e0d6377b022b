package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseStart;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a portal does while its API or its token server is not well. */
@Timeout(120)
class RetriesIT {
    private static EmbeddedBroker broker;
    private static TokenServer tokens;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start();
        tokens = TokenServer.start("portal", Stack.SECRET);
    }

    @AfterAll
    static void stopBroker() {
        tokens.close();
        broker.close();
    }

    /** A portal on topics of its own. */
    private static final class Fixture implements AutoCloseable {
        private static final AtomicInteger COUNT = new AtomicInteger();

        final Portal portal;
        final WireClient client;
        final String requestTopic;

        Fixture(String apiUrl, Map<String, String> overrides) throws Exception {
            String name = "r" + COUNT.incrementAndGet();
            broker.createTopic(name + "-requests", 1);
            broker.createTopic(name + "-responses", 1);
            Map<String, String> settings = new HashMap<>(Stack.settings(broker, tokens));
            settings.put("kafkasend.target-api-url", apiUrl);
            settings.put("kafkasend.request-topic", name + "-requests");
            settings.put("kafkasend.response-topic", name + "-responses");
            settings.put("kafkasend.consumer-group", name);
            settings.put("kafkasend.retry-max-delay-seconds", "1");
            settings.putAll(overrides);
            requestTopic = name + "-requests";
            portal = Portal.start(settings);
            client = new WireClient(broker.bootstrapServers(), requestTopic, name + "-responses");
        }

        JobId send(Method method, String endpoint) {
            return client.send(method, endpoint, Map.of(), null, "text/plain", "body".getBytes(StandardCharsets.UTF_8));
        }

        void expectSettled() {
            Awaitility.await().untilAsserted(() -> assertThat(
                            portal.bean("ledger", Ledger.class).unsettled())
                    .isZero());
        }

        @Override
        public void close() {
            client.close();
            portal.close();
        }
    }

    private static void answer(OutputStream out, int status, String headers, String body) throws IOException {
        out.write(("HTTP/1.1 " + status + " x\r\n" + headers + "Content-Length: " + body.length()
                        + "\r\nConnection: close\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII));
    }

    /** Fails so often, then answers 200. */
    private static ScriptedApi failing(int times, ScriptedApi.Script failure) throws IOException {
        AtomicInteger calls = new AtomicInteger();
        return ScriptedApi.start((head, socket, out) -> {
            if (calls.incrementAndGet() <= times) {
                failure.answer(head, socket, out);
            } else {
                answer(out, 200, "Content-Type: text/plain\r\n", "done");
            }
        });
    }

    private static ScriptedApi.Script status(int status) {
        return (head, socket, out) -> answer(out, status, "", "not now");
    }

    @Test
    void whatPassesIsNotSeenByTheClient() throws Exception {
        ScriptedApi.Script closes = (head, socket, out) -> socket.close();
        for (ScriptedApi.Script failure : new ScriptedApi.Script[] {status(503), status(429), status(504), closes}) {
            try (ScriptedApi api = failing(2, failure);
                    Fixture portal = new Fixture(api.url(), Map.of())) {
                // When
                WireClient.Reply reply = portal.client.reply(portal.send(Method.PUT, "/api/v1/x"));

                // Then
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.string()).isEqualTo("done");
                assertThat(api.heads()).hasSize(3);
                assertThat(api.heads().stream()
                                .map(head -> head.replaceAll("(?s).*(Idempotency-Key: \\S+).*", "$1"))
                                .distinct())
                        .hasSize(1);
                portal.expectSettled();
            }
        }
    }

    @Test
    void theLastAnswerGoesBackAsItIs() throws Exception {
        try (ScriptedApi api = failing(100, status(503));
                Fixture portal = new Fixture(api.url(), Map.of())) {
            // When
            WireClient.Reply reply = portal.client.reply(portal.client.get("/api/v1/x"));

            // Then
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.string()).isEqualTo("not now");
            assertThat(api.heads()).hasSize(3);
            portal.expectSettled();
        }
    }

    @Test
    void aPostIsSentOnceUnlessTheOperatorKnowsBetter() throws Exception {
        try (ScriptedApi api = failing(100, status(503));
                ScriptedApi breaking = failing(100, (head, socket, out) -> socket.close());
                ScriptedApi careful = failing(1, status(503));
                Fixture portal = new Fixture(api.url(), Map.of());
                Fixture broken = new Fixture(breaking.url(), Map.of());
                Fixture unsafe = new Fixture(careful.url(), Map.of("kafkasend.retry-unsafe", "true"))) {
            // When
            JobId refused = portal.send(Method.POST, "/api/v1/x");
            JobId cut = broken.send(Method.PATCH, "/api/v1/x");
            JobId repeated = unsafe.send(Method.POST, "/api/v1/x");

            // Then
            assertThat(portal.client.reply(refused).status()).isEqualTo(503);
            assertThat(broken.client.error(cut).code()).isEqualTo("API_BROKEN");
            assertThat(unsafe.client.reply(repeated).status()).isEqualTo(200);
            assertThat(api.heads()).hasSize(1);
            assertThat(breaking.heads()).hasSize(1);
            assertThat(careful.heads()).hasSize(2);
        }
    }

    @Test
    void retryAfterIsWaitedForUpToTheLimit() throws Exception {
        try (ScriptedApi api = failing(2, (head, socket, out) -> answer(out, 429, "Retry-After: 3600\r\n", ""));
                Fixture portal = new Fixture(api.url(), Map.of())) {
            // When
            long before = System.nanoTime();
            WireClient.Reply reply = portal.client.reply(portal.client.get("/api/v1/x"));

            // Then
            assertThat(reply.status()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(30));
        }
    }

    @Test
    void allAttemptsTogetherKeepTheJobsDeadline() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (ScriptedApi hanging = ScriptedApi.start((head, socket, out) -> end.await());
                Fixture slow = new Fixture(hanging.url(), Map.of("kafkasend.job-timeout-seconds", "2"))) {
            // Given
            long before = System.nanoTime();

            // When
            ResponseError error = slow.client.error(slow.client.get("/api/v1/first"));

            // Then
            assertThat(error.code()).isEqualTo("API_TIMEOUT");
            assertThat(hanging.heads()).hasSize(1);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
        } finally {
            end.countDown();
        }
    }

    @Test
    void aWaitThatDoesNotFitTheJobsTimeIsNotBegun() throws Exception {
        try (ScriptedApi api = failing(1, (head, socket, out) -> answer(out, 503, "Retry-After: 50\r\n", "not now"));
                Fixture portal = new Fixture(
                        api.url(),
                        Map.of("kafkasend.job-timeout-seconds", "40", "kafkasend.retry-max-delay-seconds", "60"))) {
            // When
            WireClient.Reply reply = portal.client.reply(portal.client.get("/api/v1/x"));

            // Then
            assertThat(reply.status()).isEqualTo(503);
            assertThat(api.heads()).hasSize(1);
            portal.expectSettled();
        }
    }

    @Test
    void anApiThatStartsLateIsReachedEvenByAPost() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (CapturedLog log = CapturedLog.begin("io.kafkasend.portal.call.RetryDecision");
                Fixture portal =
                        new Fixture("http://127.0.0.1:" + port, Map.of("kafkasend.retry-max-attempts", "100"))) {
            // Given
            JobId job = portal.send(Method.POST, "/api/v1/x");
            Awaitility.await().until(() -> log.lines().toString().contains("the call failed and is made again"));
            assertThat(log.lines().get(0))
                    .contains(
                            "job_id=" + job,
                            "method=POST",
                            "path=/api/v1/x",
                            "address=127.0.0.1:" + port,
                            "reason=connection refused");

            // When
            try (ServerSocket api = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                    var call = api.accept()) {
                answer(call.getOutputStream(), 201, "", "late");
                call.getOutputStream().flush();

                // Then
                assertThat(portal.client.reply(job).status()).isEqualTo(201);
            }
        }
    }

    @Test
    void theBreakerOpensFailsFastAndClosesAgain() throws Exception {
        AtomicBoolean well = new AtomicBoolean();
        try (ScriptedApi api = ScriptedApi.start((head, socket, out) -> answer(out, well.get() ? 200 : 502, "", ""));
                Fixture portal = new Fixture(
                        api.url(),
                        Map.of(
                                "kafkasend.retry-max-attempts", "1",
                                "kafkasend.breaker-window-calls", "4",
                                "kafkasend.breaker-open-seconds", "3"))) {
            // Given
            for (int i = 0; i < 4; i++) {
                assertThat(portal.client.reply(portal.client.get("/api/v1/x")).status())
                        .isEqualTo(502);
            }

            // When
            ResponseError error = portal.client.error(portal.client.get("/api/v1/x"));

            // Then
            assertThat(error.code()).isEqualTo(ErrorCode.API_UNAVAILABLE.name());
            assertThat(error.retryable()).isTrue();
            assertThat(error.retryAfterSeconds()).isEqualTo(3);
            assertThat(api.heads()).hasSize(4);

            // When
            well.set(true);
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(500))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        JobId trial = portal.client.get("/api/v1/x");
                        Awaitility.await().until(() -> WireClient.ended(portal.client.messages(trial)));
                        return portal.client.messages(trial).get(0) instanceof ResponseStart;
                    });

            // Then: more than the three that try whether it is back
            for (int i = 0; i < 5; i++) {
                assertThat(portal.client.reply(portal.client.get("/api/v1/x")).status())
                        .isEqualTo(200);
            }
            portal.expectSettled();
        }
    }

    @Test
    void whatTheApiBreaksOffForOneClientStopsNobodyElsesCalls() throws Exception {
        broker.createTopic("answers-of-another", 1);
        try (ScriptedApi api = ScriptedApi.start((head, socket, out) -> {
                    if (head.startsWith("POST")) {
                        socket.close(); // as it does with what is too large for it
                    }
                    answer(out, 200, "", "");
                });
                Fixture portal = new Fixture(
                        api.url(),
                        Map.of(
                                "kafkasend.reply-topics", "answers-of-another",
                                "kafkasend.retry-max-attempts", "1",
                                "kafkasend.breaker-window-calls", "4"));
                WireClient another =
                        new WireClient(broker.bootstrapServers(), portal.requestTopic, "answers-of-another")) {
            // Given
            for (int i = 0; i < 4; i++) {
                assertThat(portal.client
                                .error(portal.send(Method.POST, "/api/v1/x"))
                                .code())
                        .isEqualTo(ErrorCode.API_BROKEN.name());
            }

            // When
            JobId own = portal.client.get("/api/v1/x");
            JobId others = JobId.random();
            another.start(RequestStart.builder(others, 0, Method.GET, "/api/v1/x")
                    .replyTo("answers-of-another")
                    .build());

            // Then
            assertThat(portal.client.error(own).code()).isEqualTo(ErrorCode.API_UNAVAILABLE.name());
            assertThat(another.reply(others).status()).isEqualTo(200);
        }
    }

    @Test
    void refusalsOfTheApiDoNotOpenTheBreaker() throws Exception {
        try (ScriptedApi api = ScriptedApi.start((head, socket, out) -> answer(out, 404, "", ""));
                Fixture portal = new Fixture(api.url(), Map.of("kafkasend.breaker-window-calls", "2"))) {
            for (int i = 0; i < 5; i++) {
                assertThat(portal.client.reply(portal.client.get("/api/v1/x")).status())
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void aLongAnswerOutlivesTheBreaker() throws Exception {
        String body = "x".repeat(5_000_000);
        try (ScriptedApi api =
                        ScriptedApi.start((head, socket, out) -> answer(out, 200, "Content-Type: a/b\r\n", body));
                Fixture portal = new Fixture(api.url(), Map.of())) {
            assertThat(portal.client.reply(portal.client.get("/api/v1/x")).string())
                    .isEqualTo(body);
        }
    }

    @Test
    void aTokenServerThatStartsLateIsWaitedFor() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (ScriptedApi api = ScriptedApi.recording();
                Fixture portal = new Fixture(
                        api.url(), Map.of("kafkasend.oauth2-token-url", "http://127.0.0.1:" + port + "/token"))) {
            // Given
            JobId job = portal.client.get("/api/v1/x");
            Awaitility.await()
                    .until(() -> portal.portal
                                    .bean("jobs", io.kafkasend.portal.job.Jobs.class)
                                    .underWay()
                            == 1);

            // When
            try (ServerSocket server = new ServerSocket(port, 5, InetAddress.getLoopbackAddress());
                    var call = server.accept()) {
                answer(
                        call.getOutputStream(),
                        200,
                        "Content-Type: application/json\r\n",
                        "{\"access_token\":\"late\",\"token_type\":\"Bearer\",\"expires_in\":300}");
                call.getOutputStream().flush();

                // Then
                assertThat(portal.client.reply(job).status()).isEqualTo(200);
                assertThat(api.heads()).singleElement().asString().contains("Authorization: Bearer late");
            }
        }
    }

    @Test
    void aPortalThatEndsDoesNotWaitForItsRetries() throws Exception {
        try (ScriptedApi api = failing(100, (head, socket, out) -> answer(out, 503, "Retry-After: 600\r\n", ""));
                Fixture portal = new Fixture(api.url(), Map.of("kafkasend.retry-max-delay-seconds", "600"))) {
            // Given
            JobId job = portal.client.get("/api/v1/x");
            Awaitility.await().until(() -> api.heads().size() == 1);

            // When
            long before = System.nanoTime();
            portal.portal.close();

            // Then
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
            assertThat(portal.client.reply(job).status()).isEqualTo(503);
            assertThat(api.heads()).hasSize(2);
        }
    }
}
