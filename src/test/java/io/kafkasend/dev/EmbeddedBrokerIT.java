package io.kafkasend.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedBrokerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void carriesRecordsFromAProducerToAConsumerGroup() throws Exception {
        // Given
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopic("requests", 3);

            // When
            produce(broker, "requests", new byte[] {1, 2, 3});

            // Then
            assertThat(consume(broker, "requests", "readers", 1)).containsExactly(new byte[] {1, 2, 3});
            assertThat(broker.bootstrapServers()).isEqualTo("localhost:" + broker.port());
        }
    }

    @Test
    void keepsRecordsAndOffsetsOverARestartOnTheSamePort() throws Exception {
        // Given
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopic("requests", 1);
            produce(broker, "requests", new byte[] {1});
            consume(broker, "requests", "readers", 1);
            int port = broker.port();

            // When
            broker.stop();
            assertThat(broker.isRunning()).isFalse();
            broker.restart();
            produce(broker, "requests", new byte[] {2});

            // Then
            assertThat(broker.isRunning()).isTrue();
            assertThat(broker.port()).isEqualTo(port);
            assertThat(consume(broker, "requests", "readers", 1)).containsExactly(new byte[] {2});
            assertThat(consume(broker, "requests", "others", 2)).containsExactly(new byte[] {1}, new byte[] {2});
        }
    }

    @Test
    void producerThatLivesThroughARestartLosesNothing() throws Exception {
        // Given
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                KafkaProducer<byte[], byte[]> producer = producer(broker, Map.of())) {
            broker.createTopic("requests", 1);
            producer.send(new ProducerRecord<>("requests", new byte[] {1})).get();

            // When
            broker.stop();
            // Without a broker the client forgets what it knew of topics, and send() waits until it knows again.
            var second = CompletableFuture.supplyAsync(
                    () -> producer.send(new ProducerRecord<>("requests", new byte[] {2})));
            broker.restart();

            // Then
            assertThat(second.get().get().offset()).isEqualTo(1);
        }
    }

    @Test
    void givenDirectoryIsKeptAndServedByTheNextBroker(@TempDir Path directory) throws Exception {
        // Given
        Path data = directory.resolve("not yet there");
        try (EmbeddedBroker broker =
                EmbeddedBroker.builder().dataDirectory(data).start()) {
            broker.createTopic("requests", 1);
            produce(broker, "requests", new byte[] {7});
        }

        // When
        try (EmbeddedBroker next = EmbeddedBroker.builder().dataDirectory(data).start()) {
            next.createTopicIfMissing("requests", 3);
            next.createTopicIfMissing("responses", 1);

            // Then
            assertThat(consume(next, "requests", "readers", 1)).containsExactly(new byte[] {7});
        }
        assertThat(data).isNotEmptyDirectory();
    }

    @Test
    void directoryInUseIsRefusedInOneLine(@TempDir Path data) {
        // Given
        try (EmbeddedBroker broker =
                EmbeddedBroker.builder().dataDirectory(data).start()) {

            // When // Then
            assertThatThrownBy(EmbeddedBroker.builder().dataDirectory(data)::start)
                    .isInstanceOf(StartException.class)
                    .message()
                    .startsWith("the broker cannot start: ")
                    .contains("lock")
                    .doesNotContain("\n");
            assertThat(broker.isRunning()).isTrue();
            broker.createTopic("still-alive", 1);
        }
    }

    @Test
    void temporaryDirectoryIsRemovedOnClose() {
        // Given
        EmbeddedBroker broker = EmbeddedBroker.start();
        assertThat(broker.dataDirectory()).isNotEmptyDirectory();

        // When
        broker.close();
        broker.close();

        // Then
        assertThat(broker.dataDirectory()).doesNotExist();
        assertThat(broker.isRunning()).isFalse();
        assertThatThrownBy(broker::restart).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void takenPortIsNamedInOneLine() throws Exception {
        // Given
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            int port = other.getLocalPort();

            // When // Then
            assertThatThrownBy(() -> EmbeddedBroker.builder().port(port).start())
                    .isInstanceOf(StartException.class)
                    .hasMessage("port " + port + " is already in use");
        }
    }

    @Test
    void listensOnAllAddressesUnderAnAdvertisedName() throws Exception {
        // Given
        try (EmbeddedBroker broker = EmbeddedBroker.builder()
                .bindHost("0.0.0.0")
                .advertisedHost("127.0.0.1")
                .start()) {
            broker.createTopic("requests", 1);

            // When
            produce(broker, "requests", new byte[] {1});

            // Then
            assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + broker.port());
            assertThat(consume(broker, "requests", "readers", 1)).hasSize(1);
        }
    }

    @Test
    void refusesRecordsOverTheBrokersDefaultLimitUnlessToldOtherwise() throws Exception {
        // Given
        byte[] twoMebibytes = new byte[2 << 20];
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopic("default", 1);
            broker.createTopic("larger", 1, Map.of("max.message.bytes", "3000000"));

            // When // Then
            produce(broker, "larger", twoMebibytes);
            assertThatThrownBy(() -> produce(broker, "default", twoMebibytes))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(RecordTooLargeException.class);
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(0, Map.of("message.max.bytes", "3000000"))) {
            broker.createTopic("default", 1);
            produce(broker, "default", twoMebibytes);
        }
    }

    @Test
    void keepsNoMoreOfAPartitionThanItsBoundAndTheSegmentsUnderWay() throws Exception {
        // Given
        try (EmbeddedBroker broker = bounded(directory, 4)) {
            broker.createTopic("requests", 1);

            // When
            fill(broker, "requests", 32);

            // Then
            await().atMost(PATIENCE).until(() -> mebibytes("requests-0") <= 4 + 2);
        }
    }

    @Test
    void boundsWhatAnEarlierBrokerLeftWithoutOne() throws Exception {
        // Given
        try (EmbeddedBroker earlier = EmbeddedBroker.builder()
                .dataDirectory(directory)
                .property("log.retention.bytes", "-1")
                .start()) {
            earlier.createTopic("requests", 1);
            fill(earlier, "requests", 32);
        }
        assertThat(mebibytes("requests-0")).isGreaterThan(30);

        // When
        try (EmbeddedBroker broker = bounded(directory, 4)) {
            fill(broker, "requests", 6); // the one large segment of before goes once the bound is kept without it

            // Then
            await().atMost(PATIENCE).until(() -> mebibytes("requests-0") <= 4 + 2);
        }
    }

    private static EmbeddedBroker bounded(Path directory, int mebibytes) {
        return EmbeddedBroker.builder()
                .dataDirectory(directory)
                .property("log.retention.bytes", String.valueOf(mebibytes << 20))
                .property("log.initial.task.delay.ms", "100")
                .property("log.retention.check.interval.ms", "100")
                .start();
    }

    private static void fill(EmbeddedBroker broker, String topic, int mebibytes) {
        try (KafkaProducer<byte[], byte[]> producer = producer(broker, Map.of())) {
            for (int i = 0; i < mebibytes; i++) {
                producer.send(new ProducerRecord<>(topic, new byte[1_000_000]));
            }
        }
    }

    /** Of a partition's records, those that are about to be deleted among them. */
    private double mebibytes(String partition) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(partition))) {
            long bytes = 0;
            for (Path file :
                    files.filter(each -> each.toString().contains(".log")).toList()) {
                bytes += Files.exists(file) ? Files.size(file) : 0;
            }
            return bytes / (double) (1 << 20);
        } catch (NoSuchFileException e) {
            return Double.MAX_VALUE; // deleted between two looks
        }
    }

    @Test
    void createsNoTopicThatNobodyAskedFor() {
        // Given
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopic("requests", 1);

            // When // Then
            assertThatThrownBy(() -> broker.createTopic("requests", 1)).isInstanceOf(TopicExistsException.class);
            try (KafkaProducer<byte[], byte[]> producer =
                    producer(broker, Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, 500))) {
                assertThatThrownBy(() -> producer.send(new ProducerRecord<>("missing", new byte[1]))
                                .get())
                        .rootCause()
                        .isInstanceOfAny(
                                UnknownTopicOrPartitionException.class,
                                org.apache.kafka.common.errors.TimeoutException.class);
            }
        }
    }

    @Test
    void refusesPropertiesOfItsOwnAndPortsOutOfRange() {
        // Given
        EmbeddedBroker.Builder builder = EmbeddedBroker.builder();

        // When // Then
        assertThatThrownBy(() -> builder.property("listeners", "PLAINTEXT://:1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("listeners");
        assertThatThrownBy(() -> builder.port(65_536)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EmbeddedBroker.start(0, Map.of("message.max.bytes", "many")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("message.max.bytes");
    }

    private static void produce(EmbeddedBroker broker, String topic, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(broker, Map.of())) {
            producer.send(new ProducerRecord<>(topic, value)).get();
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(EmbeddedBroker broker, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4_000_000);
        settings.putAll(more);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static List<byte[]> consume(EmbeddedBroker broker, String topic, String group, int count) {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrapServers(),
                ConsumerConfig.GROUP_ID_CONFIG,
                group,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false);
        List<byte[]> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(received -> {
                    values.add(received.value());
                    consumer.commitSync(Map.of(
                            new TopicPartition(received.topic(), received.partition()),
                            new OffsetAndMetadata(received.offset() + 1)));
                });
                return values.size() >= count;
            });
        }
        return values;
    }
}
