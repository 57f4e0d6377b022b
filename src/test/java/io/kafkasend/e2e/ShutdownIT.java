package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.chaos.PortalProcess;
import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Fault;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseStart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a portal ends when it is told to: a real process, real signals. */
@Timeout(120)
class ShutdownIT {
    @TempDir
    Path directory;

    private final AtomicReference<Plan> plan =
            new AtomicReference<>(Plan.ok("done".getBytes(StandardCharsets.US_ASCII)));
    private EmbeddedBroker broker;
    private RecordingApi api;
    private WireClient client;

    @BeforeEach
    void start() throws IOException {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 1);
        broker.createTopic("api-responses", 1);
        api = RecordingApi.start(call -> plan.get());
        client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses");
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
        broker.close();
    }

    private PortalProcess portal(String name, int graceSeconds) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("PORTAL_TARGET_API_URL", api.url());
        environment.put("PORTAL_ALLOWED_ENDPOINTS", "/api/v1/*");
        environment.put("PORTAL_USE_OAUTH", "false");
        environment.put("PORTAL_SHUTDOWN_GRACE_SECONDS", Integer.toString(graceSeconds));
        return PortalProcess.start(name, directory, environment);
    }

    private void awaitCalls(int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> api.calls().size() == count);
    }

    private void expectOneAnswer(JobId job) {
        assertThat(client.reply(job).string()).isEqualTo("done");
        assertThat(client.messages(job).stream().filter(ResponseStart.class::isInstance))
                .hasSize(1);
        assertThat(client.messages(job).stream().filter(ResponseError.class::isInstance))
                .isEmpty();
    }

    @Test
    void aCallInFlightIsAnsweredBeforeTheEndAndNoNewOneIsTaken() throws Exception {
        try (PortalProcess first = portal("first", 20).awaitUp()) {
            // Given a call in flight
            Plan quick = plan.getAndUpdate(answer -> answer.after(4_000));
            JobId slow = client.get("/api/v1/slow");
            awaitCalls(1);

            // When
            first.signal("TERM");
            Awaitility.await().until(() -> first.log().contains("told to end"));
            expectOneAnswer(slow);
            JobId late = client.get("/api/v1/late");

            // Then
            assertThat(first.exitCode(Duration.ofSeconds(20))).isZero();
            assertThat(client.messages(late)).isEmpty();
            assertThat(api.calls()).hasSize(1);

            // And the next instance takes what came late, and nothing else
            plan.set(quick);
            try (PortalProcess second = portal("second", 20)) {
                expectOneAnswer(late);
                assertThat(api.calls()).hasSize(2);
                assertThat(client.messages(slow)).hasSize(2);
                second.signal("TERM");
                assertThat(second.exitCode(Duration.ofSeconds(20))).isZero();
                assertThat(Stack.lag(broker.bootstrapServers(), "kafkasend-portal"))
                        .isZero();
            }
        }
    }

    @Test
    void aCallThatOutlastsTheGracePeriodIsLeftToTheNextInstance() throws Exception {
        try (PortalProcess first = portal("first", 2).awaitUp()) {
            // Given a call that does not end
            Plan quick = plan.getAndUpdate(answer -> answer.with(Fault.HANG));
            JobId job = client.get("/api/v1/endless");
            awaitCalls(1);

            // When
            long begin = System.nanoTime();
            first.signal("TERM");

            // Then it ends in time, and the client hears nothing
            assertThat(first.exitCode(Duration.ofSeconds(20))).isZero();
            System.out.println(
                    "exit with a call that hangs, grace 2 s: " + (System.nanoTime() - begin) / 1_000_000 + " ms");
            assertThat(client.messages(job)).isEmpty();

            // And the next instance finishes it
            plan.set(quick);
            try (PortalProcess second = portal("second", 2)) {
                expectOneAnswer(job);
                assertThat(api.calls()).hasSize(2).allMatch(call -> call.job().equals(job.value()));
                second.signal("TERM");
                assertThat(second.exitCode(Duration.ofSeconds(20))).isZero();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void aSecondSignalEndsItAtOnce(String signal, int exitCode) throws Exception {
        try (PortalProcess portal = portal("portal", 60).awaitUp()) {
            // Given
            plan.updateAndGet(answer -> answer.with(Fault.HANG));
            client.get("/api/v1/endless");
            awaitCalls(1);

            // When
            portal.signal(signal);
            Awaitility.await().until(() -> portal.log().contains("told to end"));
            portal.signal(signal);

            // Then
            assertThat(portal.exitCode(Duration.ofSeconds(5))).isEqualTo(exitCode);
        }
    }
}
