package io.kafkasend.outbox;

import io.kafkasend.client.Receipt;
import io.kafkasend.kafka.ClassesOfKafka;
import io.kafkasend.protocol.RequestDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Which requests the topic of requests has: asked after a crash, or where Kafka did not say whether it took one. Makes a connection for
 * each question, and answers one after another: what is read may be large, and the heap small. Thread-safe.
 */
final class SentRequests {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(200);

    /** How far clocks may be apart: see "Timeouts" in PROTOCOL.md. */
    private static final Duration CLOCKS = Duration.ofSeconds(30);

    private static final Map<String, Object> SMALL_FETCHES = Map.of(
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 2 << 20, ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1 << 20);

    private final String topic;
    private final Supplier<Map<String, Object>> properties;

    /**
     * @param properties of Kafka's consumer
     */
    SentRequests(String topic, Supplier<Map<String, Object>> properties) {
        this.topic = topic;
        this.properties = properties;
    }

    /**
     * Whether the START of a receipt is in the topic, which is read from its time to its end now.
     *
     * @throws org.apache.kafka.common.KafkaException where Kafka does not say
     */
    synchronized boolean has(Receipt receipt) {
        Map<String, Object> all = new HashMap<>(properties.get());
        all.putAll(SMALL_FETCHES);
        Consumer<byte[], byte[]> consumer = ClassesOfKafka.within(
                () -> new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
        try {
            List<PartitionInfo> partitions = consumer.partitionsFor(topic, PATIENCE);
            if (partitions == null || partitions.isEmpty()) {
                throw new UnknownTopicOrPartitionException("topic " + topic + " does not exist");
            }
            List<TopicPartition> assignable = partitions.stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(assignable, PATIENCE));
            long from = receipt.since().minus(CLOCKS).toEpochMilli();
            Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(
                    assignable.stream().collect(Collectors.toMap(Function.identity(), partition -> from)), PATIENCE);
            ends.keySet().removeIf(partition -> starts.get(partition) == null);
            consumer.assign(ends.keySet());
            ends.keySet()
                    .forEach(partition ->
                            consumer.seek(partition, starts.get(partition).offset()));
            return isAmong(consumer, ends, receipt);
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    private static boolean isAmong(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, Receipt receipt) {
        byte[] key = receipt.jobId().key();
        Instant giveUp = Instant.now().plus(PATIENCE);
        while (!ends.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                giveUp = Instant.now().plus(PATIENCE);
                if (Arrays.equals(record.key(), key)
                        && record.value() != null
                        && RequestDigest.of(record.value()).equals(receipt.requestSha256())) {
                    return true;
                }
            }
            ends.keySet().removeIf(partition -> consumer.position(partition, PATIENCE) >= ends.get(partition));
            consumer.assignment().stream()
                    .filter(partition -> !ends.containsKey(partition))
                    .forEach(partition -> consumer.pause(List.of(partition)));
            if (Instant.now().isAfter(giveUp)) {
                throw new TimeoutException(
                        "no record of topic " + topicOf(ends) + " came within " + PATIENCE.toSeconds() + " s");
            }
        }
        return false;
    }

    private static String topicOf(Map<TopicPartition, Long> ends) {
        return ends.keySet().iterator().next().topic();
    }
}
