package io.kafkasend.client.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one job on an answer topic, from a time on and then as they come: of the partition that portals write to as a rule,
 * and of the others only where nothing is there. For one thread.
 */
public final class AnswerHistory {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerHistory.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration POLL_WHILE_PAUSED = Duration.ofMillis(20);
    /** How far clocks may be apart, with something over: see "Timeouts" in PROTOCOL.md. */
    private static final Duration CLOCKS = Duration.ofSeconds(30);

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> from;
    private final byte[] key;
    private final Duration patience;
    private final Map<TopicPartition, Long> starts;
    private final Map<TopicPartition, Long> ends;
    private final TopicPartition likely;
    private boolean wide;
    private boolean found;
    private boolean read;
    private long movedAt = System.nanoTime();

    /**
     * Looks up where to begin.
     *
     * @param from assigned to nothing
     * @param partitions how many the topic has
     * @param key the job's
     * @param since no record of the job is older, by some clock
     * @param patience how long the broker may take
     */
    public AnswerHistory(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> from,
            String topic,
            int partitions,
            byte[] key,
            Instant since,
            Duration patience) {
        this.from = from;
        this.key = key.clone();
        this.patience = patience;
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
        this.ends = from.endOffsets(all, patience);
        this.starts = starts(all, since);
        this.likely = all.get(BuiltInPartitioner.partitionForKey(key, partitions));
        this.wide = partitions == 1;
        from.assign(List.of(likely));
        from.seek(likely, starts.get(likely));
    }

    private Map<TopicPartition, Long> starts(List<TopicPartition> all, Instant since) {
        Instant first = since.isBefore(Instant.EPOCH.plus(CLOCKS)) ? Instant.EPOCH : since.minus(CLOCKS);
        Map<TopicPartition, Long> times = new HashMap<>();
        all.forEach(partition -> times.put(partition, first.toEpochMilli()));
        Map<TopicPartition, Long> found = new HashMap<>(ends); // where nothing is as young, only what comes
        Map<TopicPartition, OffsetAndTimestamp> offsets = from.offsetsForTimes(times, patience);
        offsets.forEach((partition, offset) -> {
            if (offset != null) {
                found.put(partition, offset.offset());
            }
        });
        return found;
    }

    /**
     * Takes what comes within a moment.
     *
     * @param behind whether nothing more can be taken now
     * @param taker takes the job's records, in their order
     * @throws TimeoutException when what is there does not come
     */
    public void poll(boolean behind, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        Set<TopicPartition> assigned = from.assignment();
        if (behind) {
            from.pause(assigned);
        } else {
            from.resume(assigned);
        }
        boolean moved = behind;
        try {
            for (ConsumerRecord<byte[], byte[]> record : from.poll(behind ? POLL_WHILE_PAUSED : POLL)) {
                moved = true;
                if (Arrays.equals(key, record.key())) {
                    found = true;
                    taker.accept(record);
                }
            }
        } catch (RetriableException e) {
            LOG.debug("Kafka's consumer goes on after: {}", e.toString());
        }
        long now = System.nanoTime();
        if (moved) {
            movedAt = now;
        }
        if (!read) {
            look();
            if (!read && now - movedAt > patience.toNanos()) {
                throw new TimeoutException("what the topic has does not come");
            }
        }
    }

    /** Whether all was read that was there at the beginning. */
    public boolean isRead() {
        return read;
    }

    private void look() {
        boolean here = from.assignment().stream()
                .allMatch(partition -> from.position(partition, patience) >= ends.get(partition));
        if (here && (wide || found)) {
            read = true;
        } else if (here) {
            wide = true;
            movedAt = System.nanoTime();
            from.assign(starts.keySet()); // the one that is read keeps its position
            starts.forEach((partition, start) -> {
                if (!partition.equals(likely)) {
                    from.seek(partition, start);
                }
            });
        }
    }
}
