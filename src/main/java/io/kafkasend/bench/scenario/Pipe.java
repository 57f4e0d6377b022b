package io.kafkasend.bench.scenario;

import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.client.KafkaSendClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A bare producer and a bare consumer on one partition: what Kafka itself takes for some record values that were built
 * beforehand. Both are connected, the consumer is at the end of the partition before anything is sent, and neither looks
 * at a value. Not thread-safe.
 */
final class Pipe implements AutoCloseable {
    private static final byte[] KEY = "00000000-0000-4000-8000-000000000000".getBytes(StandardCharsets.US_ASCII);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();

    private final TopicPartition partition;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /** With the same producer and consumer settings as KafkaSend's client, on a topic like its own. */
    static Pipe likeKafkaSend(TestBed bed) throws InterruptedException {
        return new Pipe(bed, bed.client(), bed.client(), "bench-pipe", Map.of(), Map.of(), Map.of());
    }

    /** The same, from where clients are to where portals are. */
    static Pipe toThePortal(TestBed bed) throws InterruptedException {
        return new Pipe(bed, bed.client(), bed.atThePortal(), "bench-pipe-there", Map.of(), Map.of(), Map.of());
    }

    /** The same, from where portals are to where clients are. */
    static Pipe fromThePortal(TestBed bed) throws InterruptedException {
        return new Pipe(bed, bed.atThePortal(), bed.client(), "bench-pipe-back", Map.of(), Map.of(), Map.of());
    }

    /** For values of up to so many bytes each: every limit raised that is in the way. */
    static Pipe withRaisedLimits(TestBed bed, int valueBytes) throws InterruptedException {
        int most = valueBytes + (1 << 20);
        return new Pipe(
                bed,
                bed.client(),
                bed.client(),
                "bench-one-record",
                Map.of("max.message.bytes", String.valueOf(most)),
                Map.of("max.request.size", most, "buffer.memory", 2L * most),
                Map.of("max.partition.fetch.bytes", most, "fetch.max.bytes", most));
    }

    private Pipe(
            TestBed bed,
            KafkaSendClient.Builder from,
            KafkaSendClient.Builder to,
            String topic,
            Map<String, String> topicConfigs,
            Map<String, Object> producerProperties,
            Map<String, Object> consumerProperties)
            throws InterruptedException {
        bed.createTopic(topic, 1, topicConfigs);
        partition = new TopicPartition(topic, 0);
        Map<String, Object> sending = new HashMap<>(from.producerProperties());
        sending.putAll(producerProperties);
        Map<String, Object> receiving = new HashMap<>(to.consumerProperties());
        receiving.putAll(consumerProperties);
        producer = new KafkaProducer<>(sending);
        consumer = new KafkaConsumer<>(receiving);
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition); // from here on every record is received, so that it stays at the end
        producer.partitionsFor(topic);
    }

    /** How long the values take, from the first one's sending to the last one's arrival, in seconds. */
    double seconds(List<byte[]> values) throws InterruptedException {
        consumer.poll(Duration.ZERO); // sees to it that a fetch waits at the broker
        AtomicReference<Exception> failed = new AtomicReference<>();
        long begin = System.nanoTime();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(values, failed));
        int received = 0;
        while (received < values.size()) {
            received += consumer.poll(POLL).count();
            if (failed.get() != null || System.nanoTime() - begin > PATIENCE_NANOS) {
                throw new BenchmarkException(
                        "the bare pipe got " + received + " of " + values.size() + " records", failed.get());
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        await(sending);
        return seconds;
    }

    private void send(List<byte[]> values, AtomicReference<Exception> failed) {
        for (byte[] value : values) {
            producer.send(
                    new ProducerRecord<>(partition.topic(), partition.partition(), KEY, value), (metadata, failure) -> {
                        if (failure != null) {
                            failed.compareAndSet(null, failure);
                        }
                    });
        }
    }

    private static void await(Future<?> sending) throws InterruptedException {
        try {
            sending.get();
        } catch (ExecutionException e) {
            throw new BenchmarkException("the bare pipe failed: " + e.getCause(), e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
