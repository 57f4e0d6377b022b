package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.ledger.Capacity;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.lifecycle.FailStop;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What health says while broker, API and token server come and go. */
@Timeout(240)
class HealthIT {
    private static final Pattern URL = Pattern.compile("url=\"?(http://127\\.0\\.0\\.1:\\d+)/observe/health");

    @TempDir
    Path directory;

    private EmbeddedBroker broker;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 1);
        broker.createTopic("api-responses", 1);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private Portal portal(Map<String, String> settings) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of(
                "kafkasend.bootstrap-servers", broker.bootstrapServers(),
                "kafkasend.allowed-endpoints", "/api/v1/*",
                "kafkasend.target-api-url", "http://127.0.0.1:1",
                "kafkasend.use-oauth", "false",
                "kafkasend.management-port", "0"));
        all.putAll(settings);
        return Portal.start(all);
    }

    @Test
    void readinessFollowsTheBrokerAndLivenessDoesNot() throws Exception {
        // Given
        broker.stop();
        try (CapturedLog log = CapturedLog.begin("io.kafkasend.portal.observe.ReadyLine");
                Portal portal = portal(Map.of())) {
            ManagementClient management = ManagementClient.of(portal);
            await().until(() -> management.reason().equals("Kafka does not answer"));
            assertThat(management.isLive()).isTrue();
            assertThat(log.lines()).isEmpty();

            // When
            broker.restart();

            // Then
            await().until(management::isReady);
            assertThat(log.lines()).singleElement().satisfies(line -> assertThat(line)
                    .startsWith("the portal is up")
                    .contains(
                            "topic=api-requests",
                            "partitions=[0]",
                            "group=kafkasend-portal",
                            "kafka=" + broker.bootstrapServers(),
                            "login=none",
                            "api=http://127.0.0.1:1",
                            "token_server=none"));

            // When
            broker.stop();

            // Then
            await().until(() -> management.reason().equals("Kafka does not answer"));
            assertThat(management.isLive()).isTrue();

            // When
            broker.restart();

            // Then
            await().until(management::isReady);
            assertThat(log.lines()).hasSize(1);
        }
    }

    @Test
    void apiAndTokenServerAreToldAndTakeNothingOutOfService() throws Exception {
        // Given
        try (TokenServer tokens = TokenServer.start("portal", Stack.SECRET)) {
            SampleApi api = SampleApi.start(tokens::isValid);
            Map<String, String> settings = new HashMap<>(Stack.settings(broker, tokens));
            settings.put("kafkasend.use-oauth", "true");
            settings.put("kafkasend.target-api-url", api.url().toString());
            settings.put("kafkasend.retry-max-attempts", "1");
            try (Portal portal = portal(settings);
                    WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses")) {
                ManagementClient management = ManagementClient.of(portal);
                await().until(management::isReady);
                assertThat(status(management, "kafkasend-token-server")).isEqualTo("UNKNOWN");

                // When
                client.messages(client.get("/api/v1/documents/1"));

                // Then
                await().until(() -> status(management, "kafkasend-api").equals("UP"));
                assertThat(status(management, "kafkasend-token-server")).isEqualTo("UP");

                // When
                api.close();
                client.messages(client.get("/api/v1/documents/1"));

                // Then
                await().until(() -> status(management, "kafkasend-api").equals("DOWN"));
                assertThat(management
                                .check("/observe/health", "kafkasend-api")
                                .get("data")
                                .get("last_call")
                                .asText())
                        .isEqualTo("unreachable");
                assertThat(management.status("/observe/health")).isEqualTo(200);
                assertThat(management.isReady()).isTrue();
                assertThat(management.isLive()).isTrue();
            }
        }
    }

    private static String status(ManagementClient management, String name) throws IOException, InterruptedException {
        return management.check("/observe/health", name).get("status").asText();
    }

    @Test
    void aPollThreadThatStandsStillIsSeen() throws Exception {
        // Given
        CountDownLatch go = new CountDownLatch(1);
        try (Portal portal = portal(Map.of())) {
            ManagementClient management = ManagementClient.of(portal);
            await().until(management::isReady);

            // When
            portal.bean("ledger", Ledger.class).needs(capacity(() -> awaitUninterruptibly(go)));

            // Then
            await().until(() -> management
                            .check("/observe/health/live", "kafkasend-poll-thread")
                            .get("data")
                            .get("seconds_since_poll")
                            .asInt()
                    >= 3);
            await().until(() -> management.reason().equals("the thread that reads requests stands still"));

            // When
            go.countDown();

            // Then
            await().until(management::isReady);
        } finally {
            go.countDown();
        }
    }

    @Test
    @Tag("long")
    void liveTurnsRedWhenThePollThreadStandsStillForLong() throws Exception {
        // Given
        CountDownLatch go = new CountDownLatch(1);
        try (Portal portal = portal(Map.of())) {
            ManagementClient management = ManagementClient.of(portal);
            await().until(management::isReady);

            // When
            portal.bean("ledger", Ledger.class).needs(capacity(() -> awaitUninterruptibly(go)));

            // Then
            await().atMost(Duration.ofMinutes(2)).until(() -> !management.isLive());
            assertThat(management
                            .check("/observe/health/live", "kafkasend-poll-thread")
                            .get("data")
                            .get("reason")
                            .asText())
                    .contains("stands still");

            // When
            go.countDown();

            // Then
            await().until(management::isLive);
        } finally {
            go.countDown();
        }
    }

    @Test
    void liveTurnsRedWhenThePollThreadBreaksAgainAndAgain() throws Exception {
        // Given
        try (Portal portal = portal(Map.of())) {
            ManagementClient management = ManagementClient.of(portal);
            FailStop failStop = portal.bean("fail-stop", FailStop.class);
            await().until(management::isReady);

            // When
            portal.bean("ledger", Ledger.class).needs(capacity(() -> {
                throw new AssertionError("a fault of the poll thread");
            }));

            // Then: red, or gone, since the portal ends itself
            await().atMost(Duration.ofSeconds(60)).until(() -> !isLive(management));
            assertThat(failStop.failed()).isTrue();
        }
    }

    private static boolean isLive(ManagementClient management) throws InterruptedException {
        try {
            return management.isLive();
        } catch (IOException e) {
            return false;
        }
    }

    /** What the poll thread asks in each round, and what becomes of it there. */
    private static Capacity capacity(Runnable onPollThread) {
        return new Capacity() {
            @Override
            public boolean full() {
                onPollThread.run();
                return false;
            }

            @Override
            public String waitsFor() {
                return "nothing comes";
            }

            @Override
            public void awaitRoom(long nanos) {
                // There is always room.
            }
        };
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aCommandThatWaitsForItsTopicsSaysSo() throws Exception {
        // Given
        String nowhere = broker.bootstrapServers();
        broker.stop();
        try (CommandProcess command = CommandProcess.start(
                directory,
                "256m",
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", nowhere,
                        "PORTAL_TARGET_API_URL", "http://127.0.0.1:1",
                        "PORTAL_USE_OAUTH", "false",
                        "PORTAL_MANAGEMENT_PORT", "0"),
                "portal")) {
            command.awaitLog("the management port is open");
            command.awaitLog("; waiting");
            Matcher url = URL.matcher(command.log());
            assertThat(url.find()).isTrue();
            ManagementClient management = ManagementClient.of(URI.create(url.group(1)));

            // Then
            assertThat(management.isReady()).isFalse();
            assertThat(management.reason()).isEqualTo("reading has not begun");
            assertThat(management.isLive()).isTrue();

            // When
            broker.restart();

            // Then
            command.awaitLog("the portal is up");
            assertThat(management.isReady()).isTrue();
        }
    }
}
