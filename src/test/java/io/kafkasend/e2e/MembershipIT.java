package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.chaos.PortalProcess;
import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Call;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two portals share a group, one of them goes, and no job waits long for it: with names of their own, and at the brokers (KIP-848). */
@Timeout(150)
class MembershipIT {
    private static final int PARTITIONS = 6;
    private static final int JOBS = 24;
    /** What the manifests set. */
    private static final String MANIFESTS_SESSION = "45000";
    /** No wait that a test would live to see. */
    private static final String LONG_SESSION = "300000";

    private static EmbeddedBroker broker;
    private static Admin admin;

    @TempDir
    Path directory;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final String group = UUID.randomUUID().toString();
    private volatile long callMillis = 400;
    private RecordingApi api;
    private WireClient client;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = EmbeddedBroker.start(
                0,
                Map.of(
                        "group.consumer.min.session.timeout.ms", "6000",
                        "group.consumer.session.timeout.ms", "6000",
                        "group.consumer.heartbeat.interval.ms", "2000",
                        "group.consumer.min.heartbeat.interval.ms", "1000"));
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stopBroker() {
        admin.close();
        broker.close();
    }

    @BeforeEach
    void start() throws IOException {
        broker.createTopic(group + "-requests", PARTITIONS);
        broker.createTopic(group + "-responses", 1);
        api = open(RecordingApi.start(this::plan));
        client = open(new WireClient(broker.bootstrapServers(), group + "-requests", group + "-responses"));
    }

    @AfterEach
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private Plan plan(Call call) {
        return Plan.ok("done".getBytes(StandardCharsets.US_ASCII)).after(callMillis);
    }

    @Test
    void aPortalThatWasKilledHasItsPartitionsAtOnceWhereItStartsAgainUnderItsName() throws Exception {
        // Given
        Map<String, String> session = Map.of("KAFKA_SESSION_TIMEOUT_MS", MANIFESTS_SESSION);
        PortalProcess one = named("one", session).awaitUp();
        named("two", session).awaitUp();
        awaitShared(2);
        List<JobId> jobs = jobs();
        await().until(() -> api.calls().size() >= 4);

        // When
        one.kill();
        long killed = System.nanoTime();
        named("one", session);

        // Then
        assertAnswered(jobs);
        System.out.println("membership: " + JOBS + " jobs, kill of one of two portals to the last answer "
                + Duration.ofNanos(System.nanoTime() - killed).toMillis() + " ms, session of " + MANIFESTS_SESSION
                + " ms");
        assertThat(description().members()).hasSize(2);
    }

    @Test
    void aPortalThatEndsInOrderLeavesItsPartitionsAtOnceThoughItHasAName() throws Exception {
        // Given
        Map<String, String> session = Map.of("KAFKA_SESSION_TIMEOUT_MS", LONG_SESSION);
        PortalProcess one = named("one", session).awaitUp();
        named("two", session).awaitUp();
        awaitShared(2);

        // When
        one.signal("TERM");
        assertThat(one.exitCode(Duration.ofSeconds(40))).isZero();
        List<JobId> jobs = jobs();

        // Then
        assertAnswered(jobs);
        assertThat(api.calls()).as("calls").hasSize(JOBS);
        assertThat(description().members()).singleElement().satisfies(member -> assertThat(member.groupInstanceId())
                .hasValue("two"));
    }

    @Test
    void ofThreePortalsTwoAreTakenAwayAndNoCallIsCutOrRepeated() throws Exception {
        takeTwoOfThreeAway(6_000, 3, 9);
    }

    @Test
    @Tag("long")
    @Timeout(400)
    void ofThreePortalsTwoAreTakenAwayUnderCallsOfAMinuteAndNoneIsCutOrRepeated() throws Exception {
        takeTwoOfThreeAway(60_000, 5, 90);
    }

    /** The grace has room for the calls that run, and for none that begins after them. */
    private void takeTwoOfThreeAway(long millis, int calls, int graceSeconds) throws Exception {
        // Given
        callMillis = millis;
        Map<String, String> settings = Map.of(
                "KAFKA_SESSION_TIMEOUT_MS",
                MANIFESTS_SESSION,
                "PORTAL_MAX_CONCURRENT_JOBS",
                Integer.toString(calls),
                "PORTAL_SHUTDOWN_GRACE_SECONDS",
                Integer.toString(graceSeconds));
        List<PortalProcess> portals = List.of(named("one", settings), named("two", settings), named("three", settings));
        portals.forEach(PortalProcess::awaitUp);
        awaitShared(3);
        List<JobId> jobs = jobs();
        await().until(() -> api.calls().size() >= 2 * calls);

        // When
        int under = api.calls().size();
        portals.get(0).signal("TERM");
        portals.get(1).signal("TERM");

        // Then
        assertThat(portals.get(0).exitCode(Duration.ofSeconds(100))).isZero();
        assertThat(portals.get(1).exitCode(Duration.ofSeconds(100))).isZero();
        assertAnswered(jobs);
        System.out.println("membership: " + JOBS + " jobs of " + millis + " ms, " + under
                + " of them in call as two of three portals went: "
                + api.calls().size() + " calls");
        assertThat(api.calls()).extracting(Call::job).hasSize(JOBS).doesNotHaveDuplicates();
    }

