package io.kafkasend.portal.observe;

import io.kafkasend.management.Buckets;
import io.kafkasend.management.Metrics;
import io.kafkasend.portal.kafka.KafkaClients;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.ledger.PartitionCount;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;

/**
 * How each partition of this portal stands, and what was sent. A partition's meters come and go with it; its counts are those of
 * its present assignment. Not thread-safe: of the management port's thread.
 */
public final class ReadingMetrics {
    private final MeterRegistry registry;
    private final Ledger ledger;
    private final KafkaClients clients;
    private final Map<TopicPartition, List<Meter>> ofPartitions = new HashMap<>();
    private final Map<TopicPartition, PartitionCount> counts = new HashMap<>();
    private final Map<String, Meter> ofTopics = new HashMap<>();
    /** Of the producers' threads, made when they are first needed: to find one anew costs more than to count. */
    private final Map<Acknowledged, Timer> acknowledged = new ConcurrentHashMap<>();

    /** The labels of records that went out. */
    private record Acknowledged(String topic, String error) {}

    /**
     * @param metrics where they go
     * @param ledger how partitions stand
     * @param clients what is paused, and what was sent
     */
    public ReadingMetrics(Metrics metrics, Ledger ledger, KafkaClients clients) {
        this.registry = metrics.registry();
        this.ledger = ledger;
        this.clients = clients;
        Gauge.builder("kafkasend.ledger.partitions.paused", clients, all -> all.pulse()
                        .paused())
                .description("Partitions that are not read, since there is no room for their jobs")
                .register(registry);
        clients.whenSent(this::sent);
        metrics.beforePage(this::look);
    }

    /** On a producer's thread. */
    private void sent(String topic, Duration lasted, Optional<Exception> failure) {
        acknowledged
                .computeIfAbsent(
                        new Acknowledged(
                                topic, failure.map(ReadingMetrics::error).orElse(Labels.ABSENT)),
                        this::timer)
                .record(lasted);
    }

    private Timer timer(Acknowledged series) {
        return Buckets.timer("messaging.client.operation.duration", "How long Kafka took to acknowledge records")
                .tags(Labels.messaging(series.topic()))
                .tags("messaging.operation.name", "send", "error.type", series.error())
                .register(registry);
    }

    /** One of Kafka's own classes, of which there are so many, and no more. */
    private static String error(Exception failure) {
        return failure instanceof ApiException ? failure.getClass().getSimpleName() : Labels.OTHER;
    }

    private void look() {
        counts.clear();
        ledger.counts().forEach(count -> counts.put(count.partition(), count));
        counts.keySet().forEach(partition -> ofPartitions.computeIfAbsent(partition, this::meters));
        ofPartitions.entrySet().removeIf(entry -> {
            boolean gone = !counts.containsKey(entry.getKey());
            if (gone) {
                entry.getValue().forEach(registry::remove);
            }
            return gone;
        });
        clients.sent().keySet().forEach(topic -> ofTopics.computeIfAbsent(topic, this::sent));
    }

    private List<Meter> meters(TopicPartition partition) {
        return List.of(
                counter(
                        "messaging.client.consumed.messages",
                        "Records of the request topic that were read, in the partition's present assignment",
                        partition,
                        PartitionCount::read),
                counter(
                        "kafkasend.ledger.settled",
                        "Records that are done with, of those",
                        partition,
                        PartitionCount::settled),
                gauge(
                        "kafkasend.ledger.incomplete",
                        "Records that are read and not done with",
                        null,
                        partition,
                        PartitionCount::open),
                gauge(
                        "kafkasend.ledger.oldest.age",
                        "For how long the oldest of these has been so",
                        "seconds",
                        partition,
                        count -> count.oldestMillis() / 1_000.0),
                gauge(
                        "kafkasend.ledger.metadata.used",
                        "How much of a commit's metadata is used, from 0 to 1",
                        null,
                        partition,
                        PartitionCount::metadataUsed));
    }

    private Meter counter(
            String name, String description, TopicPartition partition, ToDoubleFunction<PartitionCount> value) {
        return FunctionCounter.builder(name, this, self -> self.now(partition, value))
                .description(description)
                .tags(tags(partition))
                .register(registry);
    }

    private Meter gauge(
            String name,
            String description,
            String unit,
            TopicPartition partition,
            ToDoubleFunction<PartitionCount> value) {
        return Gauge.builder(name, this, self -> self.now(partition, value))
                .description(description)
                .baseUnit(unit)
                .tags(tags(partition))
                .register(registry);
    }

    private double now(TopicPartition partition, ToDoubleFunction<PartitionCount> value) {
        PartitionCount count = counts.get(partition);
        return count == null ? 0 : value.applyAsDouble(count);
    }

    private static Tags tags(TopicPartition partition) {
        return Labels.messaging(partition.topic())
                .and("messaging.destination.partition.id", Integer.toString(partition.partition()));
    }

    private Meter sent(String topic) {
        return FunctionCounter.builder("messaging.client.sent.messages", clients, all -> all.sent()
                        .getOrDefault(topic, 0L))
                .description("Records that were handed to Kafka's producers")
                .tags(Labels.messaging(topic))
                .register(registry);
    }
}
