package io.kafkasend.cli.diagnose;

import io.kafkasend.cli.finding.Cluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** What waits in the request topic for the portals' group. Joins no group and commits nothing. Used by one thread. */
final class WaitingWork {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Cluster cluster;
    private final String topic;
    private final String group;
    private final Map<TopicPartition, Long> next = new HashMap<>();

    WaitingWork(Cluster cluster, String topic, String group) {
        this.cluster = cluster;
        this.topic = topic;
        this.group = group;
    }

    /**
     * Each partition's, without the oldest record.
     *
     * @throws ExecutionException with what Kafka says: most often that this user may not ask
     */
    List<PartitionWork> count(Collection<Integer> partitions) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> commits = commits();
        Map<TopicPartition, Long> begins = offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
        List<PartitionWork> work = new ArrayList<>();
        for (int number : partitions) {
            TopicPartition partition = new TopicPartition(topic, number);
            OffsetAndMetadata commit = commits.get(partition);
            long begin = begins.get(partition);
            long end = ends.get(partition);
            work.add(PartitionWork.of(
                    number,
                    begin,
                    end,
                    commit == null ? null : commit.offset(),
                    commit == null ? "" : commit.metadata()));
            long from = commit == null ? begin : Math.max(begin, commit.offset());
            if (from < end) {
                next.put(partition, from); // the committed record is never a done one
            }
        }
        return work;
    }

    private Map<TopicPartition, OffsetAndMetadata> commits() throws ExecutionException, InterruptedException {
        try {
            return cluster.await(cluster.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Map.of();
            }
            throw e;
        }
    }

    private Map<TopicPartition, Long> offsets(Collection<Integer> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(number -> asked.put(new TopicPartition(topic, number), which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> found :
                cluster.await(cluster.admin().listOffsets(asked).all()).entrySet()) {
            offsets.put(found.getKey(), found.getValue().offset());
        }
        return offsets;
    }

    /**
     * The oldest record of each partition that was counted and has work, by partition; those that come within the time.
     *
     * @param properties how Kafka is reached
     * @param patience how long they are waited for
     * @throws org.apache.kafka.common.KafkaException where they cannot be read
     */
    Map<Integer, PartitionWork.Oldest> oldest(Map<String, ?> properties, Duration patience) {
        Map<Integer, PartitionWork.Oldest> found = new HashMap<>();
        if (next.isEmpty()) {
            return found;
        }
        Map<String, Object> little = Map.of(
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1); // a record comes, however large
        try (RecordReader records = new RecordReader(properties, patience, little)) {
            Consumer<byte[], byte[]> reader = records.consumer();
            reader.assign(next.keySet());
            next.forEach(reader::seek);
            long until = System.nanoTime() + patience.toNanos();
            while (found.size() < next.size() && System.nanoTime() - until < 0) {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                    String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
                    found.putIfAbsent(
                            record.partition(),
                            new PartitionWork.Oldest(key, Instant.ofEpochMilli(record.timestamp())));
                    reader.pause(List.of(new TopicPartition(record.topic(), record.partition())));
                }
            }
            return found;
        }
    }
}
