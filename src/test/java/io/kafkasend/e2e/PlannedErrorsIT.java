package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.requester.CallSlots;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An Error at each place where a portal works: the job at hand fails, and no other; or the portal ends and says why. */
@Timeout(300)
class PlannedErrorsIT {
    private static final byte[] BODY = "a body".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern STEP = Pattern.compile("(?m)^( +)- process:\\n +id: (\\S+)\\n");

    @TempDir
    Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private EmbeddedBroker broker;
    private RecordingApi api;
    private WireClient client;

    static Stream<Error> errors() {
        return Stream.of(
                new StackOverflowError("planned"),
                new NoClassDefFoundError("planned"),
                new OutOfMemoryError("planned"));
    }

    @BeforeEach
    void start() throws IOException {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 1);
        broker.createTopic("api-responses", 1);
        broker.createTopic("api-dead-letters", 1);
        api = RecordingApi.start(call -> Plan.ok(call.body()));
        client = open(new WireClient(broker.bootstrapServers(), "api-requests", "api-responses"));
        String routes = DocumentedChanges.routes();
        Matcher step = STEP.matcher(routes);
        while (step.find()) {
            steps.add(step.group(2));
        }
        Files.writeString(
                directory.resolve("portal.camel.yaml"),
                STEP.matcher(routes)
                        .replaceAll("$1- process:\n$1    id: before-$2\n$1    ref: planned\n$0")
                        .replaceFirst(
                                "(valueDeserializer: )\\S+",
                                "$1" + Matcher.quoteReplacement(PlannedErrors.Deserializer.class.getName()))
                        .replaceFirst(
                                "headerFilterStrategy: \"#no-headers\"", "headerFilterStrategy: \"#planned-headers\"")
                        .replaceFirst(
                                "(?s)(id: to-responses\\n.*?)( +)(topic: )",
                                "$1$2interceptorClasses: "
                                        + Matcher.quoteReplacement(PlannedErrors.Interceptor.class.getName())
                                        + "\n$2$3"));
        Files.writeString(
                directory.resolve("beans.camel.yaml"),
                read("beans") + "    - name: planned\n      type: " + PlannedErrors.Step.class.getName()
                        + "\n    - name: planned-headers\n      type: " + PlannedErrors.Headers.class.getName() + "\n");
    }

    private static String read(String file) throws IOException {
        try (InputStream in = Portal.class.getResourceAsStream("/routes/portal/" + file + ".camel.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        api.close();
        broker.close();
    }

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(0, closeable);
        return closeable;
    }

    private Portal portal() throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put("camel.main.routes-include-pattern", "file:" + directory + "/*.camel.yaml");
        settings.put("kafkasend.bootstrap-servers", broker.bootstrapServers());
        settings.put("kafkasend.target-api-url", api.url());
        settings.put("kafkasend.allowed-endpoints", "/api/v1/*");
        settings.put("kafkasend.use-oauth", "false");
        settings.put("kafkasend.session-timeout-ms", "6000");
        // A portal that ends itself is a process's end; here its consumer's heartbeats go on.
        settings.put("kafkasend.job-timeout-seconds", "5");
        settings.put("kafkasend.max-poll-interval-ms", "10000");
        settings.put("kafkasend.request-timeout-ms", "8000");
        settings.put("kafkasend.shutdown-grace-seconds", "1");
        return open(Portal.start(settings));
    }

    private JobId send(String endpoint) {
        return client.send(Method.POST, endpoint, Map.of(), null, "application/octet-stream", BODY);
    }

    private String outcome(JobId job) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> WireClient.ended(client.messages(job)));
        List<ResponseMessage> messages = client.messages(job);
        return messages.stream()
                .filter(ResponseError.class::isInstance)
                .map(error -> ((ResponseError) error).code())
                .findFirst()
                .orElse("answer");
    }

    private long outcomes(JobId job) {
        List<ResponseMessage> messages = client.messages(job);
        List<ResponseMessage> answer = messages.stream()
                .filter(message -> !(message instanceof ResponseError))
                .toList();
        return messages.size() - answer.size() + (WireClient.ended(answer) ? 1 : 0);
    }

    private void nothingIsHeld(Portal portal) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(portal.bean("jobs", Jobs.class).underWay()).isZero();
            assertThat(portal.bean("jobs", Jobs.class).assembling()).isZero();
            assertThat(portal.bean("slots", CallSlots.class).taken()).isZero();
            assertThat(portal.bean("ledger", Ledger.class).unsettled()).isZero();
            assertThat(Stack.lag(broker.bootstrapServers(), "kafkasend-portal")).isZero();
        });
    }

    /** Those that end a job, come after it has ended, or only tell of it: see StageReportTest. */
    private static final List<String> LATE = List.of(
            "word-status",
            "hand-over-status",
            "tell-failure",
            "decide-retry",
            "settle",
            "explain",
            "hand-over-error",
            "hand-over-dead-letter",
            "hand-over-late",
            "dead-letter",
            "note-failure",
            "settle-reported",
            "settle-dead-letter",
            "settle-failed",
            "unless-answered",
            "settle-late");

    @Test
    void anErrorInAStepFailsTheJobAtHandOnceAndNoOther() throws Exception {
        // Given
        Portal portal = portal();
        List<String> tried = new ArrayList<>(steps);
        tried.removeAll(LATE);
        tried.remove("decode"); // before it there is no record to settle; RequestDecoderTest
        assertThat(tried).contains("authenticate", "admit", "begin", "verify", "claim", "prepare", "vet-answer");

        for (String step : tried) {
            for (Error error : errors().toList()) {
                // When
                if (error instanceof OutOfMemoryError && tried.indexOf(step) % 4 != 0) {
                    continue; // five in a minute would end the portal
                }
                PlannedErrors.at("before-" + step, error);
                JobId job = send("/api/v1/x");

                // Then
                assertThat(outcome(job)).as(step).isIn("INTERNAL_ERROR", "ANSWER_INTERRUPTED");
                assertThat(PlannedErrors.areThrown()).isTrue();
                assertThat(outcome(send("/api/v1/x"))).isEqualTo("answer");
                assertThat(outcomes(job)).as(step).isEqualTo(1);
            }
        }
        nothingIsHeld(portal);
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorInAPollIsSurvived(Error error) throws Exception {
        // Given
        Portal portal = portal();
        PlannedErrors.at(PlannedErrors.POLL, error);

        // Then
        assertThat(outcome(send("/api/v1/x"))).isEqualTo("answer");
        assertThat(PlannedErrors.areThrown()).isTrue();
        nothingIsHeld(portal);
    }

    private void endsItself(Portal portal, CapturedLog log) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> portal.context()
                .isStopped());
        assertThat(log.lines()).anyMatch(line -> line.startsWith("FATAL: ") && line.contains("exit_code=70"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorBetweenPollsEndsThePortal(Error error) throws Exception {
        try (CapturedLog log = CapturedLog.begin("io.kafkasend.portal")) {
            // Given
            Portal portal = portal();
            JobId first = send("/api/v1/x");
            assertThat(outcome(first)).isEqualTo("answer");
            PlannedErrors.at(PlannedErrors.BETWEEN_POLLS, error);

            // When
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", broker.bootstrapServers()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("api-requests", new byte[] {'x'});
                record.headers().add("a", new byte[0]);
                producer.send(record).get();
            }

            // Then
            endsItself(portal, log);
        }
        assertThat(PlannedErrors.areThrown()).isTrue();
        portal();
        assertThat(outcome(send("/api/v1/x"))).isEqualTo("answer");
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorOnAProducersThreadEndsThePortalAndTheJobIsLeftToTheNext(Error error) throws Exception {
        JobId job;
        try (CapturedLog log = CapturedLog.begin("io.kafkasend.portal")) {
            // Given
            Portal portal = portal();
            PlannedErrors.at(PlannedErrors.CALLBACK, error);

            // When
            job = send("/api/v1/x");

            // Then
            endsItself(portal, log);
        }
        assertThat(PlannedErrors.areThrown()).isTrue();
        portal();
        assertThat(outcome(job)).isEqualTo("answer");
        assertThat(outcome(send("/api/v1/x"))).isEqualTo("answer");
    }

    @Test
    void anErrorInTheFailureItselfEndsThePortalAndTheNextOneTellsTheClient() throws Exception {
        JobId job;
        try (CapturedLog log = CapturedLog.begin("io.kafkasend.portal")) {
            // Given
            Portal portal = portal();
            PlannedErrors.at("before-explain", new StackOverflowError("planned"));

            // When
            job = client.get("/forbidden"); // without CHUNKs, whose START is not known when they come

            // Then
            endsItself(portal, log);
        }
        Portal next = portal();
        assertThat(outcome(job)).isEqualTo("ENDPOINT_NOT_ALLOWED");
        nothingIsHeld(next);
    }
}
