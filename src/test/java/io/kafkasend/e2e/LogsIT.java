package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.dev.EmbeddedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log of the command {@code kafkasend portal}, as a process writes it. */
@Timeout(180)
class LogsIT {
    @TempDir
    private Path directory;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void setUp() {
        environment.put("PORTAL_TARGET_API_URL", "http://127.0.0.1:9");
        environment.put("PORTAL_USE_OAUTH", "false");
    }

    private CommandProcess portal(EmbeddedBroker broker) throws Exception {
        for (String topic : List.of("api-requests", "api-responses", "api-dead-letters")) {
            broker.createTopic(topic, 1);
        }
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        CommandProcess portal = CommandProcess.start(directory, "256m", environment, "portal");
        portal.awaitLog("the portal is up");
        return portal;
    }

    private static JsonNode event(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + line, e);
        }
    }

    @Test
    void everyLineOfAPortalThatLogsForMachinesIsOneEvent() throws Exception {
        // Given
        environment.put("PORTAL_LOG_FORMAT", "json");
        environment.put("PORTAL_LOG_LEVEL", "DEBUG");
        environment.put("PORTAL_ALLOWED_ENDPOINTS", "/api/*");
        environment.put("PORTAL_RETRY_MAX_ATTEMPTS", "1");

        // When
        List<JsonNode> events;
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                CommandProcess portal = portal(broker);
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses")) {
            client.error(client.get("/api/x?token=canary"));
            client.error(client.get("/internal?token=canary"));
            assertThat(portal.log()).doesNotContain("canary");
            events = portal.log().lines().map(LogsIT::event).toList();
        }

        // Then
        assertThat(events).hasSizeGreaterThan(3).allSatisfy(event -> {
            assertThat(Instant.parse(event.get("timestamp").textValue())).isBefore(Instant.now());
            assertThat(event.get("level").textValue()).matches("[A-Z]+");
            assertThat(event.get("logger").textValue()).contains("kafkasend");
            assertThat(event.get("thread").textValue()).isNotEmpty();
            assertThat(event.get("message").textValue()).isNotEmpty();
        });
        assertThat(events)
                .filteredOn(event -> event.get("message").textValue().equals("job failed"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.get("path").textValue()).isEqualTo("/api/x");
                    assertThat(event.get("address").textValue()).isEqualTo("127.0.0.1:9");
                    assertThat(event.get("reason").textValue()).isEqualTo("connection refused");
                    assertThat(event.get("attempts").intValue()).isEqualTo(1);
                    assertThat(event.get("seconds_calling").isNumber()).isTrue();
                });
        assertThat(events)
                .filteredOn(event -> event.get("message").textValue().equals("request refused"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.get("path").textValue()).isEqualTo("/internal");
                    assertThat(event.get("rule").textValue()).isEqualTo("allow-list");
                });
        assertThat(events)
                .extracting(event -> event.get("message").textValue())
                .contains("a START is taken", "a request is whole", "job refused");
        assertThat(events)
                .filteredOn(event -> event.get("message").textValue().equals("the portal is up"))
                .singleElement()
                .satisfies(
                        event -> assertThat(event.get("seconds").doubleValue()).isPositive());
    }

    @Test
    void theLevelChangesByAFileWhileThePortalRuns() throws Exception {
        // Given
        Path level = directory.resolve("level");
        environment.put("PORTAL_LOG_LEVEL_FILE", level.toString());
        environment.put("PORTAL_ALLOWED_ENDPOINTS", "/api/*");
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                CommandProcess portal = portal(broker);
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses")) {
            client.error(client.get("/api/x"));
            assertThat(portal.log()).doesNotContain("a START is taken");

            // When
            Files.writeString(level, "DEBUG");
            portal.awaitLog("the log level has changed");
            client.error(client.get("/api/x"));
            portal.awaitLog("a START is taken");
            Files.delete(level);
            portal.awaitLog("to=\"INFO\"");
            int before = portal.log().length();
            client.error(client.get("/api/x"));

            // Then
            await().until(() -> portal.log().substring(before).contains("job failed"));
            assertThat(portal.log().substring(before)).doesNotContain("a START is taken");
        }
    }

    @Test
    void onlySettingsThatDifferAreLoggedAtStartEachOnALineOfItsOwn() throws Exception {
        // Given
        environment.put("OAUTH2_CLIENT_SECRET", "canary");
        environment.put("PORTAL_MANAGEMENT_PORT", "0");
        environment.put("PORTAL_WARM_UP_SECONDS", "0");

        // When
        String log;
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                CommandProcess portal = portal(broker)) {
            log = portal.log();
        }

        // Then
        assertThat(log.lines().filter(line -> line.contains("setting differs from its default")))
                .extracting(line -> line.replaceFirst(".* setting=", ""))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).startsWith("\"KAFKA_BOOTSTRAP_SERVERS\""),
                        line -> assertThat(line).isEqualTo("\"OAUTH2_CLIENT_SECRET\" value=\"***\""),
                        line -> assertThat(line).isEqualTo("\"PORTAL_TARGET_API_URL\" value=\"http://127.0.0.1:9\""),
                        line -> assertThat(line).isEqualTo("\"PORTAL_MANAGEMENT_PORT\" value=\"0\""),
                        line -> assertThat(line).isEqualTo("\"PORTAL_WARM_UP_SECONDS\" value=\"0\""),
                        line -> assertThat(line).isEqualTo("\"PORTAL_USE_OAUTH\" value=\"false\""));
        assertThat(log).doesNotContain("canary");
    }

    @Test
    void aBrokerThatGoesAwayAndComesBackIsTwoLinesOfTheLog() throws Exception {
        try (Stack stack = Stack.start(Map.of());
                CapturedLog log = CapturedLog.begin("io.kafkasend.portal.kafka.BrokerWatch")) {
            // Given: one that is back at once is none of them
            stack.client.reply(stack.client.get("/api/v1/status"));
            stack.broker.stop();
            stack.broker.restart();

            // When
            stack.broker.stop();
            await().until(() -> !log.lines().isEmpty());
            stack.broker.restart();
            await().until(() -> log.lines().size() > 1);

            // Then
            String servers = "servers=" + stack.broker.bootstrapServers();
            assertThat(log.lines()).hasSize(2);
            assertThat(log.lines().get(0))
                    .startsWith("Kafka does not answer: no requests are read and no answers sent")
                    .contains(servers)
                    .containsPattern("seconds=1\\d\\b");
            assertThat(log.lines().get(1))
                    .startsWith("Kafka answers again")
                    .contains(servers)
                    .containsPattern("seconds=[1-9]\\d\\b");
        }
    }
}
