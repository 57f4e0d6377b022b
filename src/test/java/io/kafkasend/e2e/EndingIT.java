package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.chaos.PortalProcess;
import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Fault;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.MessageWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a portal promises of its end, whatever Kafka, the API and the token server do: within the grace period and two seconds,
 * with exit code 0, a line for each job that is left, and no stack trace. Real processes, real signals.
 */
@Timeout(120)
class EndingIT {
    private static final int GRACE_SECONDS = 3;
    private static final Duration PROMISED = Duration.ofSeconds(GRACE_SECONDS + 2);

    @TempDir
    Path directory;

    private final RecordingApi api = api(Plan.ok("done".getBytes(US_ASCII)));
    private final Map<String, String> environment = new HashMap<>();
    private EmbeddedBroker broker;
    private WireClient client;
    private volatile Plan plan;

    private RecordingApi api(Plan first) {
        plan = first;
        try {
            return RecordingApi.start(call -> plan);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("PORTAL_TARGET_API_URL", api.url());
        environment.put("PORTAL_ALLOWED_ENDPOINTS", "/api/v1/*");
        environment.put("PORTAL_USE_OAUTH", "false");
        environment.put("PORTAL_SHUTDOWN_GRACE_SECONDS", Integer.toString(GRACE_SECONDS));
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
        api.close();
        broker.close();
    }

    private void topics() {
        broker.createTopic("api-requests", 1);
        broker.createTopic("api-responses", 1);
        client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses");
    }

    private PortalProcess portal() throws Exception {
        return PortalProcess.start("portal", directory, environment).awaitUp();
    }

    private void awaitCalls(int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> api.calls().size() >= count);
    }

