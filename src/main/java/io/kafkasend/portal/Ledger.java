package io.kafkasend.portal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The offset ledger: which records of the request topic are read and not yet settled, and hence which offsets are safe to
 * commit. It is the Kafka component's client factory, because KafkaConsumer is not thread-safe and only a consumer of our
 * own can commit on the poll thread ({@link LedgerConsumer}). Thread-safe.
 *
 * <p>Camel itself commits nothing: {@code autoCommitEnable=false} without {@code allowManualCommit}.
 */
public final class Ledger extends DefaultKafkaClientFactory {
    private final CallSlots slots;
    private final Heartbeat heartbeat;
    private final Map<TopicPartition, PartitionLedger> partitions = new ConcurrentHashMap<>();
    private final List<Consumer<PartitionLedger>> whenGone = new java.util.concurrent.CopyOnWriteArrayList<>();

    /**
     * @param slots says when no further call may begin, upon which polling goes on but reads nothing
     * @param configuration names the liveness file
     */
    public Ledger(CallSlots slots, PortalConfiguration configuration) {
        this.slots = slots;
        this.heartbeat =
                new Heartbeat(configuration.livenessFile().map(Path::of).orElse(null));
    }

    @Override
    public org.apache.kafka.clients.consumer.Consumer<Object, Object> getConsumer(Properties properties) {
        return new LedgerConsumer(properties, this);
    }

    /** Registers what is to be told when a partition's records are no longer ours. */
    void whenGone(Consumer<PartitionLedger> listener) {
        whenGone.add(listener);
    }

    /** Notes every record of a poll, before any is processed. */
    void note(ConsumerRecords<?, ?> records) {
        for (ConsumerRecord<?, ?> record : records) {
            ledger(record.topic(), record.partition()).note(record.offset());
        }
    }

    /** The entry of a record that a poll gave. */
    LedgerEntry entry(String topic, int partition, long offset) {
        return new LedgerEntry(ledger(topic, partition), offset);
    }

    private PartitionLedger ledger(String topic, int partition) {
        return partitions.computeIfAbsent(new TopicPartition(topic, partition), PartitionLedger::new);
    }

    /** Whether no further call may begin. */
    boolean full() {
        return slots.full();
    }

    /** Shows that the poll thread lives. */
    void beat() {
        heartbeat.beat();
    }

    /** What may be committed for these partitions. */
    Map<TopicPartition, OffsetAndMetadata> safeOffsets(Collection<TopicPartition> of) {
        Map<TopicPartition, OffsetAndMetadata> safe = new HashMap<>();
        for (TopicPartition partition : of) {
            PartitionLedger ledger = partitions.get(partition);
            if (ledger != null) {
                ledger.safeOffset().ifPresent(offset -> safe.put(partition, new OffsetAndMetadata(offset)));
            }
        }
        return safe;
    }

    /** Forgets partitions that are no longer ours; what still runs for them settles into the void. */
    void forget(Collection<TopicPartition> gone) {
        List<PartitionLedger> dropped = new ArrayList<>();
        for (TopicPartition partition : gone) {
            PartitionLedger ledger = partitions.remove(partition);
            if (ledger != null) {
                dropped.add(ledger);
            }
        }
        dropped.forEach(ledger -> whenGone.forEach(listener -> listener.accept(ledger)));
    }

    /** How many records are read and not settled, over all partitions. */
    public int unsettled() {
        return partitions.values().stream().mapToInt(PartitionLedger::unsettled).sum();
    }
}
