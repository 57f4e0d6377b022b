package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafkasend.client.Body;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.client.Request;
import io.kafkasend.client.ScriptedPortal;
import io.kafkasend.client.metric.EndedRequest;
import io.kafkasend.client.metric.MetricListener;
import io.kafkasend.client.metric.Stage;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.codec.MessageWriter;
import io.kafkasend.security.address.NameService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client tells of itself to its own listener, and client and portal to a broker whose operator wants to know. */
@Timeout(120)
class ClientMetricsIT {
    private static final String PREFIX = "org.apache.kafka.kafkasend.";
    private static final int CHUNKS = 3;
    private static final int BYTES = 2_000_000;

    private static EmbeddedBroker broker;

    private final Counted counted = new Counted();
    private final String requests = JobId.random().value();
    private final String responses = requests + "-answers";

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(0, Map.of("metric.reporters", TelemetryPlugin.class.getName()));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.CLIENT_METRICS, "kafkasend"),
                            List.of(
                                    new AlterConfigOp(new ConfigEntry("metrics", PREFIX), OpType.SET),
                                    new AlterConfigOp(new ConfigEntry("interval.ms", "100"), OpType.SET))))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** Keeps what it is told. */
    private static final class Counted implements MetricListener {
        private final BlockingQueue<EndedRequest> ended = new LinkedBlockingQueue<>();
        private final AtomicInteger begun = new AtomicInteger();
        private final AtomicInteger sent = new AtomicInteger();
        private final AtomicInteger received = new AtomicInteger();

        @Override
        public void begun() {
            begun.incrementAndGet();
        }

        @Override
        public void ended(EndedRequest request) {
            ended.add(request);
        }

        @Override
        public void sent(String topic, int bytes) {
            sent.incrementAndGet();
        }

        @Override
        public void received(String topic, int bytes) {
            received.incrementAndGet();
        }
    }

    private ScriptedPortal portal(ScriptedPortal.Script script) {
        broker.createTopic(requests, 1);
        broker.createTopic(responses, 1);
        return new ScriptedPortal(broker.bootstrapServers(), requests, responses, script);
    }

    private KafkaSendClient client(MetricListener listener) {
        return KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .requestTopic(requests)
                .responseTopic(responses)
                .metricListener(listener)
                .build();
    }

    private static Request.Builder post() {
        return Request.builder().method(Method.POST).endpoint("/api/v1/upload").body(Body.of(new byte[BYTES]));
    }

    @Test
    @SuppressWarnings("try") // the portal is only held open
    void anAnsweredRequestIsCountedBeforeItsCallerHasTheAnswer() {
        // Given
        try (ScriptedPortal portal = portal(ScriptedPortal.echo());
                KafkaSendClient client = client(counted)) {

            // When
            client.call(post().build());

            // Then
            assertThat(counted.ended).hasSize(1);
            EndedRequest request = counted.ended.remove();
            assertThat(request.topic()).isEqualTo(requests);
            assertThat(request.method()).isEqualTo(Method.POST);
            assertThat(request.stage()).isEqualTo(Stage.ANSWERED);
            assertThat(request.error()).isEmpty();
            assertThat(request.status()).hasValue(200);
            assertThat(request.attempts()).isEqualTo(1);
            assertThat(request.elapsed()).isPositive();
            assertThat(request.sentBytes()).isEqualTo(BYTES);
            assertThat(request.receivedBytes()).isEqualTo(BYTES);
            assertThat(counted.begun).hasValue(1);
            assertThat(counted.sent).hasValueGreaterThanOrEqualTo(1 + CHUNKS);
            assertThat(counted.received).hasValueGreaterThanOrEqualTo(1 + CHUNKS);
        }
    }

    @Test
    @SuppressWarnings("try")
    void aRequestThatIsSentAgainCountsOnceWithAllItsBytes() {
        // Given
        AtomicInteger seen = new AtomicInteger();
        try (ScriptedPortal portal = portal((request, self) -> {
                    JobId job = request.start().jobId();
                    if (seen.getAndIncrement() == 0) {
                        self.fail(job, ErrorCode.TOO_MANY_JOBS, "full");
                    } else {
                        self.fail(job, ErrorCode.ENDPOINT_NOT_ALLOWED, "no");
                    }
                });
                KafkaSendClient client = client(counted)) {

            // When
            assertThatThrownBy(() -> client.call(post().retries(2).build())).isInstanceOf(ClientException.class);

            // Then
            assertThat(counted.ended).hasSize(1);
            EndedRequest request = counted.ended.remove();
            assertThat(request.attempts()).isEqualTo(2);
            assertThat(request.error()).hasValue("ENDPOINT_NOT_ALLOWED");
            assertThat(request.stage()).isEqualTo(Stage.WAITING);
            assertThat(request.status()).isEqualTo(OptionalInt.empty());
            assertThat(request.sentBytes()).isEqualTo(2L * BYTES);
        }
    }

    @Test
    @SuppressWarnings("try")
    void aCodeThatNobodyKnowsMakesNoNewName() {
        // Given
        MessageWriter writer = new MessageWriter();
        try (ScriptedPortal portal = portal((request, self) -> {
                    JobId job = request.start().jobId();
                    self.send(job, writer.write(new ResponseError(job, "no", job.value(), false, null, null)));
                });
                KafkaSendClient client = client(counted)) {

            // When
            assertThatThrownBy(() -> client.call(Request.get("/a"))).isInstanceOf(ClientException.class);

            // Then
            assertThat(counted.ended.remove().error()).hasValue("JOB_FAILED");
        }
    }

    @Test
    @SuppressWarnings("try")
    void whoGivesUpIsCountedAsThat() throws Exception {
        // Given
        try (ScriptedPortal portal = portal((request, self) -> {});
                KafkaSendClient client = client(counted)) {
            CompletableFuture<?> answer = client.send(Request.get("/never"));
            await().until(() -> counted.sent.get() > 0);

            // When
            answer.cancel(true);

            // Then
            EndedRequest request = counted.ended.poll(10, TimeUnit.SECONDS);
            assertThat(request.error()).hasValue("CANCELLED");
            assertThat(counted.ended).isEmpty();
        }
    }

    @Test
    @SuppressWarnings("try")
    void aRequestThatNobodyWaitsForEndsWhenKafkaHasIt() {
        // Given
        try (ScriptedPortal portal = portal((request, self) -> {});
                KafkaSendClient client = client(counted)) {

            // When
            client.submit(post().build(), ProgressListener.none()).join();

            // Then
            EndedRequest request = counted.ended.remove();
            assertThat(request.stage()).isEqualTo(Stage.WAITING);
            assertThat(request.error()).isEmpty();
            assertThat(request.sentBytes()).isEqualTo(BYTES);
        }
    }

    @Test
    @SuppressWarnings("try")
    void aListenerThatThrowsHarmsNoRequest() {
        // Given
        MetricListener broken = new MetricListener() {
            @Override
            public void begun() {
                throw new AssertionError("begun");
            }

            @Override
            public void ended(EndedRequest request) {
                throw new AssertionError("ended");
            }

            @Override
            public void sent(String topic, int bytes) {
                throw new AssertionError("sent");
            }

            @Override
            public void received(String topic, int bytes) {
                throw new AssertionError("received");
            }
        };
        try (ScriptedPortal portal = portal(ScriptedPortal.echo());
                KafkaSendClient client = client(broken)) {

            // When / Then
            assertThat(client.call(post().build()).size()).isEqualTo(BYTES);
        }
    }

    @Test
    @SuppressWarnings("try")
    void aBrokerWhoseOperatorWantsToKnowIsToldByClients() {
        // Given
        TelemetryPlugin.PUSHED.clear();
        try (ScriptedPortal portal = portal((request, self) -> {
                    if (request.start().endpoint().equals("/no")) {
                        self.fail(request.start().jobId(), ErrorCode.ENDPOINT_NOT_ALLOWED, "no");
                    } else {
                        ScriptedPortal.echo().complete(request, self);
                    }
                });
                KafkaSendClient client = client(MetricListener.none())) {

            // When
            client.call(post().build());
            assertThatThrownBy(() -> client.call(Request.get("/no"))).isInstanceOf(ClientException.class);

            // Then
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(TelemetryPlugin.PUSHED)
                    .containsEntry(PREFIX + "client.request.total", 1.0)
                    .containsEntry(PREFIX + "client.request.total{error.type=ENDPOINT_NOT_ALLOWED}", 1.0)
                    .containsEntry(PREFIX + "client.request.open", 0.0)
                    .containsEntry(PREFIX + "client.request.attempt.total", 2.0)
                    .containsEntry(PREFIX + "client.request.body.bytes.total", (double) BYTES)
                    .containsEntry(PREFIX + "client.answer.body.bytes.total", (double) BYTES)
                    .containsKeys(
                            PREFIX + "client.request.time.total",
                            PREFIX + "client.record.sent.total",
                            PREFIX + "client.record.received.total"));
        }
    }

    @Test
    void aBrokerWhoseOperatorWantsToKnowIsToldByPortals() throws Exception {
        // Given
        try (SampleApi api = SampleApi.start(token -> true);
                OwnPortal portal = OwnPortal.start(
                        broker,
                        NameService.system(),
                        Map.of("kafkasend.target-api-url", api.url().toString()))) {

            // When
            portal.client.reply(portal.client.get("/api/v1/documents/one"));
            portal.client.error(portal.client.get("/internal"));

            // Then
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(TelemetryPlugin.PUSHED)
                    .containsEntry(PREFIX + "portal.job.total", 1.0)
                    .containsEntry(PREFIX + "portal.work", 0.0)
                    .containsEntry(PREFIX + "portal.jobs{state=calling}", 0.0));
        }
    }
}