    /** Ends it; the time is the product's own promise, to which a busy machine is given a little. */
    private void expectItEnds(PortalProcess portal, JobId... left) throws Exception {
        long begin = System.nanoTime();
        portal.signal("TERM");
        int code = portal.exitCode(Duration.ofMinutes(4));
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        String test = StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst().orElseThrow().getMethodName());
        System.out.println("ended after " + took.toMillis() + " ms with " + code + ": " + test);
        String log = portal.log();
        assertThat(code).as(log).isZero();
        assertThat(took).isLessThan(PROMISED.plusMillis(300));
        assertThat(log).doesNotContainPattern("(?m)^\\s+at [\\w.$/]+\\(");
        for (JobId job : left) {
            assertThat(log.lines().filter(line -> line.contains("left to whoever") && line.contains(job.value())))
                    .as(log)
                    .hasSize(1);
        }
    }

    @Test
    void whileNothingIsUnderWay() throws Exception {
        // Given
        topics();
        try (PortalProcess portal = portal()) {
            // Then
            expectItEnds(portal);
        }
    }

    @Test
    void whileTheApiHangs() throws Exception {
        // Given
        topics();
        try (PortalProcess portal = portal()) {
            plan = plan.with(Fault.HANG);
            JobId job = client.get("/api/v1/endless");
            awaitCalls(1);

            // Then
            expectItEnds(portal, job);
        }
    }

    @Test
    void whileJobsWaitForACaller() throws Exception {
        // Given
        topics();
        environment.put("PORTAL_MAX_CONCURRENT_JOBS", "1");
        try (PortalProcess portal = portal()) {
            plan = plan.with(Fault.HANG);
            JobId[] jobs = {client.get("/api/v1/a"), client.get("/api/v1/b"), client.get("/api/v1/c")};
            awaitCalls(1);

            // Then
            expectItEnds(portal, jobs[0]);
        }
    }

    @Test
    void whileAnUploadIsHalfWay() throws Exception {
        // Given
        topics();
        try (PortalProcess portal = portal()) {
            JobId job = JobId.random();
            byte[] body = new byte[2_500_000];
            RequestStart start =
                    WireClient.start(job, Method.POST, "/api/v1/upload", Map.of(), "a", "text/plain", body);
            client.start(start);
            client.chunk(job, 0, start.totalChunks(), WireClient.piece(body, 0));
            plan = plan.with(Fault.HANG);
            JobId behind = client.get("/api/v1/behind");
            awaitCalls(1);

            // Then
            expectItEnds(portal, job, behind);
        }
    }

    @Test
    void whileTheBrokerIsGone() throws Exception {
        // Given
        topics();
        try (PortalProcess portal = portal()) {
            plan = plan.after(1_000);
            JobId job = client.get("/api/v1/slow");
            awaitCalls(1);
            broker.stop();

            // Then
            expectItEnds(portal, job);
        } finally {
            broker.restart();
        }
    }

    @Test
    void whileItWaitsForItsTopic() throws Exception {
        // Given
        try (PortalProcess portal = PortalProcess.start("portal", directory, environment)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> portal.log().contains("does not exist"));

            // Then
            expectItEnds(portal);
        }
    }

    @Test
    void whileItWaitsForItsBroker() throws Exception {
        // Given
        broker.stop();
        try (PortalProcess portal = PortalProcess.start("portal", directory, environment)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> portal.log().contains("; waiting"));

            // Then
            expectItEnds(portal);
        } finally {
            broker.restart();
        }
    }

    /** Its producer has the topic in mind, and asks for it again and again. */
    @Test
    void whileAnAnswerCannotBeSent() throws Exception {
        // Given
        topics();
        try (PortalProcess portal = portal()) {
            client.reply(client.get("/api/v1/a"));
            delete("api-responses");
            JobId job = client.get("/api/v1/b");
            awaitCalls(2);

            // Then
            expectItEnds(portal, job);
        }
    }

    @Test
    void whileAnErrorCannotBeSent() throws Exception {
        // Given
        topics();
        try (PortalProcess portal = portal()) {
            client.error(client.get("/forbidden"));
            delete("api-responses");
            JobId job = client.get("/forbidden");
            await().atMost(Duration.ofSeconds(60)).until(() -> portal.log().contains(job.value()));

            // Then
            expectItEnds(portal, job);
        }
    }

    private void delete(String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    @Test
    void whileTheTokenServerHangs() throws Exception {
        // Given
        topics();
        environment.put("PORTAL_USE_OAUTH", "true");
        environment.put("OAUTH2_TOKEN_URL", api.url() + "/token");
        environment.put("OAUTH2_CLIENT_ID", "portal");
        environment.put("OAUTH2_CLIENT_SECRET", "s3cret");
        plan = plan.with(Fault.HANG);
        try (PortalProcess portal = portal()) {
            JobId job = client.get("/api/v1/a");
            awaitCalls(1);

            // Then
            expectItEnds(portal, job);
        }
    }

    @Test
    void whileADeadLetterCannotBeWritten() throws Exception {
        // Given
        topics();
        broker.createTopic("api-dead-letters", 1);
        try (PortalProcess portal = portal()) {
            for (int letters = 0; letters < 50; letters++) {
                client.raw("nobody".getBytes(US_ASCII), "no message".getBytes(US_ASCII));
            }
            client.reply(client.get("/api/v1/behind"));
            delete("api-dead-letters");
            for (int letters = 0; letters < 50; letters++) {
                client.raw("nobody".getBytes(US_ASCII), "no message".getBytes(US_ASCII));
            }
            client.reply(client.get("/api/v1/behind-them"));

            // Then
            expectItEnds(portal);
        }
    }

    @Test
    void whileTheGroupIsBeingRebalanced() throws Exception {
        // Given
        topics();
        try (PortalProcess portal = portal();
                KafkaConsumer<byte[], byte[]> member = member();
                KafkaConsumer<byte[], byte[]> third = member()) {
            // And a member that joined and polls no more, upon which a third one's coming leaves all waiting
            await().until(() -> {
                member.poll(Duration.ofMillis(100));
                return !member.groupMetadata().memberId().isEmpty();
            });
            CompletableFuture<Void> joining = CompletableFuture.runAsync(() -> third.poll(Duration.ofSeconds(20)));
            await().until(() -> group().groupState().name().contains("REBALANCE"));

            // Then
            expectItEnds(portal);
            third.wakeup();
            assertThat(joining).failsWithin(30, TimeUnit.SECONDS);
        }
    }

    private ConsumerGroupDescription group() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin.describeConsumerGroups(List.of("kafkasend-portal"))
                    .all()
                    .get()
                    .get("kafkasend-portal");
        }
    }

    private KafkaConsumer<byte[], byte[]> member() {
        var member =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers(),
                                ConsumerConfig.GROUP_ID_CONFIG, "kafkasend-portal",
                                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                                        CooperativeStickyAssignor.class.getName()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer()) {
                    @Override
                    public void close() {
                        close(CloseOptions.timeout(Duration.ZERO));
                    }
                };
        member.subscribe(List.of("api-requests"));
        return member;
    }

    @Test
    void whileTheAnswerTopicIsBeingReadAfterACrash() throws Exception {
        // Given
        topics();
        environment.put("KAFKA_SESSION_TIMEOUT_MS", "6000");
        JobId job;
        try (PortalProcess first = portal()) {
            plan = plan.with(Fault.HANG);
            job = client.get("/api/v1/a");
            awaitCalls(1);
            awaitCommits();
            first.kill();
        }
        client.close();
        client = null;
        fillAnswers();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                            new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, "kafkasend-portal-outcomes")),
                            List.of(new ClientQuotaAlteration.Op("consumer_byte_rate", 1.0)))))
                    .all()
                    .get();
        }
        try (PortalProcess portal = PortalProcess.start("second", directory, environment)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> portal.log().contains("reads answers of before"));

            // Then
            expectItEnds(portal, job);
            assertThat(api.calls())
                    .as("calls, since nobody knows the outcome yet")
                    .hasSize(1);
        }
    }

    /** Waits until the commits stay as they are for longer than the portal's interval. */
    private void awaitCommits() {
        List<Object> last = new ArrayList<>(List.of(Map.of()));
        long[] since = {System.nanoTime()};
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                var now = admin.listConsumerGroupOffsets("kafkasend-portal")
                        .partitionsToOffsetAndMetadata()
                        .get();
                if (!now.equals(last.get(0))) {
                    last.set(0, now);
                    since[0] = System.nanoTime();
                }
                return !now.isEmpty() && System.nanoTime() - since[0] > 1_500_000_000L;
            });
        }
    }

    private void fillAnswers() throws Exception {
        byte[] error = new byte[900_000];
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < 40; i++) {
                producer.send(new ProducerRecord<>("api-responses", error));
            }
        }
    }

    @Test
    void whileTheReplyTopicIsMissing() throws Exception {
        // Given
        topics();
        broker.createTopic("replies", 1);
        environment.put("PORTAL_REPLY_TOPICS", "replies");
        try (PortalProcess portal = portal()) {
            plan = plan.after(1_500);
            JobId job = JobId.random();
            RequestStart start = WireClient.start(job, Method.GET, "/api/v1/a", Map.of(), null, null, new byte[0]);
            client.raw(job, replyTo(start, "replies"));
            awaitCalls(1);
            delete("replies");

            // Then
            expectItEnds(portal, job);
        }
    }

    private static byte[] replyTo(RequestStart start, String topic) {
        String json = new String(new MessageWriter().write(start), US_ASCII);
        return json.replaceFirst("\\{", "{\"reply_to\":\"" + topic + "\",").getBytes(US_ASCII);
    }

    @Test
    void whileNoPollSucceeds() throws Exception {
        // Given
        topics();
        environment.put("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + directory.resolve("none"));
        try (PortalProcess portal = portal();
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers(), "compression.type", "zstd"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("api-requests", new byte[100_000]))
                    .get();
            await().atMost(Duration.ofSeconds(60)).until(() -> portal.log().contains("WARN"));

            // Then
            expectItEnds(portal);
        }
    }

    @Test
    void whileItIsAboutToStart() throws Exception {
        // Given
        topics();
        try (PortalProcess portal = PortalProcess.start("portal", directory, environment)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> portal.log().contains("setting differs"));

            // Then
            expectItEnds(portal);
        }
    }
}
