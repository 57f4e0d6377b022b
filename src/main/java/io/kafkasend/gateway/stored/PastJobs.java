package io.kafkasend.gateway.stored;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads jobs of before where they lie in their topic, and those that lie near one another in one fetch. For one thread. */
final class PastJobs {
    private static final Duration POLL = Duration.ofMillis(500);

    /** To read on over so many records costs less than a fetch of its own, which is a round trip. */
    private static final int NEAR = 2_000;

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final Duration patience;

    /**
     * @param consumer of nobody else; not closed here
     * @param patience how long the broker may send nothing
     */
    PastJobs(Consumer<byte[], byte[]> consumer, TopicPartition partition, Duration patience) {
        this.consumer = consumer;
        this.partition = partition;
        this.patience = patience;
        consumer.assign(List.of(partition));
    }

    /**
     * The jobs at some offsets, by offset; without those that are gone, or are no jobs.
     *
     * @throws TimeoutException where nothing comes for as long as the patience
     */
    Map<Long, StoredJob> at(NavigableSet<Long> offsets) {
        Map<Long, StoredJob> found = new HashMap<>();
        NavigableSet<Long> left = new TreeSet<>(offsets);
        long next = -NEAR - 1;
        while (!left.isEmpty()) {
            if (left.first() >= next + NEAR) {
                consumer.seek(partition, left.first());
            }
            for (ConsumerRecord<byte[], byte[]> record : poll(left.first())) {
                next = record.offset() + 1;
                if (left.contains(record.offset())) {
                    JobsTopic.job(record).ifPresent(job -> found.put(record.offset(), job));
                }
            }
            left.headSet(next).clear();
        }
        return found;
    }

    private ConsumerRecords<byte[], byte[]> poll(long offset) {
        for (long end = System.nanoTime() + patience.toNanos(); System.nanoTime() - end < 0; ) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                return records;
            }
        }
        throw new TimeoutException("a job at offset " + offset + " cannot be read");
    }
}
