package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.kafkasend.client.Answer;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.client.SigningKey;
import io.kafkasend.client.SigningKey.Algorithm;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.TestSignatures;
import io.kafkasend.protocol.Transfer;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageWriter;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One client reads another's job_id in an answer, and writes whatever it likes under it, to every partition: the job's owner
 * gets its own answer all the same. Real portals of one group, and the SDK.
 */
@Timeout(180)
class AnswerBindingIT {
    private static final int PARTITIONS = 2;
    private static final byte[] BODY = new byte[9_000_000];
    private static final int FIRST = 7_500_000;

    private static EmbeddedBroker broker;
    private static int count;

    @TempDir
    Path directory;

    private final MessageWriter writer = new MessageWriter();
    private final List<Portal> portals = new ArrayList<>();
    private final Map<String, String> settings = new HashMap<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final List<String> uploads = new CopyOnWriteArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final KeyPair alice = SigningKey.generate(Algorithm.ED25519);
    private HttpServer api;
    private String requests;
    private String responses;
    private WireClient hostile;

    @BeforeAll
    static void startBroker() {
        new Random(11).nextBytes(BODY);
        broker = EmbeddedBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void begin() throws Exception {
        String name = "binding-" + count++;
        requests = name + "-requests";
        responses = name + "-responses";
        broker.createTopic(requests, PARTITIONS);
        broker.createTopic(responses, PARTITIONS);
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.setExecutor(Executors.newCachedThreadPool());
        api.createContext("/api/v1/mine", exchange -> {
            calls.incrementAndGet();
            String upload = new String(exchange.getRequestBody().readAllBytes(), US_ASCII);
            if (!upload.isEmpty()) {
                uploads.add(upload);
            }
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(BODY, 0, FIRST); // more than goes whole, so that the answer begins
                out.flush();
                released.await();
                out.write(BODY, FIRST, BODY.length - FIRST);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        api.createContext("/api/v1/evil", exchange -> {
            byte[] evil = "EVIL".getBytes(US_ASCII);
            exchange.sendResponseHeaders(200, evil.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(evil);
            }
        });
        api.start();
        settings.put("kafkasend.bootstrap-servers", broker.bootstrapServers());
        settings.put(
                "kafkasend.target-api-url",
                "http://127.0.0.1:" + api.getAddress().getPort());
        settings.put("kafkasend.allowed-endpoints", Stack.ALLOWED);
        settings.put("kafkasend.request-topic", requests);
        settings.put("kafkasend.response-topic", responses);
        settings.put("kafkasend.consumer-group", name);
        settings.put("kafkasend.use-oauth", "false");
        hostile = new WireClient(broker.bootstrapServers(), requests, responses);
    }

    @AfterEach
    void end() {
        released.countDown();
        hostile.close();
        portals.forEach(Portal::close);
        api.stop(0);
    }

    private void start(int number, boolean signed) throws Exception {
        if (signed) {
            Path keys = Files.createDirectory(directory.resolve("keys"));
            Files.writeString(keys.resolve("alice.pem"), SigningKey.pem(alice.getPublic()));
            Files.copy(
                    Path.of("src/test/resources/vectors/client-keys/es.pem"), keys.resolve("es.pem")); // the attacker's
            settings.put("kafkasend.client-keys", keys.toString());
            settings.put("kafkasend.require-signature", "true");
        }
        for (int i = 0; i < number; i++) {
            portals.add(Portal.start(settings));
        }
        portals.forEach(Stack::awaitPartitions); // a call that runs as another portal joins may be made twice
    }

    private KafkaSendClient sdk(boolean signed) {
        KafkaSendClient.Builder builder = KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .requestTopic(requests)
                .responseTopic(responses);
        return (signed ? builder.signingKey(SigningKey.of("alice", alice.getPrivate())) : builder).build();
    }

    /** The one job that an answer has begun for. */
    private JobId seen() {
        await().atMost(Duration.ofSeconds(60)).until(() -> hostile.ids().stream()
                .anyMatch(id -> hostile.messages(id).stream().anyMatch(ResponseStart.class::isInstance)));
        return hostile.ids().iterator().next();
    }

    private void write(JobId id, int partition, byte[] value) {
        hostile.record(new ProducerRecord<>(requests, partition, id.value().getBytes(US_ASCII), value));
    }

    /** All that somebody with the documented rights can write who has seen the answer's beginning. */
    private void attack(JobId id, boolean signed) throws Exception {
        String digest = hostile.messages(id).get(0).request();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            RequestStart evil = RequestStart.builder(id, 0, Method.GET, "/api/v1/evil")
                    .sha256(RequestDigest.of(new byte[0]))
                    .timeoutSeconds(60)
                    .build();
            write(id, partition, writer.write(signed ? signed(evil, partition) : evil));
            for (String claimed : new String[] {null, digest, RequestDigest.NONE}) {
                write(id, partition, writer.requestChunk(id, 0, 1, claimed, new byte[1], null));
                write(id, partition, writer.requestChunk(id, 7, 9, claimed, new byte[1], null));
            }
            write(id, partition, writer.write(new RequestCancel(id)));
            write(id, partition, writer.write(new RequestCancel(id, digest, null)));
            write(id, partition, ("{\"job_id\":\"" + id + "\",\"message_type\":\"CHUNK\"}").getBytes(US_ASCII));
            write(id, partition, ("{\"job_id\":\"" + id + "\",\"message_type\":\"START\"}").getBytes(US_ASCII));
        }
        hostile.flush();
        // Whatever the portals make of it: they have read it when they answer what comes behind it.
        List<JobId> behind = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            JobId next = JobId.random();
            behind.add(next);
            write(next, partition, writer.requestChunk(next, 0, 1, new byte[1]));
        }
        hostile.flush();
        behind.forEach(next -> hostile.error(next));
    }

    private RequestStart signed(RequestStart start, int partition) {
        long now = Instant.now().getEpochSecond();
        return TestSignatures.sign("es", start, now, now + 60, requests, partition);
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "1, true", "2, true"})
    void anAnswerThatHasBegunIsNobodyElsesToReplaceOrToEnd(int number, boolean signed) throws Exception {
        // Given
        start(number, signed);
        try (KafkaSendClient client = sdk(signed)) {
            CompletableFuture<Answer> answer =
                    client.send(Request.builder().endpoint("/api/v1/mine").build());
            JobId id = seen();

            // When
            attack(id, signed);
            released.countDown();

            // Then
            assertThat(answer.get().bytes()).isEqualTo(BODY);
            assertThat(calls).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAnotherWritesWhileABoundRequestIsAssembledChangesNothing(boolean frames) throws Exception {
        // Given
        released.countDown();
        start(2, false);
        JobId id = JobId.random();
        RequestStart start = RequestStart.builder(id, 2, Method.POST, "/api/v1/mine")
                .contentType("text/plain")
                .totalBytes(4L)
                .transfer(new Transfer(null, frames, false, Set.of()))
                .secretSha256(RequestDigest.ofSecret("hidden"))
                .build();
        byte[] value = writer.write(start);
        write(id, 0, value);
        chunk(id, 0, RequestDigest.of(value), "ab", frames);

        // When
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (String claimed : new String[] {null, RequestDigest.NONE}) {
                write(id, partition, writer.requestChunk(id, 0, 2, claimed, new byte[] {'x'}, null));
                write(id, partition, writer.requestChunk(id, 1, 2, claimed, new byte[] {'x'}, null));
                write(id, partition, writer.requestChunk(id, 99_999, 2, claimed, new byte[] {'x'}, null));
            }
            write(id, partition, ("{\"job_id\":\"" + id + "\",\"message_type\":\"CHUNK\"}").getBytes(US_ASCII));
            write(id, partition, writer.write(new RequestCancel(id)));
            write(id, partition, writer.write(new RequestCancel(id, "guessed", null)));
            write(
                    id,
                    partition,
                    writer.write(WireClient.start(id, Method.GET, "/api/v1/evil", Map.of(), null, null, new byte[0])));
        }
        chunk(id, 1, RequestDigest.of(value), "cd", frames);
        hostile.flush();

        // Then
        List<ResponseMessage> own = new ArrayList<>();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            own.clear();
            hostile.messages(id).stream()
                    .filter(message -> RequestDigest.of(value).equals(message.request()))
                    .forEach(own::add);
            return WireClient.ended(own);
        });
        assertThat(own).noneMatch(ResponseError.class::isInstance);
        assertThat(uploads).containsExactly("abcd");
    }

    private void chunk(JobId id, int sequence, String digest, String data, boolean frame) {
        byte[] bytes = data.getBytes(US_ASCII);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                requests,
                0,
                id.value().getBytes(US_ASCII),
                frame ? bytes : writer.requestChunk(id, sequence, 2, digest, bytes, null));
        if (frame) {
            FrameHeaders.chunk(sequence, 2, null, null, digest).forEach(record.headers()::add);
        }
        hostile.record(record);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aCopyOfASignedStartThatIsReadFirstOnAnotherPartitionEndsNothing(int number) throws Exception {
        // Given
        released.countDown();
        start(number, true);
        JobId id = JobId.random();
        byte[] empty = new byte[0];
        RequestStart start = signed(
                RequestStart.builder(id, 0, Method.GET, "/api/v1/mine")
                        .sha256(RequestDigest.of(empty))
                        .timeoutSeconds(60)
                        .build(),
                1);

        // When
        write(id, 0, writer.write(start));
        JobId behind = JobId.random();
        write(behind, 0, writer.requestChunk(behind, 0, 1, new byte[1]));
        hostile.error(behind); // so that the copy has been read
        write(id, 1, writer.write(start));

        // Then
        assertThat(hostile.reply(id).body()).isEqualTo(BODY);
        assertThat(hostile.messages(id)).noneMatch(ResponseError.class::isInstance);
    }

    @Test
    void everyRecordOfAnAnswerCarriesTheDigestOfItsStartAsSent() throws Exception {
        // Given
        released.countDown();
        start(1, false);
        byte[] strange = ("{ \"total_chunks\":0,\"method\":\"GET\",\"message_type\":\"START\",\"job_id\":\"%s\","
                        + "\"endpoint\":\"/api/v1/mine\",\"unknown\":[1,2] }")
                .formatted(JobId.random())
                .getBytes(US_ASCII);
        byte[] refused = new String(strange, US_ASCII)
                .replaceAll("[0-9a-f-]{36}", JobId.random().value())
                .replace("/api/v1/mine", "/forbidden")
                .getBytes(US_ASCII);

        // When
        for (byte[] value : List.of(strange, refused)) {
            JobId id = JobId.parse(new String(value, US_ASCII).replaceAll("(?s).*\"job_id\":\"([^\"]*)\".*", "$1"))
                    .orElseThrow();
            hostile.raw(id, value);
            await().atMost(Duration.ofSeconds(60)).until(() -> WireClient.ended(hostile.messages(id)));

            // Then
            List<ResponseMessage> answer = hostile.messages(id);
            assertThat(answer).extracting(ResponseMessage::request).containsOnly(RequestDigest.of(value));
            assertThat(answer.stream().anyMatch(ResponseError.class::isInstance))
                    .isEqualTo(value == refused);
            assertThat(answer.stream().anyMatch(ResponseChunk.class::isInstance))
                    .isEqualTo(value == strange);
        }
    }
}
