package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.security.address.NameService;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** A portal that has warmed itself up, and has had no job yet: nobody knows. */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WarmUpIT {
    private static final Pattern WARM = Pattern.compile("the portal is warm .*records=(\\d+).*");
    private static final Pattern COUNT =
            Pattern.compile("(?m)^(kafkasend_\\w+_(?:total|count|sum))(?:\\{.*})? (\\S+)$");

    private static CapturedLog log;
    private static Stack stack;
    private static ManagementClient management;

    @BeforeAll
    static void start() throws Exception {
        log = CapturedLog.begin("io.kafkasend", "kafkasend.security", "org.apache");
        stack = Stack.start(Map.of(
                "kafkasend.warm-up-seconds", "120",
                "kafkasend.allowed-endpoints", "/api/v1/status",
                "kafkasend.management-port", "0"));
        management = ManagementClient.of(stack.portal);
        await().until(management::isReady);
    }

    @AfterAll
    static void stop() {
        stack.close();
        log.close();
    }

    private static String line(Pattern pattern) {
        return log.lines().stream()
                .filter(pattern.asMatchPredicate())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + pattern + " in " + log.lines()));
    }

    @Test
    @Order(1)
    void workedBeforeItWasReady() {
        // When
        List<String> lines = log.lines();
        Matcher warm = WARM.matcher(line(WARM));

        // Then
        assertThat(warm.matches()).isTrue();
        assertThat(Integer.parseInt(warm.group(1))).isPositive();
        assertThat(lines.indexOf(warm.group())).isLessThan(lines.indexOf(line(Pattern.compile("the portal is up .*"))));
    }

    @Test
    @Order(2)
    void neitherApiNorTokenServerNorKafkaSawAnythingOfIt() throws Exception {
        // Then
        assertThat(stack.api.calls()).isEmpty();
        assertThat(stack.tokens.requests()).isZero();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.broker.bootstrapServers()))) {
            assertThat(admin.listTopics().names().get()).containsExactlyInAnyOrder("api-requests", "api-responses");
            assertThat(admin.listGroups().all().get())
                    .extracting(group -> group.groupId())
                    .containsExactly("kafkasend-portal");
            for (String topic : List.of("api-requests", "api-responses")) {
                for (int partition = 0; partition < 3; partition++) {
                    TopicPartition one = new TopicPartition(topic, partition);
                    assertThat(admin.listOffsets(Map.of(one, OffsetSpec.latest()))
                                    .partitionResult(one)
                                    .get()
                                    .offset())
                            .isZero();
                }
            }
        }
    }

    @Test
    @Order(3)
    void itsJobsAreNeitherCountedNorShownNorLogged() throws Exception {
        // When
        String page = management.send("GET", "/observe/metrics").body();
        JsonNode jobs = new ObjectMapper()
                .readTree(management.send("GET", "/observe/console/jobs").body());

        // Then
        assertThat(COUNT.matcher(page).results()).isNotEmpty().allSatisfy(counter -> assertThat(
                        Double.parseDouble(counter.group(2)))
                .as(counter.group())
                .isZero());
        assertThat(jobs.findValues("job_id")).isEmpty();
        assertThat(log.lines())
                .noneMatch(said -> said.contains("job_id") || said.contains("kafkasend-warm-up"))
                .filteredOn(said -> said.contains("the management port is open"))
                .as("its own port is not told of")
                .hasSize(1);
    }

    @Test
    @Order(4)
    void nothingOfItIsLeft() {
        // Then
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> Stream.iterate(thread.getThreadGroup(), Objects::nonNull, ThreadGroup::getParent)
                        .anyMatch(group -> group.getName().equals("kafkasend-warm-up")))
                .extracting(Thread::getName)
                .isEmpty());
    }

    @Test
    @Order(5)
    void whatItsJobsAskForIsRefusedAsBefore() {
        // When
        WireClient.Reply allowed = stack.client.reply(stack.client.get("/api/v1/status"));
        String refused = stack.client.error(stack.client.get("/status")).code();

        // Then
        assertThat(allowed.status()).isEqualTo(200);
        assertThat(refused).isEqualTo("ENDPOINT_NOT_ALLOWED");
    }

    @Test
    @Order(6)
    void isLeftOutWhereItIsNotWanted() throws Exception {
        // Given
        long before = warm();

        // When
        OwnPortal.start(
                        stack.broker,
                        NameService.system(),
                        Map.of(
                                "kafkasend.warm-up-seconds",
                                "0",
                                "kafkasend.target-api-url",
                                stack.api.url().toString()))
                .close();

        // Then
        assertThat(warm()).isEqualTo(before);
    }

    private static long warm() {
        return log.lines().stream().filter(WARM.asMatchPredicate()).count();
    }
}
