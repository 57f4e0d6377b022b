package io.kafkasend.portal;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The portal's consumer. On the poll thread, and only there, it commits what the ledger calls safe, and while all calls
 * are taken it polls without reading. Not thread-safe, as KafkaConsumer is not.
 */
final class LedgerConsumer extends KafkaConsumer<Object, Object> {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerConsumer.class);
    private static final long COMMIT_INTERVAL_NANOS = 500_000_000L;
    /** How long a poll lasts that only waits for a call to end. */
    private static final Duration WAIT = Duration.ofMillis(20);

    private final Ledger ledger;
    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    private long lastCommit = System.nanoTime();
    private boolean pausedHere;
    private boolean pausedByCamel;

    LedgerConsumer(Properties properties, Ledger ledger) {
        super(properties);
        this.ledger = ledger;
    }

    @Override
    public ConsumerRecords<Object, Object> poll(Duration timeout) {
        ledger.beat();
        commitSafe();
        long end = System.nanoTime() + timeout.toNanos();
        while (ledger.full() && System.nanoTime() < end) {
            // Paused partitions give nothing, but polling keeps the membership.
            pausedHere = true;
            super.pause(assignment());
            ConsumerRecords<Object, Object> none = super.poll(WAIT);
            if (!none.isEmpty()) {
                return noted(none); // of a partition that was assigned within this very poll
            }
            commitSafe();
        }
        if (pausedHere && !pausedByCamel && !ledger.full()) {
            super.resume(paused());
            pausedHere = false;
        }
        long left = end - System.nanoTime();
        return noted(super.poll(Duration.ofNanos(Math.max(0, left))));
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        pausedByCamel = true;
        super.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        pausedByCamel = false;
        super.resume(partitions);
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener camel) {
        super.subscribe(topics, new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                camel.onPartitionsAssigned(partitions);
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                camel.onPartitionsRevoked(partitions);
                commitBeforeLeaving(partitions);
                drop(partitions);
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                // Another member owns them already: committing would move its offsets.
                drop(partitions);
            }
        });
    }

    private ConsumerRecords<Object, Object> noted(ConsumerRecords<Object, Object> records) {
        ledger.note(records);
        return records;
    }

    private void commitSafe() {
        long now = System.nanoTime();
        if (now - lastCommit < COMMIT_INTERVAL_NANOS) {
            return;
        }
        lastCommit = now;
        Map<TopicPartition, OffsetAndMetadata> safe = ledger.safeOffsets(assignment());
        safe.entrySet().removeIf(entry -> entry.getValue().equals(committed.get(entry.getKey())));
        if (safe.isEmpty()) {
            return;
        }
        commitAsync(safe, (offsets, failure) -> {
            if (failure == null) {
                committed.putAll(offsets);
            } else {
                LOG.atWarn()
                        .addKeyValue("offsets", offsets)
                        .addKeyValue("reason", failure.getMessage())
                        .log("cannot commit offsets now; the next commit covers them");
            }
        });
    }

    private void commitBeforeLeaving(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> safe = ledger.safeOffsets(partitions);
        if (safe.isEmpty()) {
            return;
        }
        try {
            try {
                commitSync(safe);
            } catch (WakeupException e) {
                // Camel wakes a poll to stop it; the wake-up is spent, so the commit passes now.
                commitSync(safe);
            }
        } catch (KafkaException e) {
            LOG.atWarn()
                    .addKeyValue("offsets", safe)
                    .addKeyValue("reason", e.getMessage())
                    .log("cannot commit offsets on leaving; their jobs will be read again");
        }
    }

    private void drop(Collection<TopicPartition> partitions) {
        committed.keySet().removeAll(partitions);
        ledger.forget(partitions);
    }
}
