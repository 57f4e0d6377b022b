package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.kafkasend.client.Answer;
import io.kafkasend.client.Body;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.client.SigningKey;
import io.kafkasend.client.SigningKey.Algorithm;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.TestSignatures;
import io.kafkasend.protocol.codec.MessageWriter;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask: a real portal that knows clients, the SDK that signs, and a hostile client that writes any record. */
@Timeout(120)
class SignaturesIT {
    private static final int PARTITIONS = 3;
    private static final Path VECTORS = Path.of("src/test/resources/vectors");
    private static final byte[] BODY = "hello world".getBytes(StandardCharsets.US_ASCII);

    private static EmbeddedBroker broker;
    private static TokenServer tokens;
    private static int count;

    @TempDir
    Path directory;

    private final MessageWriter writer = new MessageWriter();
    private final Map<String, String> settings = new HashMap<>();
    private CapturedLog security;
    private SampleApi api;
    private Path keys;
    private Path policies;
    private String requests;
    private String responses;
    private String replies;
    private Portal portal;
    private WireClient hostile;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start();
        tokens = TokenServer.start("portal", Stack.SECRET);
    }

    @AfterAll
    static void stopBroker() {
        tokens.close();
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        security = CapturedLog.begin("kafkasend.security");
        String name = "s" + count++;
        requests = name + "-requests";
        responses = name + "-responses";
        replies = name + "-replies";
        broker.createTopic(requests, PARTITIONS);
        broker.createTopic(responses, 2);
        broker.createTopic(replies, 2);
        api = SampleApi.start(tokens::isValid);
        keys = Files.createDirectory(directory.resolve("keys"));
        for (String client : List.of("ed", "es")) {
            Files.copy(VECTORS.resolve("client-keys/" + client + ".pem"), keys.resolve(client + ".pem"));
        }
        policies = Files.writeString(directory.resolve("policies.yaml"), "default: {}\n");
        settings.putAll(Stack.settings(broker, tokens));
        settings.put("kafkasend.target-api-url", api.url().toString());
        settings.put("kafkasend.request-topic", requests);
        settings.put("kafkasend.response-topic", responses);
        settings.put("kafkasend.consumer-group", name);
        settings.put("kafkasend.client-keys", keys.toString());
        settings.put("kafkasend.require-signature", "true");
        settings.put("kafkasend.policies", policies.toString());
        settings.put("kafkasend.reply-topics", replies);
        portal = Portal.start(settings);
        Stack.awaitPartitions(portal);
        hostile = new WireClient(broker.bootstrapServers(), requests, responses);
    }

    @AfterEach
    void stop() {
        hostile.close();
        portal.close();
        api.close();
        security.close();
    }

    private void restart(String setting, String value) throws Exception {
        portal.close();
        settings.put(setting, value);
        portal = Portal.start(settings);
        Stack.awaitPartitions(portal);
    }

    private KafkaSendClient.Builder sdk() {
        return KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .requestTopic(requests)
                .responseTopic(responses);
    }

    /** A key of the SDK's, which the portal knows before this returns. */
    private SigningKey known(String client, Algorithm algorithm) throws Exception {
        KeyPair pair = SigningKey.generate(algorithm);
        Files.writeString(keys.resolve(client + ".pem"), SigningKey.pem(pair.getPublic()));
        restart("kafkasend.client-keys", keys.toString());
        return SigningKey.of(client, pair.getPrivate());
    }

    private static Request upload(Body body) {
        return Request.builder()
                .method(Method.POST)
                .endpoint("/api/v1/upload")
                .filename("a.txt")
                .contentType("text/plain")
                .header("X-Request-ID", "r-1")
                .body(body)
                .build();
    }

    private static Request status() {
        return Request.builder().endpoint("/api/v1/status").build();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static int partition(JobId id) {
        return Utils.toPositive(Utils.murmur2(key(id))) % PARTITIONS;
    }

    private static byte[] key(JobId id) {
        return id.value().getBytes(StandardCharsets.US_ASCII);
    }

    private static RequestStart start(String replyTo) throws Exception {
        return RequestStart.builder(JobId.random(), 1, Method.POST, "/api/v1/upload")
                .headers(Map.of("X-Request-ID", "r-1"))
                .filename("a.txt")
                .contentType("text/plain")
                .totalBytes((long) BODY.length)
                .sha256(sha256(BODY))
                .timeoutSeconds(60)
                .replyTo(replyTo)
                .build();
    }

    private RequestStart signed(String client, RequestStart start) {
        long now = Instant.now().getEpochSecond();
        return TestSignatures.sign(client, start, now, now + 60, requests, partition(start.jobId()));
    }

    private RequestStart send(RequestStart start) {
        hostile.start(start);
        hostile.chunk(start.jobId(), 0, 1, BODY);
        return start;
    }

    private ResponseError isRefused(ErrorCode code, RequestStart start) {
        ResponseError error = hostile.error(start.jobId());
        assertThat(error.code()).as(error.message()).isEqualTo(code.name());
        assertThat(error.retryable()).isEqualTo(code.retryable());
        return error;
    }

    private void isAnswered(RequestStart start) throws Exception {
        WireClient.Reply reply = hostile.reply(start.jobId());
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.string()).contains(sha256(BODY));
    }

    /** The code of a job's ERROR, or its status. */
    private String outcome(RequestStart start) {
        await().atMost(Duration.ofSeconds(60)).until(() -> WireClient.ended(hostile.messages(start.jobId())));
        return hostile.messages(start.jobId()).stream()
                .filter(ResponseError.class::isInstance)
                .map(message -> ((ResponseError) message).code())
                .findFirst()
                .orElse("answered");
    }

    /** In a while, since files are looked at every other second. */
    private void comesToBeRefused(ErrorCode code, String client) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(outcome(send(signed(client, start(null))))).isEqualTo(code.name()));
    }

    /** Everything that was sent is settled, so that nothing more can come of it. */
    private void settled() {
        hostile.flush();
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        Stack.lag(broker.bootstrapServers(), settings.get("kafkasend.consumer-group")))
                .isZero());
    }

    private void hasEvent(String... parts) {
        await().untilAsserted(() ->
                assertThat(security.lines()).anySatisfy(line -> assertThat(line).contains(parts)));
    }

    @ParameterizedTest
    @EnumSource
    void aSignedRequestIsAnswered(Algorithm algorithm) throws Exception {
        // Given
        byte[] large = new byte[2_000_000];
        new Random(1).nextBytes(large);
        try (KafkaSendClient client = sdk().signingKey(known("sdk", algorithm)).build()) {

            // When
            Answer file = client.call(upload(Body.of(large)));
            Answer stream = client.call(upload(Body.stream(new ByteArrayInputStream(large))));
            Answer status = client.call(status());

            // Then
            assertThat(file.text()).contains(sha256(large));
            assertThat(stream.text()).contains(sha256(large));
            assertThat(status.status()).isEqualTo(200);
        }
        assertThat(security.lines()).noneMatch(line -> line.contains("refused") || line.contains("ignored"));
    }

    @Test
    void anUnsignedRequestIsRefusedAndNothingIsCalled() throws Exception {
        // When
        RequestStart unsigned = send(start(null));

        // Then
        isRefused(ErrorCode.SIGNATURE_REQUIRED, unsigned);
        settled();
        assertThat(api.calls()).isEmpty();
        hasEvent("event=request_refused", unsigned.jobId().value(), "client=none", "reason=SIGNATURE_REQUIRED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed", "es"})
    void whateverIsChangedOfASignedRequestNothingIsCalled(String client) throws Exception {
        // Given
        List<RequestStart> tampered = new ArrayList<>();
        Map<String, String> changes = Map.of(
                "\"method\":\"POST\"",
                "\"method\":\"PUT\"",
                "/api/v1/upload",
                "/api/v1/documents/a",
                "r-1",
                "r-2",
                "\"a.txt\"",
                "\"b.txt\"",
                "text/plain",
                "text/html",
                "\"total_bytes\":11",
                "\"total_bytes\":12",
                "\"timeout_seconds\":60",
                "\"timeout_seconds\":61",
                "\"total_chunks\":1",
                "\"total_chunks\":2",
                sha256(BODY),
                sha256(new byte[1]),
                "\"signature\"",
                "\"reply_to\":\"" + replies + "\",\"signature\"");

        // When
        for (Map.Entry<String, String> change : changes.entrySet()) {
            RequestStart good = signed(client, start(null));
            String value = new String(writer.write(good), StandardCharsets.UTF_8);
            assertThat(value).contains(change.getKey());
            hostile.raw(
                    good.jobId(),
                    value.replace(change.getKey(), change.getValue()).getBytes(StandardCharsets.UTF_8));
            hostile.chunk(good.jobId(), 0, 1, BODY);
            tampered.add(good);
        }
        RequestStart another = signed(client, start(null));
        RequestStart moved = start(null).signedBy(another.signature());
        hostile.start(moved);
        tampered.add(moved);

        // Then
        settled();
        assertThat(api.calls()).isEmpty();
        tampered.forEach(start -> isRefused(ErrorCode.SIGNATURE_INVALID, start));
        assertThat(security.lines().stream().filter(line -> line.contains("reason=SIGNATURE_INVALID")))
                .hasSizeGreaterThanOrEqualTo(10); // of more within ten seconds the log has the number
    }

    @Test
    void anotherBodyThanTheSignedOneIsNotSent() throws Exception {
        // When
        RequestStart start = signed("ed", start(null));
        hostile.start(start);
        hostile.chunk(start.jobId(), 0, 1, "hello w0rld".getBytes(StandardCharsets.US_ASCII));

        // Then
        isRefused(ErrorCode.SHA256_MISMATCH, start);
        assertThat(api.calls()).isEmpty();
    }

    @Test
    void aSignatureOfAnotherKeyClientOrTimeIsRefusedAndOneForAnotherTopicOrPartitionIgnored() throws Exception {
        // Given
        long now = Instant.now().getEpochSecond();
        SigningKey unknown =
                SigningKey.of("ed", SigningKey.generate(Algorithm.ED25519).getPrivate());
        RequestStart topic = start(null);
        RequestStart partition = start(null);
        RequestStart expired = start(null);
        RequestStart early = start(null);
        RequestStart lasting = start(null);
        int own = partition(partition.jobId());

        // When
        send(topic = TestSignatures.sign("ed", topic, now, now + 60, "api-requests", partition(topic.jobId())));
        send(partition = TestSignatures.sign("ed", partition, now, now + 60, requests, (own + 1) % PARTITIONS));
        send(expired = TestSignatures.sign("ed", expired, now - 120, now - 60, requests, partition(expired.jobId())));
        send(early = TestSignatures.sign("es", early, now + 60, now + 120, requests, partition(early.jobId())));
        send(lasting = TestSignatures.sign("es", lasting, now, now + 4_000, requests, partition(lasting.jobId())));

        // Then
        hasEvent("event=message_ignored", topic.jobId().value(), "client=ed", "aud is not the request topic");
        hasEvent("event=message_ignored", partition.jobId().value(), "client=ed", "partition is not the record's");
        isRefused(ErrorCode.SIGNATURE_EXPIRED, expired);
        isRefused(ErrorCode.SIGNATURE_EXPIRED, early);
        isRefused(ErrorCode.SIGNATURE_EXPIRED, lasting);
        try (KafkaSendClient client = sdk().signingKey(unknown).build()) {
            assertThat(catchThrowableOfType(JobFailedException.class, () -> client.call(status()))
                            .code())
                    .contains("SIGNATURE_INVALID");
        }
        settled();
        assertThat(hostile.messages(topic.jobId())).isEmpty();
        assertThat(hostile.messages(partition.jobId())).isEmpty();
        assertThat(api.calls()).isEmpty();
    }

    @Test
    void aSignatureThatExpiresWhileTheJobWaitsForItsChunksLetsNoCallBegin() throws Exception {
        // Given: exp is over, but not by as much as clocks may be apart
        RequestStart start = start(null);
        long expires = Instant.now().getEpochSecond() - 25;
        hostile.start(TestSignatures.sign("ed", start, expires - 60, expires, requests, partition(start.jobId())));

        // When
        await().until(() -> Instant.now().getEpochSecond() > expires + 30);
        hostile.chunk(start.jobId(), 0, 1, BODY);

        // Then
        isRefused(ErrorCode.SIGNATURE_EXPIRED, start);
        assertThat(api.calls()).isEmpty();
        settled();
    }

    @Test
    void aCopyIsNotCalledAgainAndIsAnEvent() throws Exception {
        // Given
        RequestStart start = send(signed("ed", start(null)));
        isAnswered(start);
        settled();

        // When
        send(start);
        settled();

        // Then
        hasEvent("event=message_ignored", start.jobId().value(), "reason=SIGNATURE_REPLAYED");
        assertThat(api.calls()).hasSize(1);
        assertThat(hostile.messages(start.jobId())).noneMatch(ResponseError.class::isInstance);
    }

    @Test
    void aCopyOnAnotherPartitionIsIgnoredByWhoeverReadsIt() throws Exception {
        // Given
        RequestStart start = send(signed("ed", start(null)));
        isAnswered(start);
        settled();
        restart("kafkasend.log-level", "INFO"); // this one has not seen it

        // When
        int other = (partition(start.jobId()) + 1) % PARTITIONS;
        hostile.record(new ProducerRecord<>(requests, other, key(start.jobId()), writer.write(start)));

        // Then
        hasEvent("event=message_ignored", start.jobId().value(), "reason=SIGNATURE_INVALID");
        settled();
        assertThat(api.calls()).hasSize(1);
        assertThat(hostile.messages(start.jobId())).noneMatch(ResponseError.class::isInstance);
    }

    @Test
    void onlyItsOwnClientEndsASignedJob() throws Exception {
        // Given
        RequestStart kept = signed("ed", start(null));
        RequestStart cancelled = signed("ed", start(null));
        hostile.start(kept);
        hostile.start(cancelled);

        // When
        RequestCancel cancel = new RequestCancel(kept.jobId());
        hostile.raw(kept.jobId(), writer.write(cancel));
        hostile.raw(kept.jobId(), writer.write(TestSignatures.sign("es", cancel)));
        hostile.raw(kept.jobId(), writer.write(kept.signedBy(null)));
        hostile.raw(cancelled.jobId(), writer.write(TestSignatures.sign("ed", new RequestCancel(cancelled.jobId()))));

        // Then
        isRefused(ErrorCode.CANCELLED, cancelled);
        hostile.chunk(kept.jobId(), 0, 1, BODY);
        isAnswered(kept);
        assertThat(security.lines().stream()
                        .filter(line -> line.contains("event=message_ignored")
                                && line.contains("client=ed")
                                && line.contains(kept.jobId().value())))
                .hasSize(3);
    }

    @Test
    void theSdkCancelsWhatItSigned() throws Exception {
        // Given
        SigningKey key = known("sdk", Algorithm.ES256);
        Request slow = Request.builder().endpoint("/api/v1/slow?seconds=60").build();
        try (KafkaSendClient client = sdk().signingKey(key).modernPortals(true).build()) {
            CompletableFuture<Answer> answer = client.send(slow);
            await().until(() -> !api.calls().isEmpty()
                    || portal.bean("ledger", Ledger.class).unsettled() > 0);

            // When
            answer.cancel(true);

            // Then
            await().atMost(Duration.ofSeconds(60)).until(() -> hostile.records().stream()
                    .anyMatch(record -> new String(record.value(), StandardCharsets.UTF_8).contains("CANCELLED")));
        }
        assertThat(security.lines()).noneMatch(line -> line.contains("message_ignored"));
    }

    @Test
    void policiesAreTakenWhenTheyChangeAndKeptWhenTheNewOnesAreWrong() throws Exception {
        // Given
        Files.writeString(policies, "clients: {ed: {methods: [GET]}, es: {endpoints: [/api/v1/status]}}\n");
        comesToBeRefused(ErrorCode.METHOD_NOT_ALLOWED, "ed");
        isRefused(ErrorCode.ENDPOINT_NOT_ALLOWED, send(signed("es", start(null))));
        hasEvent("event=request_refused", "client=es", "path=/api/v1/upload", "rule=client-policy");

        // When
        Files.writeString(policies, "clients: {ed: {methods: [FETCH]}}\n");
        hasEvent("event=client_file_rejected", "line 1, clients.ed.methods: got \"FETCH\"");
        isRefused(ErrorCode.METHOD_NOT_ALLOWED, send(signed("ed", start(null))));
        Files.writeString(policies, "clients: {es: {headers: []}}\n");

        // Then
        comesToBeRefused(ErrorCode.CLIENT_NOT_ALLOWED, "ed");
        isRefused(ErrorCode.HEADER_NOT_ALLOWED, send(signed("es", start(null))));
        Files.delete(keys.resolve("es.pem"));
        comesToBeRefused(ErrorCode.SIGNATURE_INVALID, "es");
    }

    @Test
    void whoSendsTooMuchIsToldWhenToComeAgain() throws Exception {
        // Given
        Files.writeString(policies, "clients: {ed: {requests_per_minute: 1}, es: {bytes_per_minute: 15}}\n");
        restart("kafkasend.policies", policies.toString());

        // When
        isAnswered(send(signed("ed", start(null))));
        RequestStart second = send(signed("ed", start(null)));
        isAnswered(send(signed("es", start(null))));
        RequestStart more = send(signed("es", start(null)));

        // Then
        assertThat(isRefused(ErrorCode.RATE_LIMITED, second).retryAfterSeconds())
                .isBetween(1, 60);
        assertThat(isRefused(ErrorCode.RATE_LIMITED, more).retryAfterSeconds()).isBetween(1, 60);
        hasEvent("event=request_refused", "client=ed", "reason=RATE_LIMITED");
    }

    @Test
    void answersGoToAnAllowedTopicAndToNoOther() throws Exception {
        // Given
        try (WireClient listener = new WireClient(broker.bootstrapServers(), requests, replies)) {

            // When
            RequestStart answered = send(signed("ed", start(replies)));
            RequestStart failed = signed("es", start(replies));
            hostile.start(failed);
            hostile.chunk(failed.jobId(), 0, 1, new byte[BODY.length]);
            RequestStart forbidden = send(signed("ed", start(requests)));
            RequestStart foreign = send(signed("ed", start("__consumer_offsets")));
            RequestStart unsigned = send(start(replies));
            RequestStart forged = send(signed("ed", start(replies)).signedBy("e30.e30.e30"));

            // Then
            assertThat(listener.reply(answered.jobId()).status()).isEqualTo(200);
            assertThat(listener.error(failed.jobId()).code()).isEqualTo("SHA256_MISMATCH");
            isRefused(ErrorCode.REPLY_TOPIC_NOT_ALLOWED, forbidden);
            isRefused(ErrorCode.REPLY_TOPIC_NOT_ALLOWED, foreign);
            isRefused(
                    ErrorCode.SIGNATURE_REQUIRED, unsigned); // on the portal's own topic: nobody may write to another's
            isRefused(ErrorCode.SIGNATURE_INVALID, forged);
            settled();
            assertThat(listener.messages(unsigned.jobId())).isEmpty();
            assertThat(listener.messages(forged.jobId())).isEmpty();
            assertThat(hostile.messages(answered.jobId())).isEmpty();
            assertThat(hostile.messages(failed.jobId())).isEmpty();
            assertThat(hostile.messages(forbidden.jobId())).hasSize(1);
            hasEvent(
                    "event=request_refused",
                    foreign.jobId().value(),
                    "client=ed",
                    "reason=REPLY_TOPIC_NOT_ALLOWED",
                    "rule=allow-list");
        }
    }

    @Test
    void theSdkListensOnTheTopicThatItAsksFor() throws Exception {
        // Given
        SigningKey key = known("sdk", Algorithm.ED25519);
        try (KafkaSendClient client = sdk().signingKey(key).replyTo(replies).build()) {

            // When
            Answer answer = client.call(upload(Body.of(BODY)));
            JobFailedException failure = catchThrowableOfType(
                    JobFailedException.class,
                    () -> client.call(
                            Request.builder().endpoint("/api/v2/other").build()));

            // Then
            assertThat(answer.text()).contains(sha256(BODY));
            assertThat(failure.code()).contains("ENDPOINT_NOT_ALLOWED");
            assertThat(hostile.records()).isEmpty();
        }
    }

    @Test
    void noHeaderOfARecordOrARequestMovesTheAnswer() throws Exception {
        // Given
        try (WireClient listener = new WireClient(broker.bootstrapServers(), requests, replies)) {
            RequestStart plain = start(null);
            RequestStart start = signed(
                    "ed",
                    RequestStart.builder(plain.jobId(), 0, Method.GET, "/api/v1/status")
                            .headers(Map.of("CamelKafkaOverrideTopic", replies, "kafka.OVERRIDE_TOPIC", replies))
                            .sha256(sha256(new byte[0]))
                            .build());
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(requests, key(start.jobId()), writer.write(start));
            for (String name : List.of("CamelKafkaOverrideTopic", "kafka.OVERRIDE_TOPIC", "kafkasend-reply-topic")) {
                record.headers().add(name, replies.getBytes(StandardCharsets.US_ASCII));
            }

            // When
            hostile.record(record);

            // Then
            assertThat(hostile.reply(start.jobId()).status()).isEqualTo(200);
            assertThat(listener.messages(start.jobId())).isEmpty();
        }
    }

    @Test
    void aPortalThatLooksAtNoSignatureTakesASignedRequestAllTheSame() throws Exception {
        // Given
        settings.put("kafkasend.require-signature", "false");
        settings.put("kafkasend.policies", "");
        restart("kafkasend.client-keys", "");
        SigningKey key = SigningKey.of("a", SigningKey.generate(Algorithm.ES256).getPrivate());
        try (KafkaSendClient client = sdk().signingKey(key).build()) {

            // Then
            assertThat(client.call(upload(Body.of(BODY))).text()).contains(sha256(BODY));
        }
    }

    @Test
    void whatWasSignedIsCalledAfterARestartToo() throws Exception {
        // Given
        RequestStart start = signed("ed", start(null));
        hostile.start(start);
        await().until(() -> portal.bean("ledger", Ledger.class).unsettled() == 1);

        // When
        restart("kafkasend.log-level", "INFO");
        hostile.chunk(start.jobId(), 0, 1, BODY);

        // Then
        isAnswered(start);
        assertThat(api.calls()).hasSize(1);
    }
}
