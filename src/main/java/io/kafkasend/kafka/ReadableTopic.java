package io.kafkasend.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Whether that can be read which stands next for a group in a topic. Joins no group, commits nothing, and makes a connection for
 * each question. Thread-safe.
 */
public final class ReadableTopic {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> properties;
    private final Duration patience;

    /** It cannot be found out, in one line. */
    public static final class UnknownException extends Exception {
        private static final long serialVersionUID = 1L;

        UnknownException(String why, Throwable cause) {
            super(why, cause);
        }
    }

    /**
     * @param properties how the brokers are reached
     * @param patience how long one may take to answer, and how long records are waited for
     */
    public ReadableTopic(Map<String, ?> properties, Duration patience) {
        this.patience = patience;
        this.properties = new HashMap<>(properties);
        this.properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        this.properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        this.properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        this.properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        this.properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        this.properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
        this.properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
    }

    /**
     * What keeps a member of the group from reading on.
     *
     * @return one line; empty when nothing does, or nothing is there to read
     * @throws UnknownException when the topic is not there or the broker does not answer
     */
    public Optional<String> fault(String topic, String group) throws UnknownException {
        Map<String, Object> all = new HashMap<>(properties);
        all.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        try {
            Consumer<byte[], byte[]> reader =
                    new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            try {
                read(reader, topic);
            } finally {
                reader.close(CloseOptions.timeout(Duration.ZERO));
            }
            return Optional.empty();
        } catch (KafkaException e) {
            if (Refusal.in(e).isPresent() || Unreadable.in(e).isPresent()) {
                return Optional.of(Refusal.orShown(e));
            }
            throw new UnknownException(Refusal.orShown(e), e);
        }
    }

    private void read(Consumer<byte[], byte[]> reader, String topic) throws UnknownException {
        List<PartitionInfo> found = reader.partitionsFor(topic);
        if (found == null || found.isEmpty()) {
            throw new UnknownException("topic " + topic + " does not exist", null);
        }
        List<TopicPartition> partitions = new ArrayList<>();
        found.forEach(one -> partitions.add(new TopicPartition(topic, one.partition())));
        Map<TopicPartition, Long> begins = reader.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
        Map<TopicPartition, OffsetAndMetadata> committed = reader.committed(new HashSet<>(partitions));
        reader.assign(partitions);
        Map<TopicPartition, Long> from = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata commit = committed.get(partition);
            long begin = begins.get(partition);
            long next = commit == null ? begin : Math.max(begin, commit.offset());
            reader.seek(partition, next);
            if (next < ends.get(partition)) {
                from.put(partition, next);
            }
        }
        long until = System.nanoTime() + patience.toNanos();
        while (!from.isEmpty() && System.nanoTime() - until < 0) {
            reader.pause(partitions.stream()
                    .filter(partition -> !from.containsKey(partition))
                    .toList());
            reader.poll(POLL); // one record of one partition, or nothing
            from.entrySet().removeIf(one -> reader.position(one.getKey()) > one.getValue());
        }
    }
}
