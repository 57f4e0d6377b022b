package io.kafkasend.client.internal;

import io.kafkasend.kafka.ClassesOfKafka;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Consumers for answers that are fetched, one for each fetch at a time; a few are kept, since to make one takes longer than to read by
 * it. Thread-safe.
 */
public final class FetchConsumers implements AutoCloseable {
    private static final int MOST_KEPT = 4;
    private static final int WAIT_MILLIS = 50;

    private final Supplier<Map<String, Object>> properties;
    private final int mostBytes;
    private final Deque<Consumer<byte[], byte[]>> kept = new ArrayDeque<>();
    private boolean closed;

    /**
     * @param properties of Kafka's consumer
     * @param mostBytes of one answer to a fetch of one of them, of which there may be many
     */
    public FetchConsumers(Supplier<Map<String, Object>> properties, int mostBytes) {
        this.properties = properties;
        this.mostBytes = mostBytes;
    }

    /** One that is assigned to nothing. */
    public Consumer<byte[], byte[]> take() {
        synchronized (this) {
            if (!kept.isEmpty()) {
                return kept.pop();
            }
        }
        Map<String, Object> all = new HashMap<>(properties.get());
        // One that is used again reads at once, and does not wait for what it waited for before.
        all.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, WAIT_MILLIS);
        all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, mostBytes);
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, mostBytes);
        return ClassesOfKafka.within(
                () -> new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    /**
     * Takes it back.
     *
     * @param consumer null for none
     * @param usable whether it may be used again
     */
    public void giveBack(Consumer<byte[], byte[]> consumer, boolean usable) {
        if (consumer == null) {
            return;
        }
        boolean keep = usable;
        if (keep) {
            consumer.assign(List.of());
            synchronized (this) {
                keep = !closed && kept.size() < MOST_KEPT;
                if (keep) {
                    kept.push(consumer);
                }
            }
        }
        if (!keep) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    @Override
    public void close() {
        List<Consumer<byte[], byte[]>> idle;
        synchronized (this) {
            closed = true;
            idle = List.copyOf(kept);
            kept.clear();
        }
        idle.forEach(consumer -> consumer.close(CloseOptions.timeout(Duration.ZERO)));
    }
}