    @Test
    void aPortalThatJoinsRepeatsNoCallsThatEndWithinASecond() throws Exception {
        // Given
        callMillis = 700;
        Map<String, String> session = Map.of("KAFKA_SESSION_TIMEOUT_MS", MANIFESTS_SESSION);
        named("one", session).awaitUp();
        List<JobId> jobs = new ArrayList<>();
        ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor();
        try {
            // When
            load.scheduleAtFixedRate(
                    () -> {
                        synchronized (jobs) {
                            jobs.add(client.get("/api/v1/" + jobs.size()));
                        }
                    },
                    0,
                    100,
                    TimeUnit.MILLISECONDS);
            named("two", session).awaitUp();
            awaitShared(2);
        } finally {
            load.shutdown();
            assertThat(load.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }

        // Then
        assertAnswered(jobs);
        System.out.println("membership: " + jobs.size() + " jobs of " + callMillis + " ms while a portal joined: "
                + api.calls().size() + " calls");
        assertThat(api.calls()).extracting(Call::job).hasSize(jobs.size()).doesNotHaveDuplicates();
    }

    @Test
    void aPortalInPlaceOfAKilledOneIsNotUpBeforeThePartitionsAreShared() throws Exception {
        // Given
        Map<String, String> session = Map.of("KAFKA_SESSION_TIMEOUT_MS", "6000");
        PortalProcess one = named("one", session).awaitUp();
        named("two", session).awaitUp();
        awaitShared(2);

        // When
        one.kill();
        List<JobId> jobs = jobs();
        named("three", session).awaitUp();

        // Then
        assertThat(description().members())
                .extracting(member -> member.groupInstanceId().orElse("none"))
                .containsExactlyInAnyOrder("two", "three");
        assertAnswered(jobs);
    }

    @Test
    void ofTwoPortalsUnderOneNameTheFirstEndsAndSaysWhy() throws Exception {
        // Given
        PortalProcess first = named("one", Map.of()).awaitUp();

        // When
        PortalProcess second = open(PortalProcess.start("second", directory, environment("one", Map.of())));

        // Then
        assertThat(first.exitCode(Duration.ofSeconds(60))).isEqualTo(70);
        assertThat(first.log())
                .contains("FATAL: another portal of the group has this one's KAFKA_GROUP_INSTANCE_ID; the portal ends");
        second.awaitUp();
        assertAnswered(jobs());
    }

    @Test
    void theBrokersShareThePartitionsWhereTheyAreAskedTo() throws Exception {
        // Given
        Map<String, String> protocol = Map.of("KAFKA_GROUP_PROTOCOL", "consumer");
        PortalProcess one = open(PortalProcess.start("one", directory, environment("", protocol)));
        one.awaitUp();
        open(PortalProcess.start("two", directory, environment("", protocol))).awaitUp();
        awaitShared(2);
        assertThat(description().type()).isEqualTo(GroupType.CONSUMER);
        List<JobId> jobs = jobs();
        await().until(() -> api.calls().size() >= 4);

        // When
        one.kill();
        long killed = System.nanoTime();

        // Then
        assertAnswered(jobs);
        System.out.println("membership: " + JOBS + " jobs by KIP-848, kill of one of two portals to the last answer "
                + Duration.ofNanos(System.nanoTime() - killed).toMillis() + " ms, session of 6000 ms");
    }

    private List<JobId> jobs() {
        return IntStream.range(0, JOBS)
                .mapToObj(number -> client.get("/api/v1/" + number))
                .toList();
    }

    private void assertAnswered(List<JobId> jobs) {
        await("every job is answered, and long before the session is over")
                .atMost(Duration.ofMillis(40_000 + 8 * callMillis))
                .until(() -> jobs.stream().allMatch(job -> WireClient.ended(client.messages(job))));
        assertThat(jobs).allSatisfy(job -> {
            assertThat(client.messages(job)).noneMatch(message -> message instanceof ResponseError);
            assertThat(client.reply(job).string()).isEqualTo("done");
        });
    }

    private void awaitShared(int portals) {
        await("each portal has partitions").atMost(Duration.ofSeconds(40)).until(() -> {
            ConsumerGroupDescription now = description();
            return now.groupState() == GroupState.STABLE
                    && now.members().size() == portals
                    && now.members().stream()
                            .noneMatch(member ->
                                    member.assignment().topicPartitions().isEmpty())
                    && now.members().stream()
                                    .mapToInt(member -> member.assignment()
                                            .topicPartitions()
                                            .size())
                                    .sum()
                            == PARTITIONS;
        });
    }

    private ConsumerGroupDescription description() throws Exception {
        return admin.describeConsumerGroups(List.of(group)).all().get().get(group);
    }

    private PortalProcess named(String name, Map<String, String> more) throws IOException {
        return open(PortalProcess.start(name, directory, environment(name, more)));
    }

    private Map<String, String> environment(String name, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "KAFKA_REQUEST_TOPIC",
                group + "-requests",
                "KAFKA_RESPONSE_TOPIC",
                group + "-responses",
                "KAFKA_CONSUMER_GROUP",
                group,
                "KAFKA_GROUP_INSTANCE_ID",
                name,
                "PORTAL_TARGET_API_URL",
                api.url(),
                "PORTAL_ALLOWED_ENDPOINTS",
                "/api/v1/*",
                "PORTAL_USE_OAUTH",
                "false"));
        environment.putAll(more);
        return environment;
    }

    private <T extends AutoCloseable> T open(T closeable) {
        open.push(closeable);
        return closeable;
    }
}
