package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.dev.SampleApi;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way on real parts: broker, token server, API, portal. */
class PortalIT {
    private static Stack stack;

    @BeforeAll
    static void startEverything() throws Exception {
        stack = Stack.start(Map.of());
    }

    @AfterAll
    static void stopEverything() {
        stack.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 665_597, 665_598, 665_599, 50_000_000})
    void carriesAFileUpAsMultipart(int size) throws Exception {
        // Given
        byte[] file = bytes(size);

        // When
        JobId id = stack.client.send(
                Method.POST, "/api/v1/upload", Map.of(), "photo \uD83D\uDCC4\".bin", "application/pdf", file);
        WireClient.Reply reply = stack.client.reply(id);

        // Then
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.string())
                .contains("\"size\":" + size)
                .contains(sha256(file))
                .contains("photo \uD83D\uDCC4")
                .contains("application/pdf");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 665_597, 665_598, 665_599, 50_000_000})
    void carriesARawBodyUp(int size) throws Exception {
        // Given
        byte[] body = bytes(size);

        // When
        JobId id = stack.client.send(Method.POST, "/api/v1/echo", Map.of(), null, "application/octet-stream", body);
        WireClient.Reply reply = stack.client.reply(id);

        // Then
        assertThat(reply.string()).contains("\"size\":" + size).contains(sha256(body));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 665_597, 665_598, 665_599, 2_662_392, 2_662_393, 50_000_000})
    void carriesAnAnswerDown(int size) throws Exception {
        // When
        WireClient.Reply reply = stack.client.reply(stack.client.get("/api/v1/documents/d?size=" + size));

        // Then
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).isFalse();
        assertThat(reply.totalBytes()).isEqualTo(size); // also where it streams: the API has said it
        assertThat(sha256(reply.body())).isEqualTo(SampleApi.documentSha256("d", size));
    }

    @Test
    void answersAShortTextAsText() {
        // When
        WireClient.Reply reply = stack.client.reply(stack.client.get("/api/v1/status"));

        // Then
        assertThat(reply.text()).isTrue();
        assertThat(reply.string()).isEqualTo("{\"status\":\"ok\"}");
    }

    @Test
    void carriesTextOfFourByteCharactersAcrossChunkBorders() {
        // When
        WireClient.Reply reply = stack.client.reply(stack.client.get("/api/v1/text?charset=UTF-8&repeat=30000"));

        // Then
        assertThat(reply.text()).isTrue();
        assertThat(reply.body().length).isGreaterThan(2 * Limits.CHUNK_BYTES);
        assertThat(reply.string()).isEqualTo(SampleApi.text(StandardCharsets.UTF_8, 30_000));
    }

    @Test
    void carriesTextOfAnotherCharsetByteForByte() {
        // When
        WireClient.Reply reply = stack.client.reply(stack.client.get("/api/v1/text?charset=ISO-8859-1"));

        // Then
        assertThat(reply.text()).isFalse();
        assertThat(new String(reply.body(), StandardCharsets.ISO_8859_1))
                .isEqualTo(SampleApi.text(StandardCharsets.ISO_8859_1, 1));
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void callsWithEveryMethod(Method method) {
        // When
        JobId id = stack.client.send(method, "/api/v1/echo?a=1&b=%2F%26", Map.of(), null, null, new byte[0]);
        WireClient.Reply reply = stack.client.reply(id);

        // Then
        assertThat(reply.status()).isEqualTo(200);
        SampleApi.Call call = stack.api.calls().stream()
                .filter(made -> id.value().equals(made.idempotencyKey()))
                .findFirst()
                .orElseThrow();
        assertThat(call.method()).isEqualTo(method.name());
        assertThat(call.target()).isEqualTo("/api/v1/echo?a=1&b=%2F%26");
        if (method != Method.HEAD) {
            assertThat(reply.string()).contains("\"method\":\"" + method + "\"");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GET", "POST", "PUT", "PATCH", "DELETE"})
    void sendsABodyWithEveryMethodThatMayHaveOne(Method method) throws Exception {
        // Given
        byte[] body = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

        // When
        JobId id =
                stack.client.send(method, "/api/v1/echo", Map.of("Content-Type", "application/json"), null, null, body);

        // Then
        assertThat(stack.client.reply(id).string())
                .contains(sha256(body))
                .contains("application/json")
                .contains("\"method\":\"" + method + "\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 301, 302, 304, 400, 401, 403, 404, 409, 418, 429, 500, 502, 503})
    void passesAnyStatusBack(int status) {
        // When
        WireClient.Reply reply = stack.client.reply(stack.client.get("/api/v1/status/" + status));

        // Then
        assertThat(reply.status()).isEqualTo(status);
    }

    @Test
    void passesOnlyAllowedHeadersToTheApi() {
        // Given
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Request-ID", "abc-1");
        headers.put("Accept", "application/json");
        headers.put("X-Secret-Door", "open");
        headers.put("authorization", "Bearer stolen");
        headers.put("Cookie", "a=b");
        headers.put("CamelHttpUri", "http://169.254.169.254/");

        // When
        JobId id = stack.client.send(Method.GET, "/api/v1/echo", headers, null, null, new byte[0]);
        String echo = stack.client.reply(id).string();

        // Then
        assertThat(echo)
                .containsIgnoringCase("abc-1")
                .contains("application/json")
                .contains(id.value());
        assertThat(echo)
                .doesNotContainIgnoringCase("secret-door")
                .doesNotContain("stolen")
                .doesNotContainIgnoringCase("cookie")
                .doesNotContain("169.254");
    }

    @Test
    void passesNoRecordHeaderToTheApiAndNoApiHeaderToARecord() {
        // Given
        JobId id = JobId.random();
        var start = WireClient.start(id, Method.GET, "/api/v1/echo", Map.of(), null, null, new byte[0]);
        var record = new org.apache.kafka.clients.producer.ProducerRecord<>(
                "api-requests",
                id.value().getBytes(StandardCharsets.US_ASCII),
                new io.kafkasend.protocol.codec.MessageWriter().write(start));
        record.headers().add("Authorization", "Bearer of-record".getBytes(StandardCharsets.US_ASCII));
        record.headers().add("X-Request-ID", "of-record".getBytes(StandardCharsets.US_ASCII));
        record.headers().add("CamelHttpUri", "http://127.0.0.1:1/".getBytes(StandardCharsets.US_ASCII));
        record.headers().add("CamelHttpMethod", "DELETE".getBytes(StandardCharsets.US_ASCII));

        // When
        stack.client.record(record);
        String echo = stack.client.reply(id).string();

        // Then
        assertThat(echo).contains("\"method\":\"GET\"").doesNotContain("of-record");
        assertThat(stack.client.records()).isNotEmpty().allSatisfy(answer -> assertThat(answer.headers())
                .isEmpty());
    }

    @Test
    void renewsTheTokenOnceWhenTheApiRefusesIt() {
        // Given
        stack.client.reply(stack.client.get("/api/v1/status"));
        long issued = stack.tokens.tokensIssued();
        stack.tokens.revokeAll();

        // When
        WireClient.Reply reply = stack.client.reply(stack.client.get("/api/v1/status"));

        // Then
        assertThat(reply.status()).isEqualTo(200);
        assertThat(stack.tokens.tokensIssued()).isEqualTo(issued + 1);
    }

    @Test
    void carriesTwentyJobsOfMixedSizesAtOnce() throws Exception {
        // Given
        Map<JobId, String> expected = new LinkedHashMap<>();
        Random random = new Random(7);

        // When
        for (int i = 0; i < 20; i++) {
            byte[] body = bytes(i % 4 == 0 ? 5_000_000 + i : random.nextInt(900_000));
            JobId id = stack.client.send(Method.POST, "/api/v1/echo", Map.of(), null, "application/x-test", body);
            expected.put(id, sha256(body));
        }

        // Then
        for (Map.Entry<JobId, String> job : expected.entrySet()) {
            assertThat(stack.client.reply(job.getKey()).string()).contains(job.getValue());
        }
    }

    @Test
    void aSlowCallDelaysNoOtherJob() {
        // Given
        JobId slow = stack.client.get("/api/v1/slow?seconds=20");

        // When
        List<JobId> others = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            others.add(stack.client.get("/api/v1/status"));
        }

        // Then
        others.forEach(id -> assertThat(stack.client.reply(id).status()).isEqualTo(200));
        assertThat(stack.client.messages(slow)).isEmpty();
        assertThat(stack.client.reply(slow).status()).isEqualTo(200);
    }

    @Test
    void takesChunksInAnyOrderAndTwice() throws Exception {
        // Given
        byte[] body = bytes(3 * Limits.CHUNK_BYTES - 5);
        JobId id = JobId.random();
        var start = WireClient.start(id, Method.POST, "/api/v1/echo", Map.of(), null, "a/b", body);

        // When
        stack.client.start(start);
        stack.client.start(start);
        for (int sequence : new int[] {2, 0, 2, 0, 1, 1}) {
            stack.client.chunk(id, sequence, 3, WireClient.piece(body, sequence));
        }

        // Then
        assertThat(stack.client.reply(id).string()).contains(sha256(body));
        assertThat(stack.api.calls().stream().filter(call -> id.value().equals(call.idempotencyKey())))
                .hasSize(1);
    }

    @Test
    void aDifferentStartDuringTheCallChangesNothing() throws Exception {
        // Given
        JobId id = stack.client.get("/api/v1/slow?seconds=2");
        Awaitility.await().until(() -> stack.api.calls().stream()
                .anyMatch(call -> id.value().equals(call.idempotencyKey())));

        // When
        stack.client.start(WireClient.start(id, Method.DELETE, "/api/v1/echo", Map.of(), null, null, new byte[0]));

        // Then
        assertThat(stack.client.reply(id).status()).isEqualTo(200);
        assertThat(stack.client.messages(id)).hasSize(2);
    }

    @Test
    void settlesWhatItAnswered() {
        // When
        stack.client.reply(stack.client.get("/api/v1/status"));

        // Then
        Awaitility.await().untilAsserted(() -> assertThat(stack.lag()).isZero());
    }

    @Test
    void keepsTokenAndSecretOutOfEveryAnswer() {
        // When
        stack.client.reply(stack.client.get("/api/v1/echo"));

        // Then
        for (ConsumerRecord<byte[], byte[]> record : stack.client.records()) {
            assertThat(new String(record.value(), StandardCharsets.UTF_8)).doesNotContain(Stack.SECRET);
        }
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
