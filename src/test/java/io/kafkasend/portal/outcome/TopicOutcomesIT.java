package io.kafkasend.portal.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.settings.Configurations;
import io.kafkasend.protocol.ByteSlice;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.protocol.codec.MessageWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a look into the answer topic finds, and what it costs. */
@Timeout(120)
class TopicOutcomesIT {
    private static final long HOUR = 3_600_000;
    private static final String REQUEST = RequestDigest.of(ByteSlice.of(new byte[] {1}));

    private final long now = System.currentTimeMillis();
    private EmbeddedBroker broker;
    private KafkaProducer<byte[], byte[]> producer;
    private TopicOutcomes outcomes;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-responses", 1);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        outcomes = new TopicOutcomes(Configurations.with(Map.of("bootstrap-servers", broker.bootstrapServers())));
    }

    @AfterEach
    void stop() {
        outcomes.close();
        producer.close();
        broker.close();
    }

    private JobId answered(long at) {
        return answered("api-responses", at);
    }

    private JobId answered(String topic, long at) {
        return answered(topic, at, JobId.random(), REQUEST);
    }

    private JobId answered(String topic, long at, JobId id, String request) {
        byte[] error = new MessageWriter().write(new ResponseError(id, "t", "TOO_MANY_JOBS", true, null, request));
        producer.send(new ProducerRecord<>(topic, null, at, id.value().getBytes(StandardCharsets.US_ASCII), error));
        return id;
    }

    private boolean has(JobId id, long since) {
        return outcomes.hasOutcome(new OutcomeQuestion(id, Optional.empty(), REQUEST, since));
    }

    private double recordsRead() throws Exception {
        ObjectName consumer = new ObjectName(
                "kafka.consumer:type=consumer-fetch-manager-metrics,client-id=kafkasend-portal-outcomes");
        return (double) ManagementFactory.getPlatformMBeanServer().getAttribute(consumer, "records-consumed-total");
    }

    @Test
    void findsWhatWasAnsweredHoursAgoAndReadsNothingThatIsOlder() throws Exception {
        // Given
        for (int i = 0; i < 1_000; i++) {
            answered(now - 5 * HOUR);
        }
        JobId job = answered(now - 3 * HOUR);
        producer.flush();

        // Then
        assertThat(has(job, now - 3 * HOUR)).isTrue();
        assertThat(has(JobId.random(), now - 3 * HOUR)).isFalse();
        assertThat(recordsRead()).isEqualTo(1);
    }

    /** Whoever reads an id in an answer may use it for a job of its own, on another partition. */
    @Test
    void anotherJobsOutcomeUnderTheSameIdIsNone() {
        // Given
        JobId job = answered("api-responses", now, JobId.random(), RequestDigest.of(ByteSlice.of(new byte[] {2})));
        JobId old = answered("api-responses", now, JobId.random(), null);
        producer.flush();

        // Then
        assertThat(has(job, now)).isFalse();
        assertThat(has(old, now)).isTrue();
        assertThat(outcomes.hasOutcome(new OutcomeQuestion(job, Optional.empty(), RequestDigest.NONE, now)))
                .isTrue();
    }

    /** A portal that died in a call had said so. */
    @Test
    void whatWasSaidOfAJobThatGoesOnIsNoOutcome() {
        // Given
        JobId job = JobId.random();
        byte[] status = new MessageWriter()
                .write(new ResponseStatus(job, "calling", 41, 0, null, null, null, "api", 1, null, REQUEST));
        producer.send(new ProducerRecord<>(
                "api-responses", null, now, job.value().getBytes(StandardCharsets.US_ASCII), status));
        JobId answered = answered(now);
        producer.flush();

        // Then
        assertThat(has(answered, now)).isTrue();
        assertThat(has(job, now)).isFalse();
    }

    @Test
    void readsOnceForAllWhoWait() throws Exception {
        // Given
        List<JobId> jobs = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            jobs.add(answered(now));
        }
        producer.flush();

        // When
        ExecutorService askers = Executors.newFixedThreadPool(jobs.size());
        List<CompletableFuture<Boolean>> found = jobs.stream()
                .map(job -> CompletableFuture.supplyAsync(() -> has(job, now - HOUR), askers))
                .toList();

        // Then
        assertThat(found).allSatisfy(one -> assertThat(one.join()).isTrue());
        assertThat(recordsRead()).isEqualTo(200);
        askers.shutdown();
    }

    @Test
    void readsOnForWhatCameAfterwards() {
        // Given
        JobId first = answered(now);
        JobId second = JobId.random();
        producer.flush();
        assertThat(has(first, now)).isTrue();
        assertThat(has(second, now)).isFalse();

        // When
        JobId third = answered(now);
        producer.flush();

        // Then
        Awaitility.await().until(() -> has(third, now));
        assertThat(has(first, now)).isTrue();
    }

    /** More than is remembered of jobs that nobody has asked for yet. */
    @Test
    void whatWasForgottenIsReadAgain() {
        // Given
        JobId eldest = answered(now);
        JobId newest = null;
        for (int i = 0; i < 21_000; i++) {
            newest = answered(now);
        }
        producer.flush();

        // Then
        assertThat(has(newest, now)).isTrue();
        assertThat(has(eldest, now)).isTrue();
    }

    @Test
    void aReplyTopicThatIsMissingHidesNoOther() {
        // Given
        JobId job = answered(now);
        producer.flush();
        OutcomeQuestion lost = new OutcomeQuestion(JobId.random(), Optional.of("missing"), REQUEST, now);
        CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> outcomes.hasOutcome(lost));

        // Then
        assertThat(has(job, now)).isTrue();
        assertThat(other.join()).isFalse();
    }

    @Test
    void aThreadsOwnClassLoaderDoesNotMatter() {
        // Given
        JobId job = answered(now);
        producer.flush();
        ClassLoader before = Thread.currentThread().getContextClassLoader();

        // When
        Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            assertThat(has(job, now)).isTrue();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** Breaks each reading once, as a broken class of Kafka's would. */
    public static final class Breaking implements ConsumerInterceptor<byte[], byte[]> {
        static final AtomicReference<Error> NEXT = new AtomicReference<>();

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            Error due = NEXT.getAndSet(null);
            if (due != null) {
                throw due;
            }
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
            // nothing is committed
        }

        @Override
        public void close() {
            // nothing is held
        }

        @Override
        public void configure(Map<String, ?> settings) {
            // nothing is set
        }
    }

    @ParameterizedTest
    @MethodSource("io.kafkasend.portal.lifecycle.FailStopTest#errors")
    void anErrorLeavesNobodyWaiting(Error error) {
        // Given
        OutcomeQuestion question = new OutcomeQuestion(answered(now), Optional.empty(), REQUEST, now);
        producer.flush();
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("interceptor.classes", Breaking.class.getName());
        OutcomeReading reading = new OutcomeReading(properties, "api-responses");
        Breaking.NEXT.set(error);
        CompletableFuture<Found> answer = new CompletableFuture<>();
        reading.add(question, answer);

        // When
        reading.start();

        // Then
        assertThatThrownBy(answer::get)
                .hasRootCauseMessage(error.getClass().getSimpleName() + ": " + error.getMessage());
        Awaitility.await().until(() -> !reading.add(question, answer));
        assertThat(outcomes.hasOutcome(question)).isTrue();
    }
}
