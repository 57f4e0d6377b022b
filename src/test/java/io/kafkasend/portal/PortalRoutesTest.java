package io.kafkasend.portal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.job.CorrelationId;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.requester.CallSlots;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.codec.MessageReader;
import io.kafkasend.protocol.codec.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The real routes and beans, with Camel's own Kafka and HTTP components: only the consumer is replaced, by {@code
 * direct:records}, and the producers' client by Kafka's MockProducer. The API is a server on loopback.
 */
class PortalRoutesTest {
    private static final String CANARY = "canary-of-the-record";

    private final MessageWriter writer = new MessageWriter();
    private final MessageReader reader = new MessageReader();
    private final Api api = new Api();
    private final TokenServer tokens = TokenServer.start("portal", "s3cret");
    private final Sent sent = new Sent();
    private Main main;
    private long offset;

    /** The API: answers as it is told, and remembers what it was asked. */
    private static final class Api implements AutoCloseable {
        private final List<Asked> asked = new CopyOnWriteArrayList<>();
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final HttpServer server;
        private volatile Answers answers = exchange -> answer(exchange, 200, "text/plain", "hello".getBytes(UTF_8));

        private record Asked(String method, String target, Map<String, String> headers, byte[] body) {}

        private interface Answers {
            void to(HttpExchange exchange) throws IOException;
        }

        Api() {
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.setExecutor(threads);
            server.createContext("/", exchange -> {
                Map<String, String> headers = new HashMap<>();
                exchange.getRequestHeaders()
                        .forEach((name, values) -> headers.put(name.toLowerCase(), String.join(", ", values)));
                asked.add(new Asked(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        headers,
                        exchange.getRequestBody().readAllBytes()));
                answers.to(exchange);
            });
            server.start();
        }

        static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
            exchange.getResponseHeaders().add("Content-Type", type);
            exchange.getResponseHeaders().add("Set-Cookie", "a=b");
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        }

        String url() {
            return "http://localhost:" + server.getAddress().getPort() + "/base/";
        }

        @Override
        public void close() {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    /** Every record that the portal sent, over all of its producers; refuses those it is told to. */
    private static final class Sent extends DefaultKafkaClientFactory {
        private final List<ProducerRecord<byte[], byte[]>> records = new CopyOnWriteArrayList<>();
        /** The values that went by the producer whose records wait for one another. */
        private final List<String> together = new CopyOnWriteArrayList<>();

        private volatile Predicate<String> refused = value -> false;
        private volatile boolean togetherFails;

        @Override
        @SuppressWarnings({"unchecked", "rawtypes"}) // Camel's factory knows neither keys nor values
        public Producer getProducer(Properties properties) {
            boolean waits = Integer.parseInt(String.valueOf(properties.get("linger.ms"))) > 0;
            return new MockProducer<byte[], byte[]>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                @Override
                public synchronized Future<RecordMetadata> send(
                        ProducerRecord<byte[], byte[]> record, Callback callback) {
                    if (refused.test(new String(record.value(), UTF_8))) {
                        throw new TimeoutException("not within delivery.timeout.ms");
                    }
                    if (waits) {
                        together.add(new String(record.value(), UTF_8));
                    }
                    if (waits && togetherFails) {
                        TimeoutException failure = new TimeoutException("not within delivery.timeout.ms");
                        new Thread(() -> callback.onCompletion(null, failure)).start(); // as Kafka's own would
                        return CompletableFuture.failedFuture(failure);
                    }
                    records.add(record);
                    return super.send(record, callback);
                }
            };
        }
    }

