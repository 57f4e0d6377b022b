package io.kafkasend.cli.diagnose;

import io.kafkasend.protocol.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Reads the request topic as it is, or as it becomes. Joins no group, and commits nothing. Used once. */
final class ClientCheckReading {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int FETCHED_BYTES = 8 << 20;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final JobId only;
    private final long deadline;

    /**
     * @param only reads only this job's records; null for all
     * @param time how long it reads at most
     */
    ClientCheckReading(KafkaConsumer<byte[], byte[]> consumer, JobId only, Duration time) {
        this.consumer = consumer;
        this.only = only;
        this.deadline = System.nanoTime() + time.toNanos();
    }

    /** What bounds a consumer's memory, and has it read what a portal reads. */
    static Map<String, Object> properties() {
        return Map.of(
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                FETCHED_BYTES,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                FETCHED_BYTES / 4,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                50,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
    }

    /**
     * Reads what is there, in the order of each partition.
     *
     * @param since records before it are left out; {@link Instant#MIN} for none
     * @return whether it came to the end in time
     * @throws IllegalArgumentException where there is no such topic
     */
    boolean past(String topic, Instant since, Consumer<ConsumerRecord<byte[], byte[]>> found) {
        List<TopicPartition> partitions = partitions(topic);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> begins =
                since.equals(Instant.MIN) ? consumer.beginningOffsets(partitions) : times(partitions, since, ends);
        List<TopicPartition> open = new ArrayList<>(partitions);
        open.removeIf(partition -> begins.get(partition) >= ends.get(partition));
        consumer.assign(open);
        open.forEach(partition -> consumer.seek(partition, begins.get(partition)));
        while (!open.isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                    take(record, found);
                }
            }
            if (open.removeIf(partition -> consumer.position(partition) >= ends.get(partition))) {
                consumer.pause(consumer.assignment().stream()
                        .filter(partition -> !open.contains(partition))
                        .toList());
            }
        }
        return true;
    }

    /**
     * Reads what comes from now on.
     *
     * @param ready is run once nothing that comes can be missed
     * @param enough whether it may end
     * @throws IllegalArgumentException where there is no such topic
     */
    void live(String topic, Runnable ready, Consumer<ConsumerRecord<byte[], byte[]>> found, BooleanSupplier enough) {
        List<TopicPartition> partitions = partitions(topic);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        consumer.assign(partitions);
        ends.forEach(consumer::seek);
        ready.run();
        while (!enough.getAsBoolean() && System.nanoTime() - deadline < 0) {
            consumer.poll(POLL).forEach(record -> take(record, found));
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record, Consumer<ConsumerRecord<byte[], byte[]>> found) {
        if (only == null || Arrays.equals(only.key(), record.key())) {
            found.accept(record);
        }
    }

    private List<TopicPartition> partitions(String topic) {
        List<TopicPartition> all = new ArrayList<>();
        List<PartitionInfo> known = consumer.partitionsFor(topic);
        if (known != null) {
            known.forEach(partition -> all.add(new TopicPartition(topic, partition.partition())));
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("topic " + topic + " does not exist");
        }
        return all;
    }

    private Map<TopicPartition, Long> times(
            List<TopicPartition> partitions, Instant since, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, since.toEpochMilli()));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(asked);
        Map<TopicPartition, Long> begins = new HashMap<>();
        partitions.forEach(partition -> begins.put(
                partition,
                found.get(partition) == null
                        ? ends.get(partition)
                        : found.get(partition).offset()));
        return begins;
    }
}
