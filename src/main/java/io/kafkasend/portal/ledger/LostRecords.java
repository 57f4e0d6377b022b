package io.kafkasend.portal.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds the records that Kafka has deleted, by retention or by hand, before they were read: Kafka's client goes on behind them
 * without a word. Offsets have gaps where clients use transactions, too, so that the broker is asked at each gap where the
 * partition begins. Not thread-safe.
 */
public final class LostRecords {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Consumer<Object, Object> consumer;
    /** The offset that comes next, by partition. */
    private final Map<TopicPartition, Long> expected = new HashMap<>();

    /**
     * Records that are not there any more.
     *
     * @param from the first of them
     * @param to where reading goes on; below {@code from} where the topic was cut or made anew
     */
    public record Loss(TopicPartition partition, long from, long to) {
        /** Whether the partition has fewer records than were read. */
        public boolean madeAnew() {
            return to < from;
        }
    }

    public LostRecords(Consumer<Object, Object> consumer) {
        this.consumer = consumer;
    }

    /** An assignment begins where a commit says. */
    public void expect(TopicPartition partition, long offset) {
        expected.put(partition, offset);
    }

    /** The partitions are no longer read. */
    public void forget(Collection<TopicPartition> partitions) {
        expected.keySet().removeAll(partitions);
    }

    /** What is lost between the poll before this one and it. Throws nothing, since the records that came are to be noted. */
    public List<Loss> before(ConsumerRecords<Object, Object> records) {
        List<Loss> losses = new ArrayList<>();
        for (TopicPartition partition : consumer.assignment()) {
            try {
                Long from = expected.get(partition);
                expected.put(partition, consumer.position(partition, Duration.ZERO));
                List<ConsumerRecord<Object, Object>> came = records.records(partition);
                long to = came.isEmpty() ? expected.get(partition) : came.get(0).offset();
                if (from != null && (to < from || to > from && begin(partition, !came.isEmpty()) > from)) {
                    losses.add(new Loss(partition, from, to));
                }
            } catch (KafkaException e) {
                // It does not know yet where to go on, or the broker is away: the next poll tells.
            }
        }
        return losses;
    }

    /**
     * Where the partition begins: as the last fetch of records told, where this poll had some; else the broker is asked. With
     * transactions there is a gap at nearly every poll, and a question each time would hold the poll thread for a round trip.
     */
    private long begin(TopicPartition partition, boolean fetched) {
        if (fetched) {
            for (Metric lead : consumer.metrics().values()) {
                if (isLead(lead.metricName(), partition) && lead.metricValue() instanceof Double records) {
                    return expected.get(partition) - records.longValue();
                }
            }
        }
        return consumer.beginningOffsets(List.of(partition), PATIENCE).get(partition);
    }

    /** KIP-223's metric: how far the last record of a fetch is from the partition's begin. */
    private static boolean isLead(MetricName metric, TopicPartition partition) {
        Map<String, String> tags = metric.tags();
        return metric.name().equals("records-lead")
                && String.valueOf(partition.partition()).equals(tags.get("partition"))
                && partition.topic().equals(tags.get("topic"));
    }
}
