package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.client.Answer;
import io.kafkasend.client.Body;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.codec.MessageReader;
import io.kafkasend.protocol.codec.MessageWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CANCEL in each phase of a job, with the real portal: one outcome, the call aborted, everything settled. */
@Timeout(120)
class CancelIT {
    private static EmbeddedBroker broker;

    private final CountDownLatch hungUp = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();
    private final MessageWriter writer = new MessageWriter();
    private final MessageReader reader = new MessageReader();
    private String requests;
    private String responses;
    private ScriptedApi api;
    private Portal portal;
    private KafkaProducer<byte[], byte[]> producer;
    private KafkaConsumer<byte[], byte[]> consumer;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        String test = JobId.random().value().substring(0, 8);
        requests = "requests-" + test;
        responses = "responses-" + test;
        broker.createTopic(requests, 1);
        broker.createTopic(responses, 1);
        api = ScriptedApi.start((head, socket, out) -> {
            calls.incrementAndGet();
            if (head.startsWith("GET /api/v1/endless")) {
                out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                byte[] some = new byte[1 << 16];
                try {
                    while (true) {
                        out.write(some);
                    }
                } finally {
                    hungUp.countDown();
                }
            } else if (head.startsWith("GET /api/v1/hangs")) {
                try {
                    assertThat(socket.getInputStream().read()).isNegative();
                } finally {
                    hungUp.countDown(); // by an end or a reset
                }
            } else {
                out.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
            }
        });
        Map<String, String> settings = new HashMap<>();
        settings.put("kafkasend.bootstrap-servers", broker.bootstrapServers());
        settings.put("kafkasend.request-topic", requests);
        settings.put("kafkasend.response-topic", responses);
        settings.put("kafkasend.consumer-group", "group-" + test);
        settings.put("kafkasend.allowed-endpoints", "/api/v1/*");
        settings.put("kafkasend.use-oauth", "false");
        settings.put("kafkasend.target-api-url", api.url());
        settings.put("kafkasend.max-concurrent-jobs", "2");
        portal = Portal.start(settings);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(List.of(new TopicPartition(responses, 0)));
    }

    @AfterEach
    void stop() {
        consumer.close();
        producer.close();
        portal.close();
        api.close();
    }

    @Test
    void aJobThatIsBeingAssembledIsDropped() throws Exception {
        // Given
        JobId job = JobId.random();
        send(job, start(job, Method.POST, "/api/v1/upload", 2));
        send(job, writer.requestChunk(job, 0, 2, new byte[3]));

        // When
        send(job, writer.write(new RequestCancel(job)));
        send(job, writer.requestChunk(job, 1, 2, new byte[3]));

        // Then
        isCancelledOnce(job);
        assertThat(calls).hasValue(0);
    }

    @Test
    void aCallIsAborted() throws Exception {
        // Given
        JobId job = JobId.random();
        send(job, start(job, Method.GET, "/api/v1/hangs", 0));
        await().until(() -> calls.get() == 1);

        // When
        send(job, writer.write(new RequestCancel(job)));
        send(job, writer.write(new RequestCancel(job)));

        // Then
        assertThat(hungUp.await(60, TimeUnit.SECONDS)).isTrue();
        isCancelledOnce(job);
    }

    @Test
    void anAnswerStops() throws Exception {
        // Given
        JobId job = JobId.random();
        send(job, start(job, Method.GET, "/api/v1/endless", 0));
        List<ResponseMessage> answer = new ArrayList<>();
        await().until(() -> answer.addAll(poll(job)) && answer.size() > 3);

        // When
        send(job, writer.write(new RequestCancel(job)));

        // Then
        assertThat(hungUp.await(60, TimeUnit.SECONDS)).isTrue();
        isCancelledOnce(job);
    }

    @Test
    void anEndedOrUnknownJobIsNotMinded() throws Exception {
        // Given
        JobId ended = JobId.random();
        JobId unknown = JobId.random();
        send(ended, start(ended, Method.GET, "/api/v1/ok", 0));
        await().until(() -> !poll(ended).isEmpty());

        // When
        send(ended, writer.write(new RequestCancel(ended)));
        send(unknown, writer.write(new RequestCancel(unknown)));

        // Then
        settled();
        assertThat(poll(ended)).isEmpty();
        assertThat(poll(unknown)).isEmpty();
    }

    @Test
    void theClientsCancellationReachesTheApi() throws Exception {
        try (KafkaSendClient client = client()) {
            // Given
            CompletableFuture<Answer> answer =
                    client.send(Request.builder().endpoint("/api/v1/hangs").build());
            await().until(() -> calls.get() == 1);

            // When
            answer.cancel(true);

            // Then
            assertThat(hungUp.await(60, TimeUnit.SECONDS)).isTrue();
            settled();
            assertThat(client.call(Request.builder()
                                    .method(Method.POST)
                                    .endpoint("/api/v1/ok")
                                    .body(Body.of("next"))
                                    .build())
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void manyCancelledJobsLeaveNothingBehind() throws Exception {
        try (KafkaSendClient client = client()) {
            // Given: a client that is connected, and 100 jobs in all phases
            client.call(Request.builder().endpoint("/api/v1/ok").build());
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                CompletableFuture<Answer> answer = client.send(Request.builder()
                        .method(Method.POST)
                        .endpoint("/api/v1/ok")
                        .body(Body.of(new byte[i * 20_000]))
                        .build());
                answers.add(answer);
                if (i % 2 == 0) {
                    answer.orTimeout(i * 5L + 1, TimeUnit.MILLISECONDS);
                }
                if (i % 7 == 0) {
                    answer.cancel(true);
                }
            }
            await().until(() ->
                    answers.stream().filter(CompletableFuture::isDone).count() > 70);
        }

        // Then: closing has cancelled what was left
        settled();
        Map<JobId, Integer> outcomes = new HashMap<>();
        for (ResponseMessage message : poll(null)) {
            outcomes.merge(message.jobId(), 1, Integer::sum);
        }
        assertThat(outcomes.values()).allMatch(messages -> messages == 1); // an empty answer is a START alone
    }

    private KafkaSendClient client() {
        return KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .requestTopic(requests)
                .responseTopic(responses)
                .modernPortals(true)
                .build();
    }

    private byte[] start(JobId job, Method method, String endpoint, int chunks) {
        return writer.write(RequestStart.builder(job, chunks, method, endpoint).build());
    }

    private void send(JobId job, byte[] value) {
        producer.send(new ProducerRecord<>(requests, job.value().getBytes(StandardCharsets.US_ASCII), value));
        producer.flush();
    }

    /** What has come of this job, or of all, since it was last asked. */
    private List<ResponseMessage> poll(JobId jobOrNull) throws Exception {
        List<ResponseMessage> messages = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
            ResponseMessage message = reader.readResponse(record.value());
            if (jobOrNull == null || message.jobId().equals(jobOrNull)) {
                messages.add(message);
            }
        }
        return messages;
    }

    private void isCancelledOnce(JobId job) throws Exception {
        settled();
        consumer.seekToBeginning(consumer.assignment());
        List<ResponseMessage> all = new ArrayList<>();
        long end =
                consumer.endOffsets(consumer.assignment()).values().iterator().next();
        while (consumer.position(new TopicPartition(responses, 0)) < end) {
            all.addAll(poll(job));
        }
        // CHUNKs that were on their way may follow the ERROR, but never the one that completes an answer.
        assertThat(all).noneMatch(message -> message instanceof ResponseChunk chunk && chunk.totalChunks() != null);
        List<ResponseError> errors = all.stream()
                .filter(ResponseError.class::isInstance)
                .map(ResponseError.class::cast)
                .toList();
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0).code()).isEqualTo(ErrorCode.CANCELLED.name());
        assertThat(errors.get(0).retryable()).isFalse();
    }

    /** Everything that was sent so far is committed. */
    private void settled() {
        String group = "group-" + requests.substring("requests-".length());
        TopicPartition partition = new TopicPartition(requests, 0);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                OffsetAndMetadata committed = admin.listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(partition);
                long end = consumer.endOffsets(List.of(partition)).get(partition);
                assertThat(committed).isNotNull();
                assertThat(committed.offset()).isEqualTo(end);
            });
        }
    }
}
