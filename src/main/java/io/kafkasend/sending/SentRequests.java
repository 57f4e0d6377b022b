package io.kafkasend.sending;

import io.kafkasend.client.Receipt;
import io.kafkasend.kafka.ClassesOfKafka;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.RequestDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Which requests the topic of requests has: asked after a crash, or where Kafka did not say whether it took one. Makes a connection for
 * each question, and answers one after another: what is read may be large, and the heap small. Thread-safe.
 */
public final class SentRequests {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(200);

    /** How far clocks may be apart: see "Timeouts" in PROTOCOL.md. */
    private static final Duration CLOCKS = Duration.ofSeconds(30);

    /** No topic of requests loses all that it has within that time. */
    private static final Duration SHORTEST_RETENTION = Duration.ofMinutes(10);

    private static final Map<String, Object> SMALL_FETCHES = Map.of(
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 2 << 20, ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1 << 20);

    private final String topic;
    private final Supplier<Map<String, Object>> properties;

    /**
     * @param properties of Kafka's consumer
     */
    public SentRequests(String topic, Supplier<Map<String, Object>> properties) {
        this.topic = topic;
        this.properties = properties;
    }

    /**
     * Whether the START of a receipt is in the topic, which is read from its time to its end now.
     *
     * @throws KafkaException where Kafka does not say
     */
    public boolean has(Receipt receipt) {
        return first(receipt.jobId(), Set.of(receipt.requestSha256()), receipt.since())
                .isPresent();
    }

    /**
     * Which of several STARTs of one job came first: that is the job.
     *
     * @param digests of the STARTs
     * @param since none of them is older
     * @return its digest; empty where the topic has none of them
     * @throws KafkaException where Kafka does not say, or may have had one and deleted it
     */
    public synchronized Optional<String> first(JobId jobId, Set<String> digests, Instant since) {
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
            long from = since.minus(CLOCKS).toEpochMilli();
            Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(
                    assignable.stream().collect(Collectors.toMap(Function.identity(), partition -> from)), PATIENCE);
            ends.keySet().removeIf(partition -> starts.get(partition) == null);
            consumer.assign(ends.keySet());
            ends.keySet()
                    .forEach(partition ->
                            consumer.seek(partition, starts.get(partition).offset()));
            Optional<String> first = firstOf(consumer, new HashMap<>(ends), jobId.key(), digests);
            if (first.isEmpty()) {
                TopicPartition own =
                        new TopicPartition(topic, BuiltInPartitioner.partitionForKey(jobId.key(), partitions.size()));
                requireKept(consumer, own, starts.get(own), since);
            }
            return first;
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    /**
     * What is not there was never there, only where the partition still has what is older.
     *
     * @param start the first record that is not older; null where there is none
     */
    private static void requireKept(
            Consumer<byte[], byte[]> consumer, TopicPartition partition, OffsetAndTimestamp start, Instant since) {
        List<TopicPartition> own = List.of(partition);
        long beginning = consumer.beginningOffsets(own, PATIENCE).get(partition);
        boolean empty = beginning == consumer.endOffsets(own, PATIENCE).get(partition);
        boolean kept = beginning == 0
                || (empty
                        ? since.isAfter(Instant.now().minus(SHORTEST_RETENTION))
                        : start == null || start.offset() > beginning);
        if (!kept) {
            throw new KafkaException("records of that time may be gone from topic " + partition.topic());
        }
    }

    private static Optional<String> firstOf(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, byte[] key, Set<String> digests) {
        Instant giveUp = Instant.now().plus(PATIENCE);
        while (!ends.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                giveUp = Instant.now().plus(PATIENCE);
                if (Arrays.equals(record.key(), key) && record.value() != null) {
                    String digest = RequestDigest.of(record.value());
                    if (digests.contains(digest)) {
                        return Optional.of(digest);
                    }
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
        return Optional.empty();
    }

    private static String topicOf(Map<TopicPartition, Long> ends) {
        return ends.keySet().iterator().next().topic();
    }
}