    private void start(Map<String, String> overrides) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "kafkasend.target-api-url", api.url(),
                "kafkasend.allowed-endpoints", "/api/*",
                "kafkasend.oauth2-token-url", tokens.tokenUrl().toString(),
                "kafkasend.oauth2-client-id", "portal",
                "kafkasend.oauth2-client-secret", "s3cret",
                "camel.main.routes-include-pattern", "classpath:routes/portal/*.camel.yaml",
                "kafkasend.shutdown-grace-seconds", "5"));
        settings.putAll(overrides);
        main = new Main();
        main.setDefaultPropertyPlaceholderLocation("classpath:routes/portal/application.properties");
        settings.forEach(main::addOverrideProperty);
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport support) {
                support.getCamelContext().getCamelContextExtension().registerEndpointCallback((uri, endpoint) -> {
                    if (endpoint instanceof KafkaEndpoint kafka) {
                        kafka.setKafkaClientFactory(sent);
                    }
                    return endpoint;
                });
                try {
                    AdviceWith.adviceWith(
                            support.getCamelContext(), "receive", route -> route.replaceFromWith("direct:records"));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        main.start();
    }

    @AfterEach
    void stopEverything() {
        if (main != null) {
            main.stop();
        }
        api.close();
        tokens.close();
    }

    private CamelContext context() {
        return main.getCamelContext();
    }

    private <T> T bean(String name, Class<T> type) {
        return context().getRegistry().lookupByNameAndType(name, type);
    }

    /** Brings a record, as the Kafka consumer would; gives the exchange when the poll thread is done with it. */
    private Exchange receive(JobId key, byte[] value) {
        long at = offset++;
        bean("ledger", Ledger.class).note(Parts.records(Parts.PARTITION, at));
        Exchange exchange = new DefaultExchange(context());
        exchange.getIn().setHeader(KafkaConstants.TOPIC, Parts.PARTITION.topic());
        exchange.getIn().setHeader(KafkaConstants.PARTITION, Parts.PARTITION.partition());
        exchange.getIn().setHeader(KafkaConstants.OFFSET, at);
        exchange.getIn().setHeader(KafkaConstants.KEY, key.value().getBytes(UTF_8));
        exchange.getIn().setHeader("Authorization", CANARY);
        exchange.getIn().setHeader("X-Record-Header", CANARY);
        exchange.getIn().setBody(value);
        return context().createProducerTemplate().send("direct:records", exchange);
    }

    private void receive(RequestStart start) {
        assertThat(receive(start.jobId(), writer.write(start)).getException()).isNull();
    }

    private void receiveChunk(RequestStart start, int sequence, String data) {
        receive(start.jobId(), writer.requestChunk(start.jobId(), sequence, start.totalChunks(), data.getBytes(UTF_8)));
    }

    private RequestStart get(String endpoint) {
        RequestStart start = Start.of(Method.GET).endpoint(endpoint).build();
        receive(start);
        return start;
    }

    private List<ResponseMessage> messages(JobId id) {
        List<ResponseMessage> messages = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : sent.records) {
            try {
                ResponseMessage message = reader.readResponse(record.value());
                if (message.jobId().equals(id)) {
                    messages.add(message);
                }
            } catch (ProtocolException e) {
                throw new AssertionError(e);
            }
        }
        return messages;
    }

    /** Waits until nothing is owed to Kafka any more, and nothing is held. */
    private void awaitAllSettled() {
        await().untilAsserted(() -> {
            assertThat(bean("ledger", Ledger.class).unsettled()).isZero();
            assertThat(context().getInflightRepository().size()).isZero();
        });
        assertThat(bean("jobs", Jobs.class).underWay()).isZero();
        assertThat(bean("jobs", Jobs.class).assembling()).isZero();
        assertThat(bean("slots", CallSlots.class).taken()).isZero();
    }

    private ResponseError onlyError(RequestStart start) {
        awaitAllSettled();
        List<ResponseError> errors = messages(start.jobId()).stream()
                .filter(message -> message instanceof ResponseError)
                .map(message -> (ResponseError) message)
                .toList();
        assertThat(errors).hasSize(1);
        return errors.get(0);
    }

    private String text(RequestStart start) {
        awaitAllSettled();
        List<ResponseMessage> messages = messages(start.jobId());
        assertThat(messages).hasSize(2);
        assertThat(((ResponseStart) messages.get(0)).text()).isTrue();
        return new String(((ResponseChunk) messages.get(1)).data(), UTF_8);
    }

    @Test
    void aWholeJobIsCalledAnsweredAndSettled() throws Exception {
        // Given
        start(Map.of());
        RequestStart start = Start.of(Method.POST)
                .endpoint("/api/up%20load?q=a/b")
                .chunks(3)
                .file("a.txt", "text/plain")
                .headers(Map.of("X-Request-ID", "r1", "Cookie", "c=d"))
                .build();

        // When
        receive(start);
        receiveChunk(start, 2, "three");
        receiveChunk(start, 0, "one");
        receiveChunk(start, 0, "one");
        receiveChunk(start, 1, "two");

        // Then
        assertThat(text(start)).isEqualTo("hello");
        assertThat(api.asked).hasSize(1);
        Api.Asked asked = api.asked.get(0);
        assertThat(asked.method()).isEqualTo("POST");
        assertThat(asked.target()).isEqualTo("/base/api/up%20load?q=a/b");
        assertThat(new String(asked.body(), UTF_8)).contains("filename=\"a.txt\"", "\r\n\r\nonetwothree\r\n--");
        assertThat(asked.headers())
                .containsEntry("x-request-id", "r1")
                .containsEntry("idempotency-key", start.jobId().value())
                .containsEntry("content-length", String.valueOf(asked.body().length))
                .containsKey("authorization")
                .doesNotContainKeys("cookie", "x-record-header", "job-id", "accept-encoding")
                .doesNotContainValue(CANARY);
    }

    @Test
    void nothingButKeyAndValueGoesToKafka() throws Exception {
        // Given
        start(Map.of());

        // When
        RequestStart answered = get("/api/things");
        RequestStart refused = get("/internal");
        awaitAllSettled();

        // Then
        assertThat(sent.records).hasSize(3);
        for (ProducerRecord<byte[], byte[]> record : sent.records) {
            assertThat(record.headers()).isEmpty();
            assertThat(record.topic()).isEqualTo("api-responses");
            assertThat(new String(record.key(), UTF_8))
                    .isIn(answered.jobId().value(), refused.jobId().value());
            assertThat(new String(record.value(), UTF_8))
                    .doesNotContainIgnoringCase("authorization", "bearer", "cookie", CANARY);
        }
    }

    @Test
    void anyMethodAndAnyStatusPass() throws Exception {
        // Given
        start(Map.of("kafkasend.retry-max-attempts", "1"));
        api.answers = exchange -> {
            int status = Integer.parseInt(exchange.getRequestURI().getPath().replaceAll("\\D", ""));
            if (status >= 300 && status < 400) {
                exchange.getResponseHeaders().add("Location", "/base/api/200");
            }
            Api.answer(exchange, status, "text/plain", new byte[0]);
        };

        for (Method method : Method.values()) {
            for (int status : new int[] {200, 204, 302, 401, 403, 404, 418, 429, 500, 503}) {
                // When
                RequestStart start = Start.of(method).endpoint("/api/" + status).build();
                receive(start);
                awaitAllSettled();

                // Then
                assertThat(messages(start.jobId())).hasSize(1);
                assertThat(((ResponseStart) messages(start.jobId()).get(0)).statusCode())
                        .isEqualTo(status);
                assertThat(api.asked.get(api.asked.size() - 1).method()).isEqualTo(method.name());
            }
        }
        // once each, and once more for each 401
        assertThat(api.asked).hasSize(7 * 11);
    }

    @Test
    void aClientsContentTypeHeaderCountsWhateverItsCase() throws Exception {
        // Given
        start(Map.of());
        RequestStart start = Start.of(Method.PUT)
                .chunks(1)
                .headers(Map.of("content-type", "application/x-thing"))
                .build();

        // When
        receive(start);
        receiveChunk(start, 0, "body");

        // Then
        assertThat(text(start)).isEqualTo("hello");
        assertThat(api.asked.get(0).headers()).containsEntry("content-type", "application/x-thing");
        assertThat(new String(api.asked.get(0).body(), UTF_8)).isEqualTo("body");
    }

    @Test
    void aLongAnswerStreams() throws Exception {
        // Given
        start(Map.of());
        byte[] body = new byte[40 * Limits.CHUNK_BYTES + 1];
        new Random(1).nextBytes(body);
        api.answers = exchange -> Api.answer(exchange, 200, "application/octet-stream", body);

        // When
        RequestStart start = get("/api/big");
        awaitAllSettled();

        // Then
        List<ResponseMessage> messages = messages(start.jobId());
        assertThat(messages).hasSize(42);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        messages.stream()
                .skip(1)
                .forEach(message -> received.writeBytes(Base64.getDecoder().decode(((ResponseChunk) message).data())));
        assertThat(Arrays.equals(received.toByteArray(), body)).isTrue();
    }

    /** So many requests at once, more than there are callers, whose answers come close together. */
    private List<RequestStart> crowd() {
        return IntStream.range(0, 40).mapToObj(i -> get("/api/crowd/" + i)).toList();
    }

    @Test
    void theShortAnswersOfACrowdGoTogetherEachOnceAndAllAreSettled() throws Exception {
        // Given
        start(Map.of());
        List<RequestStart> starts = new ArrayList<>();

        // When
        await().until(() -> {
            starts.addAll(crowd());
            return !sent.together.isEmpty();
        });

        // Then
        awaitAllSettled();
        for (RequestStart start : starts) {
            List<ResponseMessage> messages = messages(start.jobId());
            assertThat(messages).hasSize(2);
            assertThat(new String(((ResponseChunk) messages.get(1)).data(), UTF_8))
                    .isEqualTo("hello");
        }
    }

    @Test
    void anAnswerOfACrowdThatKafkaDoesNotTakeEndsInOneErrorAndHoldsUpNothing() throws Exception {
        // Given
        start(Map.of());
        sent.togetherFails = true;
        List<RequestStart> starts = new ArrayList<>();

        // When
        await().until(() -> {
            starts.addAll(crowd());
            return !sent.together.isEmpty();
        });

        // Then
        awaitAllSettled();
        int failed = 0;
        for (RequestStart start : starts) {
            List<ResponseMessage> messages = messages(start.jobId());
            if (messages.get(0) instanceof ResponseError error) {
                assertThat(messages).hasSize(1);
                assertThat(error.code()).isEqualTo("ANSWER_INTERRUPTED");
                failed++;
            } else {
                assertThat(messages).hasSize(2);
            }
        }
        assertThat(failed).isPositive();
    }

    @Test
    void compressedAnswersKeepTheirBytes() throws Exception {
        // Given
        start(Map.of());
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(zipped)) {
            gzip.write("hello".getBytes(UTF_8));
        }
        api.answers = exchange -> {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            Api.answer(exchange, 200, "text/plain", zipped.toByteArray());
        };

        // When
        RequestStart start = get("/api/zipped");
        awaitAllSettled();

        // Then
        ResponseChunk chunk = (ResponseChunk) messages(start.jobId()).get(1);
        assertThat(Base64.getDecoder().decode(chunk.data())).isEqualTo(zipped.toByteArray());
    }

    @Test
    void a401RenewsTheTokenOnceAndTheSecondAnswerCounts() throws Exception {
        // Given
        start(Map.of());
        api.answers =
                exchange -> Api.answer(exchange, api.asked.size() == 1 ? 401 : 200, "text/plain", new byte[] {'x'});

        // When
        RequestStart start = Start.of(Method.POST).chunks(1).build();
        receive(start);
        receiveChunk(start, 0, "body");

        // Then
        assertThat(text(start)).isEqualTo("x");
        assertThat(api.asked).hasSize(2);
        assertThat(api.asked).extracting(Api.Asked::body).containsOnly("body".getBytes(UTF_8));
        assertThat(api.asked.get(0).headers().get("authorization"))
                .isNotEqualTo(api.asked.get(1).headers().get("authorization"));
        assertThat(tokens.tokensIssued()).isEqualTo(2);
    }

    @Test
    void aSecond401IsTheAnswer() throws Exception {
        // Given
        start(Map.of());
        api.answers = exchange -> Api.answer(exchange, 401, "text/plain", new byte[] {'n', 'o'});

        // When
        RequestStart start = get("/api/things");

        // Then
        assertThat(text(start)).isEqualTo("no");
        assertThat(api.asked).hasSize(2);
    }

    @Test
    void withoutOauthA401IsTheAnswerAtOnce() throws Exception {
        // Given
        start(Map.of("kafkasend.use-oauth", "false"));
        api.answers = exchange -> Api.answer(exchange, 401, "text/plain", new byte[] {'n', 'o'});

        // When
        RequestStart start = get("/api/things");

        // Then
        assertThat(text(start)).isEqualTo("no");
        assertThat(api.asked).hasSize(1);
        assertThat(api.asked.get(0).headers()).doesNotContainKey("authorization");
    }

    @Test
    void everyStepsFailureEndsInOneErrorAndIsSettled() throws Exception {
        // Given
        start(Map.of("kafkasend.max-assembling-jobs", "1"));

        // Then: admit, by policy
        assertThat(onlyError(get("/internal")).code()).isEqualTo("ENDPOINT_NOT_ALLOWED");

        // admit, by a chunk that contradicts
        RequestStart conflict = Start.withChunks(2);
        receive(conflict);
        receiveChunk(conflict, 0, "a");
        receiveChunk(conflict, 0, "b");
        receiveChunk(conflict, 1, "c");
        assertThat(onlyError(conflict).code()).isEqualTo("CHUNK_CONFLICT");

        // admit, by a chunk without a job
        RequestStart unknown = Start.withChunks(2);
        receiveChunk(unknown, 0, "a");
        receiveChunk(unknown, 1, "b");
        assertThat(onlyError(unknown).code()).isEqualTo("UNKNOWN_JOB");

        // decode
        RequestStart unreadable = Start.withChunks(2);
        receive(unreadable);
        receive(
                unreadable.jobId(),
                ("{\"job_id\":\"" + unreadable.jobId()
                                + "\",\"message_type\":\"CHUNK\",\"sequence\":0,\"total_chunks\":2,\"data\":\"?\"}")
                        .getBytes(UTF_8));
        assertThat(onlyError(unreadable).code()).isEqualTo("INVALID_BASE64");

        // verify
        RequestStart corrupt = Start.of(Method.POST).chunks(1).crc32(1).build();
        receive(corrupt);
        receiveChunk(corrupt, 0, "a");
        assertThat(onlyError(corrupt).code()).isEqualTo("CRC_MISMATCH");
        assertThat(api.asked).isEmpty();

        // to-api, cut before the head of the answer
        api.answers = HttpExchange::close;
        assertThat(onlyError(get("/api/broken")).code()).isEqualTo("API_BROKEN");

        // cut, when the answer ends before its end
        api.answers = exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            throw new IOException("gone");
        };
        assertThat(onlyError(get("/api/cut")).code()).isEqualTo("ANSWER_INTERRUPTED");
    }

    @Test
    void aJobTooManyIsRefusedAndTheOthersGoOn() throws Exception {
        // Given
        start(Map.of("kafkasend.max-assembling-jobs", "1"));
        RequestStart first = Start.withChunks(1);
        receive(first);
        RequestStart second = Start.withChunks(1);

        // When
        receive(second);
        receiveChunk(second, 0, "b");
        receiveChunk(first, 0, "a");

        // Then
        assertThat(onlyError(second).code()).isEqualTo("TOO_MANY_JOBS");
        assertThat(text(first)).isEqualTo("hello");
    }

    @Test
    void noTokenMeansNoCall() throws Exception {
        // Given
        start(Map.of("kafkasend.oauth2-client-secret", "wrong"));

        // When
        ResponseError rejected = onlyError(get("/api/things"));

        // Then
        assertThat(rejected.code()).isEqualTo("OAUTH_REJECTED");
        assertThat(api.asked).isEmpty();
    }

    @Test
    void anApiThatIsDownIsUnreachable() throws Exception {
        // Given
        start(Map.of());
        api.close();

        // When
        ResponseError error = onlyError(get("/api/things"));

        // Then
        assertThat(error.code()).isEqualTo("API_UNREACHABLE");
        assertThat(error.message()).doesNotContain("localhost", "http");
    }

    @Test
    void aCallOverItsTimeIsEnded() throws Exception {
        // Given
        start(Map.of("kafkasend.job-timeout-seconds", "1"));
        CountDownLatch end = new CountDownLatch(1);
        api.answers = exchange -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        };

        // When
        ResponseError error = onlyError(get("/api/slow"));

        // Then
        assertThat(error.code()).isEqualTo("API_TIMEOUT");
        end.countDown();
    }

    @Test
    void anAnswerThatDripsIsEndedByTheClientsOwnTime() throws Exception {
        // Given
        start(Map.of());
        CountDownLatch end = new CountDownLatch(1);
        api.answers = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        };
        RequestStart start = Start.of(Method.GET).timeoutSeconds(1).build();

        // When
        receive(start);

        // Then
        assertThat(onlyError(start).code()).isEqualTo("ANSWER_INTERRUPTED");
        end.countDown();
    }

    @Test
    void aGroupThatWaitsTooLongIsGivenUpOnce() throws Exception {
        // Given
        start(Map.of("kafkasend.job-idle-seconds", "1"));
        RequestStart start = Start.withChunks(3);

        // When
        receive(start);
        receiveChunk(start, 1, "b");

        // Then
        assertThat(onlyError(start).code()).isEqualTo("JOB_TIMEOUT");
        receiveChunk(start, 0, "a");
        receiveChunk(start, 2, "c");
        receive(start);
        assertThat(onlyError(start).code()).isEqualTo("JOB_TIMEOUT");
        assertThat(messages(start.jobId())).hasSize(1);
        assertThat(api.asked).isEmpty();
    }

    @Test
    void ageCountsEvenWhileChunksCome() throws Exception {
        // Given
        start(Map.of("kafkasend.job-max-age-seconds", "2"));
        RequestStart start = Start.withChunks(100_000);
        receive(start);
        int[] sequence = {0};

        // When
        await().until(() -> {
            receiveChunk(start, sequence[0]++, "x");
            return !messages(start.jobId()).isEmpty();
        });

        // Then
        assertThat(onlyError(start).code()).isEqualTo("JOB_TIMEOUT");
    }

    @Test
    void moreJobsThanCallersWaitForOneAndASlowCallDelaysNoOther() throws Exception {
        // Given
        start(Map.of("kafkasend.max-concurrent-jobs", "2"));
        CountDownLatch end = new CountDownLatch(1);
        api.answers = exchange -> {
            if (exchange.getRequestURI().getPath().endsWith("slow")) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            Api.answer(exchange, 200, "text/plain", "hello".getBytes(UTF_8));
        };

        // When
        RequestStart slow = get("/api/slow");
        List<RequestStart> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            others.add(get("/api/" + i));
        }

        // Then
        await().untilAsserted(() -> assertThat(others)
                .allSatisfy(start -> assertThat(messages(start.jobId())).hasSize(2)));
        assertThat(messages(slow.jobId())).isEmpty();
        end.countDown();
        assertThat(text(slow)).isEqualTo("hello");
    }

    @Test
    void badMessagesForAJobInCallDoNotTouchIt() throws Exception {
        // Given
        start(Map.of());
        CountDownLatch end = new CountDownLatch(1);
        api.answers = exchange -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Api.answer(exchange, 200, "text/plain", "hello".getBytes(UTF_8));
        };
        RequestStart start = Start.of(Method.POST).chunks(1).build();
        receive(start);
        receiveChunk(start, 0, "a");
        await().until(() -> api.asked.size() == 1);

        // When
        receive(Start.of(Method.PUT).id(start.jobId()).chunks(7).build());
        receiveChunk(start, 0, "another");
        receive(start.jobId(), ("{\"job_id\":\"" + start.jobId() + "\"}").getBytes(UTF_8));
        receive(start);

        // Then
        assertThat(messages(start.jobId())).isEmpty();
        assertThat(bean("jobs", Jobs.class).underWay()).isEqualTo(1);
        assertThat(bean("slots", CallSlots.class).taken()).isEqualTo(1);
        end.countDown();
        assertThat(text(start)).isEqualTo("hello");
        assertThat(api.asked).hasSize(1);
    }

    @Test
    void anAnswerThatKafkaDoesNotTakeIsAnError() throws Exception {
        // Given
        start(Map.of());
        sent.refused = value -> value.contains("\"CHUNK\"");

        // When
        ResponseError error = onlyError(get("/api/things"));

        // Then
        assertThat(error.code()).isEqualTo("ANSWER_INTERRUPTED");
    }

    @Test
    void aLongAnswerThatKafkaStopsTakingIsAnErrorAndFreesItsCaller() throws Exception {
        // Given
        start(Map.of("kafkasend.max-concurrent-jobs", "1"));
        api.answers =
                exchange -> Api.answer(exchange, 200, "application/octet-stream", new byte[40 * Limits.CHUNK_BYTES]);
        for (String refused : List.of("\"START\"", "\"sequence\":7,", "\"sequence\":15,", "\"sequence\":39,")) {
            sent.refused = value -> value.contains(refused);

            // When
            RequestStart start = get("/api/big");

            // Then
            assertThat(onlyError(start).code()).isEqualTo("ANSWER_INTERRUPTED");
        }
    }

    @Test
    void aLongAnswerThatEndsBeforeItsEndIsAnErrorAndFreesItsCaller() throws Exception {
        // Given
        start(Map.of("kafkasend.max-concurrent-jobs", "1"));
        for (int chunks : new int[] {6, 15, 16, 17, 31}) {
            api.answers = exchange -> {
                exchange.sendResponseHeaders(200, 40L * Limits.CHUNK_BYTES);
                exchange.getResponseBody().write(new byte[chunks * Limits.CHUNK_BYTES]);
                exchange.getResponseBody().flush();
                throw new IOException("gone");
            };

            // When
            RequestStart start = get("/api/big");

            // Then
            assertThat(onlyError(start).code()).isEqualTo("ANSWER_INTERRUPTED");
        }
    }

    @Test
    void nothingIsSettledUntilTheOutcomeHasReachedKafka() throws Exception {
        // Given
        start(Map.of());
        java.util.concurrent.atomic.AtomicInteger tries = new java.util.concurrent.atomic.AtomicInteger();
        sent.refused = value -> tries.incrementAndGet() > 0;

        // When
        RequestStart start = get("/api/things");
        await().until(() -> tries.get() >= 3);

        // Then
        assertThat(sent.records).isEmpty();
        assertThat(bean("ledger", Ledger.class).unsettled()).isEqualTo(1);

        // When
        sent.refused = value -> false;

        // Then
        assertThat(onlyError(start).code()).isEqualTo("ANSWER_INTERRUPTED");
        await().untilAsserted(() ->
                assertThat(bean("ledger", Ledger.class).unsettled()).isZero());
    }

    @Test
    void assembliesOfALostPartitionAreDroppedAndAssembledAnew() throws Exception {
        // Given
        start(Map.of());
        RequestStart start = Start.withChunks(2);
        receive(start);
        receiveChunk(start, 0, "old");

        // When
        bean("ledger", Ledger.class).forget(List.of(Parts.PARTITION));
        offset = 0;
        receive(start);
        receiveChunk(start, 0, "new");
        receiveChunk(start, 1, "er");

        // Then
        assertThat(text(start)).isEqualTo("hello");
        assertThat(new String(api.asked.get(0).body(), UTF_8)).isEqualTo("newer");
    }

    @Test
    void aJobWhosePartitionGoesBeforeItsNextAttemptIsNotCalledAgainAndGetsNoAnswerFromHere() throws Exception {
        // Given
        start(Map.of());
        api.answers = exchange -> {
            bean("ledger", Ledger.class).forget(List.of(Parts.PARTITION));
            Api.answer(exchange, 503, "text/plain", "later".getBytes(UTF_8));
        };

        // When
        RequestStart start = get("/api/things");

        // Then
        await().until(() -> !api.asked.isEmpty());
        awaitAllSettled();
        assertThat(api.asked).hasSize(1);
        assertThat(messages(start.jobId())).isEmpty();
        assertThat(bean("jobs", Jobs.class).hasEnded(new CorrelationId(0, start.jobId())))
                .isFalse();
    }

    @Test
    void aTombstoneIsSettledInSilenceAndAForeignKeyIsADeadLetter() throws Exception {
        // Given
        start(Map.of());

        // When
        receive(JobId.random(), null);
        receive(JobId.random(), writer.write(Start.withChunks(1)));
        receive(JobId.random(), "{".getBytes(UTF_8));

        // Then
        awaitAllSettled();
        assertThat(sent.records).hasSize(2).allSatisfy(record -> assertThat(record.topic())
                .isEqualTo("api-dead-letters"));
    }
}
