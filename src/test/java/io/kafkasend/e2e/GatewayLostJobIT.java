package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.gateway.Gateway;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A job under a key that was recorded, and of which Kafka has no START since its gateway was killed before: the next request under the key
 * begins it anew. So that there is such a moment, a proxy holds STARTs back.
 */
@Timeout(180)
class GatewayLostJobIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String JOBS = "kafkasend-gateway-jobs";

    @TempDir
    static Path directory;

    private static RecordingApi api;
    private static StartHoldingProxy proxy;
    private static GatewayGround ground;
    private static Gateway one;
    private static Gateway other;
    private static Gateway behindProxy;

    @BeforeAll
    static void startAll() throws Exception {
        api = RecordingApi.start(
                call -> Plan.ok((call.path() + " has " + call.body().length).getBytes(StandardCharsets.US_ASCII))
                        .after(call.path().contains("slow") ? 2_500 : 0));
        proxy = new StartHoldingProxy();
        EmbeddedBroker broker =
                EmbeddedBroker.builder().proxied("HELD", proxy.port()).start();
        proxy.passTo(broker.port("HELD"));
        ground = new GatewayGround(api.url(), "Content-Type,Accept", broker);
        one = ground.gateway();
        other = ground.gateway(Map.of("kafkasend.gateway-reply-topic", ""));
        behindProxy = ground.gateway(Map.of(
                "kafkasend.gateway-reply-topic",
                GatewayGround.REPLY_TOPIC,
                "kafkasend.bootstrap-servers",
                "localhost:" + proxy.port()));
    }

    @AfterAll
    static void stopAll() throws Exception {
        ground.close();
        proxy.close();
        api.close();
    }

    @AfterEach
    void letGo() {
        proxy.letGo();
    }

    /** How many records a topic has. */
    private static long records(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", ground.broker().bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            return consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    private static CompletableFuture<HttpResponse<String>> ask(int port, String path, String body) {
        return HTTP.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(60))
                        .header("Idempotency-Key", path)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static CompletableFuture<HttpResponse<String>> ask(Gateway at, String path, String body) {
        return ask(at.address().getPort(), path, body);
    }

    private static void assertPaid(String path, List<CompletableFuture<HttpResponse<String>>> asked) throws Exception {
        for (CompletableFuture<HttpResponse<String>> answer : asked) {
            assertThat(answer.get(30, TimeUnit.SECONDS).body()).startsWith(path + " has ");
            assertThat(answer.get().statusCode()).isEqualTo(200);
        }
        assertThat(calls(path)).isEqualTo(1);
    }

    /** Of a request that Kafka has not taken for ten seconds its caller is told so. */
    private static void assertPaidOrNotSent(String path, CompletableFuture<HttpResponse<String>> asked)
            throws Exception {
        HttpResponse<String> answer = asked.get(30, TimeUnit.SECONDS);
        assertThat(answer.headers().firstValue("KafkaSend-Error").orElse(answer.body()))
                .matches(path + " has [03]|KAFKA_UNAVAILABLE");
    }

    private static String path(String kind) {
        return "/api/v1/" + kind + "/" + UUID.randomUUID();
    }

    private static long calls(String path) {
        return api.calls().stream().filter(call -> call.path().equals(path)).count();
    }

    /** A gateway is killed that has recorded a job, and is about to send it. */
    private static void losesJob(String path, String body) throws Exception {
        long sent = records("requests");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        proxy.hold();
        try (CommandProcess killed = gateway(port)) {
            killed.awaitLog("the gateway listens");
            ask(port, path, body);
            await().atMost(SOON).until(() -> proxy.held() >= 1);
        }
        assertThat(records("requests")).as("requests in Kafka").isEqualTo(sent);
    }

    private static CommandProcess gateway(int port) throws IOException {
        return CommandProcess.start(
                directory,
                "128m",
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        "localhost:" + proxy.port(),
                        "KAFKA_REQUEST_TOPIC",
                        "requests",
                        "KAFKA_RESPONSE_TOPIC",
                        "responses",
                        "GATEWAY_REPLY_TOPIC",
                        GatewayGround.REPLY_TOPIC,
                        "GATEWAY_PORT",
                        Integer.toString(port),
                        "GATEWAY_MANAGEMENT_PORT",
                        "off"),
                "gateway");
    }

    /** A gateway is killed that was about to begin anew what another one, which lives, has not sent yet. */
    private static void losesOther(String path) throws Exception {
        long recorded = records(JOBS);
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (CommandProcess killed = gateway(port)) {
            killed.awaitLog("the gateway listens");
            ask(port, path, "");
            await().atMost(SOON).until(() -> records(JOBS) == recorded + 1 && proxy.held() >= 2);
        }
    }

    @Test
    void theKeyOfAKilledGatewayIsAnsweredByOneCallAtWhateverGateways() throws Exception {
        // Given
        String path = path("pay");
        losesJob(path, "100");

        // When
        List<CompletableFuture<HttpResponse<String>>> asked = Stream.of(one, other, one, other, one, other)
                .map(gateway -> ask(gateway, path, "100"))
                .toList();

        // Then
        assertPaid(path, asked);
        assertPaid(path, List.of(ask(one, path, "100"), ask(other, path, "100")));
    }

    @Test
    void anotherRequestUnderTheLostKeyIsRefusedAndTheSameOnePasses() throws Exception {
        // Given
        String path = path("pay");
        losesJob(path, "100");

        // When
        HttpResponse<String> another = ask(one, path, "1000").get(20, TimeUnit.SECONDS);

        // Then
        assertThat(another.headers().firstValue("KafkaSend-Error"))
                .as(another.body())
                .hasValue("KEY_REUSED");
        assertThat(calls(path)).isZero();
        assertPaid(path, List.of(ask(one, path, "100")));
    }

    @ParameterizedTest
    @CsvSource({"quick,true", "quick,false", "slow,true", "slow,false"})
    void aGatewayThatIsSlowToSendAndOneThatBeginsAnewMakeOneCall(String kind, boolean whenAnswered) throws Exception {
        // Given
        String path = path(kind);
        long recorded = records(JOBS);
        proxy.hold();
        CompletableFuture<HttpResponse<String>> first = ask(behindProxy, path, "100");
        await("its START").atMost(SOON).until(() -> proxy.held() >= 1);

        // When
        CompletableFuture<HttpResponse<String>> second = ask(other, path, "100");
        await().atMost(SOON).until(() -> second.isDone() || records(JOBS) == recorded + 2);
        if (whenAnswered) {
            second.get(30, TimeUnit.SECONDS);
        }
        proxy.letGo();

        // Then
        assertPaid(
                path, List.of(second, ask(one, path, "100"), ask(other, path, "100"), ask(behindProxy, path, "100")));
        assertPaidOrNotSent(path, first);
    }

    @Test
    void aStartThatComesWhereNothingIsHeardOfTheOneThatBeganAnewIsTheJob() throws Exception {
        // Given: no body, of which a gateway that gives up after ten seconds would leave a half
        String path = path("quick");
        proxy.hold();
        CompletableFuture<HttpResponse<String>> first = ask(behindProxy, path, "");
        await().atMost(SOON).until(() -> proxy.held() >= 1);
        losesOther(path);

        // When
        proxy.letGo();

        // Then
        assertPaid(path, List.of(ask(one, path, ""), ask(other, path, "")));
        assertPaidOrNotSent(path, first);
    }

    @Test
    void aJobThatIsUnderWayIsNotBegunAnew() throws Exception {
        // Given
        String path = path("slow");
        long recorded = records(JOBS);

        // When
        CompletableFuture<HttpResponse<String>> first = ask(one, path, "100");
        await().atMost(SOON).until(() -> calls(path) == 1);
        CompletableFuture<HttpResponse<String>> second = ask(other, path, "100");

        // Then
        assertPaid(path, List.of(first, second));
        assertThat(records(JOBS)).isEqualTo(recorded + 1);
    }
}
