package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.kafkasend.gateway.Gateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job outlives the request that began it, and two requests under one key are one job: at whatever gateways, for its caller only. */
@Timeout(180)
class GatewayLaterIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final Map<String, AtomicInteger> CALLS = new ConcurrentHashMap<>();
    private static final Map<String, CountDownLatch> HELD = new ConcurrentHashMap<>();

    @TempDir
    static Path directory;

    private static HttpServer api;
    private static ExecutorService apiThreads;
    private static GatewayGround ground;
    private static Map<String, String> settings;
    private static Gateway one;
    private static Gateway other;

    @BeforeAll
    static void startAll() throws Exception {
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        apiThreads = Executors.newCachedThreadPool();
        api.setExecutor(apiThreads);
        api.createContext("/", exchange -> {
            String path = exchange.getRequestURI().toString();
            int call =
                    CALLS.computeIfAbsent(path, absent -> new AtomicInteger()).incrementAndGet();
            byte[] body = exchange.getRequestBody().readAllBytes();
            try {
                if (HELD.containsKey(path)) {
                    HELD.get(path).await();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            exchange.getResponseHeaders().add("ETag", "\"" + call + "\"");
            byte[] answer = ("call " + call + " of " + path + ": " + new String(body, StandardCharsets.UTF_8))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(201, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        api.start();
        ground = new GatewayGround(
                "http://127.0.0.1:" + api.getAddress().getPort(), "Content-Type,Accept,Prefer,X-Request-ID");
        ground.broker().createTopic("second", 3);
        Path callers = Files.writeString(
                directory.resolve("callers"),
                "alice token=" + sha256("alice") + " in-flight=200\nmallory token=" + sha256("mallory") + "\n");
        settings = Map.of("kafkasend.gateway-callers", callers.toString(), "kafkasend.gateway-in-flight", "200");
        one = gateway(GatewayGround.REPLY_TOPIC, Map.of());
        other = gateway("", Map.of());
    }

    @AfterAll
    static void stopAll() {
        HELD.values().forEach(CountDownLatch::countDown);
        ground.close();
        api.stop(0);
        apiThreads.shutdownNow();
    }

    private static Gateway gateway(String replyTopic, Map<String, String> more) throws Exception {
        Map<String, String> all = new java.util.HashMap<>(settings);
        all.put("kafkasend.gateway-reply-topic", replyTopic);
        all.putAll(more);
        return ground.gateway(all);
    }

    private static String sha256(String token) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
    }

    private static HttpRequest.Builder request(Gateway at, String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + at.address().getPort() + path))
                .header("Authorization", "Bearer alice")
                .timeout(Duration.ofSeconds(120));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder post(Gateway at, String path, String key, String body) {
        return request(at, path).header("Idempotency-Key", key).POST(BodyPublishers.ofString(body));
    }

    private static HttpRequest.Builder asMallory(HttpRequest.Builder request) {
        return request.setHeader("Authorization", "Bearer mallory");
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String code(HttpResponse<String> answer) {
        return header(answer, "KafkaSend-Error");
    }

    private static int calls(String path) {
        return CALLS.getOrDefault(path, new AtomicInteger()).get();
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return new ObjectMapper().readTree(answer.body());
    }

    private static String held() {
        String path = "/api/v1/held/" + UUID.randomUUID();
        HELD.put(path, new CountDownLatch(1));
        return path;
    }

    @Test
    void aRequestThatPrefersItIsAnsweredLaterByAnyGatewayAnyNumberOfTimes() throws Exception {
        // Given
        String path = held();

        // When
        HttpResponse<String> accepted =
                send(request(one, path).header("Prefer", "respond-async").PUT(BodyPublishers.ofString("the body")));
        String location = header(accepted, "Location");

        // Then
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        assertThat(header(accepted, "Preference-Applied")).isEqualTo("respond-async");
        assertThat(location).startsWith("/.well-known/kafkasend/jobs/");
        assertThat(json(accepted).get("job_id").asText()).isEqualTo(header(accepted, "KafkaSend-Job"));
        await().atMost(SOON).until(() -> {
            HttpResponse<String> polled = send(request(one, location));
            return polled.statusCode() == 202
                    && json(polled).path("stage").asText().equals("calling");
        });
        assertThat(send(request(other, location)).statusCode()).isEqualTo(202);
        HELD.get(path).countDown();
        for (Gateway at : List.of(one, other, one)) {
            HttpResponse<String> answer = send(request(at, location).header("Prefer", "wait=60"));
            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(answer.body()).isEqualTo("call 1 of " + path + ": the body");
            assertThat(header(answer, "ETag")).isEqualTo("\"1\"");
            assertThat(header(answer, "KafkaSend-Job")).isEqualTo(header(accepted, "KafkaSend-Job"));
        }
        try (Gateway restarted = gateway("", Map.of())) {
            assertThat(send(request(restarted, location)).body()).isEqualTo("call 1 of " + path + ": the body");
        }
        assertThat(calls(path)).isEqualTo(1);
    }

    @Test
    void anotherCallerNeitherFetchesNorCancels() throws Exception {
        // Given
        String path = held();
        String location =
                header(send(request(one, path).header("Prefer", "respond-async").GET()), "Location");

        // When
        HttpResponse<String> fetched = send(asMallory(request(one, location)));
        HttpResponse<String> cancelled =
                send(asMallory(request(other, location)).DELETE());
        HELD.get(path).countDown();

        // Then
        assertThat(fetched.statusCode()).isEqualTo(404);
        assertThat(code(fetched)).isEqualTo("JOB_UNKNOWN");
        assertThat(code(cancelled)).isEqualTo("JOB_UNKNOWN");
        assertThat(send(request(other, location).header("Prefer", "wait=60")).statusCode())
                .isEqualTo(201);
    }

    @Test
    void itsCallerCancelsAtAnyGateway() throws Exception {
        // Given
        String path = held();
        String location =
                header(send(request(one, path).header("Prefer", "respond-async").GET()), "Location");

        // When
        await().atMost(SOON).until(() -> send(request(other, location).DELETE()).statusCode() == 202);
        HttpResponse<String> answer = send(request(one, location).header("Prefer", "wait=60"));
        HELD.get(path).countDown();

        // Then
        assertThat(answer.statusCode()).isEqualTo(410);
        assertThat(code(answer)).isEqualTo("CANCELLED");
        assertThat(code(send(request(one, location).DELETE()))).isEqualTo("JOB_NOT_CANCELLED");
    }

    @Test
    void aSlowCallBecomesAPlaceToAsk() throws Exception {
        // Given
        String slow = held();
        Gateway impatient = gateway(GatewayGround.REPLY_TOPIC, Map.of("kafkasend.gateway-async-after", "1s"));

        // When
        HttpResponse<String> accepted = send(request(impatient, slow));
        HttpResponse<String> quick = send(request(impatient, "/api/v1/quick"));
        HttpResponse<String> waited = send(request(one, slow + "?b").header("Prefer", "wait=30"));
        HELD.get(slow).countDown();

        // Then
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(quick.statusCode()).isEqualTo(201);
        assertThat(waited.statusCode()).isEqualTo(201);
        assertThat(header(waited, "Preference-Applied")).isEqualTo("wait=30");
        assertThat(send(request(other, header(accepted, "Location")).header("Prefer", "wait=60"))
                        .body())
                .isEqualTo("call 1 of " + slow + ": ");
    }

    @Test
    void oneKeyIsOneJobAndAnotherRequestUnderItIsRefused() throws Exception {
        // Given
        String path = "/api/v1/pay/" + UUID.randomUUID();
        HttpResponse<String> first = send(post(one, path, "\"k 1\"", "100"));

        // When
        HttpResponse<String> again = send(post(one, path, "\"k 1\"", "100").header("X-Request-ID", "2"));
        HttpResponse<String> elsewhere = send(post(other, path, "\"k 1\"", "100"));
        HttpResponse<String> body = send(post(other, path, "\"k 1\"", "101"));
        HttpResponse<String> method =
                send(request(one, path).header("Idempotency-Key", "\"k 1\"").PUT(BodyPublishers.ofString("100")));
        HttpResponse<String> where = send(post(one, path + "?x", "\"k 1\"", "100"));
        HttpResponse<String> mallory = send(asMallory(post(one, path, "\"k 1\"", "100")));
        HttpResponse<String> none = send(post(one, path, "\"\"", "100"));

        // Then
        assertThat(first.body()).isEqualTo("call 1 of " + path + ": 100");
        for (HttpResponse<String> same : List.of(again, elsewhere)) {
            assertThat(same.statusCode()).isEqualTo(201);
            assertThat(same.body()).isEqualTo(first.body());
            assertThat(header(same, "KafkaSend-Job")).isEqualTo(header(first, "KafkaSend-Job"));
        }
        for (HttpResponse<String> refused : List.of(body, method, where)) {
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(code(refused)).isEqualTo("KEY_REUSED");
        }
        assertThat(mallory.body()).as("of another caller").isEqualTo("call 2 of " + path + ": 100");
        assertThat(code(none)).isEqualTo("BAD_REQUEST");
        assertThat(calls(path)).isEqualTo(2);
    }

    @Test
    void whoGoesAwayAndComesAgainUnderItsKeyHasTheAnswer() throws Exception {
        // Given
        String path = held();
        var gone = HTTP.sendAsync(post(one, path, "again", "x").build(), BodyHandlers.ofString());
        await().atMost(SOON).until(() -> calls(path) == 1);
        gone.cancel(true);

        // When
        HttpResponse<String> early = send(post(other, path, "again", "x").header("Prefer", "respond-async"));
        HELD.get(path).countDown();
        HttpResponse<String> answer = send(post(other, path, "again", "x"));

        // Then
        assertThat(early.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("call 1 of " + path + ": x");
        assertThat(send(request(one, header(early, "Location"))).body()).isEqualTo(answer.body());
    }

    @Test
    void aThousandPairsInARaceAcrossTwoGatewaysAreAThousandCalls() throws Exception {
        // Given
        int pairs = 1_000;
        String run = UUID.randomUUID().toString();
        ExecutorService racers = Executors.newFixedThreadPool(32);
        List<List<Future<HttpResponse<String>>>> races = new ArrayList<>();

        // When
        for (int i = 0; i < pairs; i++) {
            String path = "/api/v1/race/" + run + "/" + i;
            String key = run + "-" + i;
            List<Future<HttpResponse<String>>> race = new ArrayList<>();
            for (Gateway at : List.of(one, other)) {
                race.add(racers.submit(() -> send(post(at, path, key, "pay"))));
            }
            races.add(race);
        }

        // Then
        for (int i = 0; i < pairs; i++) {
            String path = "/api/v1/race/" + run + "/" + i;
            for (Future<HttpResponse<String>> racer : races.get(i)) {
                HttpResponse<String> answer = racer.get();
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
                assertThat(answer.body()).isEqualTo("call 1 of " + path + ": pay");
                assertThat(header(answer, "ETag")).isEqualTo("\"1\"");
            }
        }
        racers.shutdown();
        assertThat(CALLS.keySet().stream().filter(path -> path.contains(run))).hasSize(pairs);
        assertThat(CALLS.entrySet().stream()
                        .filter(call -> call.getKey().contains(run))
                        .mapToInt(call -> call.getValue().get())
                        .sum())
                .isEqualTo(pairs);
    }
}
