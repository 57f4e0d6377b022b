package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Call;
import io.kafkasend.chaos.RecordingApi.Fault;
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
import io.kafkasend.protocol.ResponseStart;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each step of the pipeline that does I/O fails once: the job has one outcome all the same, and nothing is left behind. */
@Timeout(180)
class StepFaultsIT {
    private static final byte[] BODY = new byte[2_000_000];

    @TempDir
    Path directory;

    private final Map<String, String> settings = new HashMap<>();
    private EmbeddedBroker broker;
    private RecordingApi tokens;
    private final AtomicBoolean tokenFault = new AtomicBoolean();

    @BeforeEach
    void start() throws IOException {
        new Random(1).nextBytes(BODY);
        broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 1);
        broker.createTopic("api-responses", 1);
        tokens = RecordingApi.start(this::token);
        settings.put("kafkasend.bootstrap-servers", broker.bootstrapServers());
        settings.put("kafkasend.allowed-endpoints", "/api/v1/*");
        settings.put("kafkasend.job-timeout-seconds", "5");
        settings.put("kafkasend.request-timeout-ms", "10000");
        settings.put("kafkasend.oauth2-token-url", tokens.url() + "/token");
        settings.put("kafkasend.oauth2-client-id", "portal");
        settings.put("kafkasend.oauth2-client-secret", "s3cret");
    }

    @AfterEach
    void stop() {
        tokens.close();
        broker.close();
    }

    private Plan token(Call call) {
        byte[] json = "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":300}"
                .getBytes(StandardCharsets.US_ASCII);
        Plan plan = new Plan(200, Map.of("Content-Type", "application/json"), json, 0, Fault.NONE);
        return tokenFault.getAndSet(false) ? plan.with(Fault.DROP) : plan;
    }

    /** Answers with what it got; the first call is changed. */
    private static RecordingApi api(UnaryOperator<Plan> first) throws IOException {
        AtomicBoolean begun = new AtomicBoolean();
        return RecordingApi.start(call -> {
            Plan plan = Plan.ok(call.body());
            return begun.getAndSet(true) ? plan : first.apply(plan);
        });
    }

    /** The portal's part of a test, and what must hold after it. */
    private final class Run implements AutoCloseable {
        private final Portal portal;
        private final WireClient client;

        Run(String apiUrl) throws Exception {
            settings.put("kafkasend.target-api-url", apiUrl);
            portal = Portal.start(settings);
            Stack.awaitPartitions(portal);
            client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses");
        }

        JobId send() {
            return client.send(Method.POST, "/api/v1/x", Map.of(), null, "application/octet-stream", BODY);
        }

        /** Exactly one outcome; an answer is right in every byte. */
        String outcome(JobId job) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(90))
                    .until(() -> client.messages(job).stream().anyMatch(ResponseError.class::isInstance)
                            || WireClient.ended(client.messages(job)));
            List<ResponseMessage> messages = client.messages(job);
            List<ResponseMessage> errors =
                    messages.stream().filter(ResponseError.class::isInstance).toList();
            if (!errors.isEmpty()) {
                return ((ResponseError) errors.get(0)).code();
            }
            assertThat(client.reply(job).body()).isEqualTo(BODY);
            return "answer";
        }

        /** Then a good job passes, once; nothing is held, nothing is owed. */
        void expectNoLeak(String step, JobId job, String outcome) throws Exception {
            // Not the very next one: for a second the portal spares a token server that failed.
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> outcome(send())
                    .equals("answer"));
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(portal.bean("jobs", Jobs.class).underWay()).isZero();
                assertThat(portal.bean("jobs", Jobs.class).assembling()).isZero();
                assertThat(portal.bean("slots", CallSlots.class).taken()).isZero();
                assertThat(portal.bean("ledger", Ledger.class).unsettled()).isZero();
                assertThat(Stack.lag(broker.bootstrapServers(), "kafkasend-portal"))
                        .isZero();
            });
            List<ResponseMessage> messages = client.messages(job);
            long errors =
                    messages.stream().filter(ResponseError.class::isInstance).count();
            long starts =
                    messages.stream().filter(ResponseStart.class::isInstance).count();
            assertThat(errors).isEqualTo(outcome.equals("answer") ? 0 : 1);
            assertThat(starts).isLessThanOrEqualTo(1);
            System.out.println("step fault: " + step + " -> " + outcome);
        }

        @Override
        public void close() {
            client.close();
            portal.close();
        }
    }

    private void failing(String step, RecordingApi api, String... outcomes) throws Exception {
        try (api;
                Run run = new Run(api.url())) {
            JobId job = run.send();
            String outcome = run.outcome(job);
            assertThat(outcomes).contains(outcome);
            run.expectNoLeak(step, job, outcome);
        }
    }

    @Test
    void aPollFails() throws Exception {
        String replaced = "";
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of("src/main/resources/routes/portal"))) {
            files = all.filter(file -> file.toString().endsWith(".yaml")).toList();
        }
        for (Path file : files) {
            String route = Files.readString(file);
            String text =
                    route.replaceFirst("(valueDeserializer: )\\S+", "$1" + OnceFailingDeserializer.class.getName());
            replaced += text.equals(route) ? "" : file.getFileName();
            Files.writeString(directory.resolve(file.getFileName()), text);
        }
        assertThat(replaced).isEqualTo("receive.camel.yaml");
        settings.put("camel.main.routes-include-pattern", "file:" + directory + "/*.camel.yaml");
        OnceFailingDeserializer.FAIL.set(true);
        failing("poll", api(plan -> plan), "answer");
        assertThat(OnceFailingDeserializer.FAIL).isFalse();
    }

    @Test
    void aCommitFails() throws Exception {
        try (RecordingApi api = api(plan -> plan);
                Run run = new Run(api.url())) {
            JobId job = run.send();
            assertThat(run.outcome(job)).isEqualTo("answer");
            broker.stop(); // within half a second, before the answered job is committed
            broker.restart();
            run.expectNoLeak("commit", job, "answer");
            assertThat(api.calls()).hasSize(2);
        }
    }

    @Test
    void theTokenServerFails() throws Exception {
        tokenFault.set(true);
        failing("token", api(plan -> plan), "answer", "OAUTH_UNAVAILABLE");
    }

    @Test
    void noConnectionIsMade() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (Run run = new Run("http://127.0.0.1:" + port)) {
            JobId job = run.send();
            String outcome = run.outcome(job);
            assertThat(outcome).isEqualTo("API_UNREACHABLE");
            try (RecordingApi api = RecordingApi.start(port, call -> Plan.ok(call.body()))) {
                assertThat(api.calls()).isEmpty();
                run.expectNoLeak("connect", job, outcome);
            }
        }
    }

    @Test
    void theConnectionBreaksWhileTheRequestIsSent() throws Exception {
        AtomicBoolean begun = new AtomicBoolean();
        try (ScriptedApi api = ScriptedApi.start((head, socket, out) -> {
                    if (begun.getAndSet(true)) {
                        socket.getInputStream().readNBytes(BODY.length);
                        out.write(("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nConnection: close\r\n"
                                        + "Content-Length: " + BODY.length + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                        out.write(BODY);
                    }
                });
                Run run = new Run(api.url())) {
            JobId job = run.send();
            String outcome = run.outcome(job);
            assertThat(outcome).isEqualTo("API_BROKEN");
            run.expectNoLeak("send", job, outcome);
        }
    }

    @Test
    void theConnectionBreaksBeforeTheAnswer() throws Exception {
        failing("answer's head", api(plan -> plan.with(Fault.DROP)), "API_BROKEN");
    }

    @Test
    void theConnectionBreaksWithinTheAnswer() throws Exception {
        failing("mid-body", api(plan -> plan.with(Fault.DROP_WITHIN)), "ANSWER_INTERRUPTED");
    }

    @Test
    void noAnswerIsRead() throws Exception {
        failing("read", api(plan -> plan.with(Fault.HANG)), "API_TIMEOUT");
    }

    @Test
    void theAnswerCannotBeProduced() throws Exception {
        failing(
                "produce",
                api(plan -> {
                    broker.stop(); // and back once the answer waits for it
                    CompletableFuture.runAsync(broker::restart, CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS));
                    return plan;
                }),
                "answer");
    }
}
