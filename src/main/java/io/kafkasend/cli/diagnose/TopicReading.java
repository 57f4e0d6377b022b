package io.kafkasend.cli.diagnose;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Looks for the records of one key in topics, from a time on to what is there now. Not thread-safe. */
final class TopicReading {
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final byte[] key;
    private final Instant since;
    private final long deadline;
    private boolean cutShort;

    /**
     * @param since records before it are not looked for
     * @param deadline when to end, in System.nanoTime()'s terms
     */
    TopicReading(KafkaConsumer<byte[], byte[]> consumer, byte[] key, Instant since, long deadline) {
        this.consumer = consumer;
        this.key = key.clone();
        this.since = since;
        this.deadline = deadline;
    }

    /**
     * Reads a topic: the partition that the key belongs to by Kafka's own hash, and the others only where it has none of the
     * key's records, since clients in other languages may hash otherwise.
     *
     * @return false where there is no such topic
     * @throws org.apache.kafka.common.KafkaException where it cannot be read
     */
    boolean read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> found) {
        List<TopicPartition> all = partitions(topic);
        if (all.isEmpty()) {
            return false;
        }
        TopicPartition own = new TopicPartition(topic, BuiltInPartitioner.partitionForKey(key, all.size()));
        if (!read(List.of(own), this::isOfKey, found)) {
            all.remove(own);
            read(all, this::isOfKey, found);
        }
        return true;
    }

    /** Reads every partition of a topic, for records whose value names the key, too, whatever key they have; otherwise the same. */
    boolean readAll(String topic, Consumer<ConsumerRecord<byte[], byte[]>> found) {
        List<TopicPartition> all = partitions(topic);
        read(all, record -> isOfKey(record) || names(record.value()), found);
        return !all.isEmpty();
    }

    /** Whether the time was over before all was read. */
    boolean cutShort() {
        return cutShort;
    }

    private List<TopicPartition> partitions(String topic) {
        List<TopicPartition> all = new ArrayList<>();
        for (PartitionInfo partition :
                Optional.ofNullable(consumer.partitionsFor(topic)).orElse(List.of())) {
            all.add(new TopicPartition(topic, partition.partition()));
        }
        return all;
    }

    private boolean isOfKey(ConsumerRecord<byte[], byte[]> record) {
        return Arrays.equals(record.key(), key);
    }

    /** Whether the key stands anywhere in it; what is no message has no field to look at. */
    private boolean names(byte[] value) {
        if (value == null) {
            return false;
        }
        for (int from = 0; from <= value.length - key.length; from++) {
            if (Arrays.equals(value, from, from + key.length, key, 0, key.length)) {
                return true;
            }
        }
        return false;
    }

    private boolean read(
            List<TopicPartition> partitions,
            Predicate<ConsumerRecord<byte[], byte[]>> wanted,
            Consumer<ConsumerRecord<byte[], byte[]>> found) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, since.toEpochMilli()));
        Map<TopicPartition, OffsetAndTimestamp> begins = consumer.offsetsForTimes(asked);
        List<TopicPartition> open = new ArrayList<>(partitions);
        open.removeIf(partition ->
                begins.get(partition) == null || begins.get(partition).offset() >= ends.get(partition));
        consumer.assign(open);
        open.forEach(partition -> consumer.seek(partition, begins.get(partition).offset()));
        boolean any = false;
        while (!open.isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                cutShort = true;
                return any;
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (wanted.test(record)) {
                    any = true;
                    found.accept(record);
                }
            }
            if (open.removeIf(partition -> consumer.position(partition) >= ends.get(partition))) {
                consumer.pause(consumer.assignment().stream()
                        .filter(partition -> !open.contains(partition))
                        .toList());
            }
        }
        return any;
    }
}
