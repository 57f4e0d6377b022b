package io.kafkasend.cli.diagnose;

import io.kafkasend.kafka.Upkeep;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A consumer that joins no group and commits nothing. Not thread-safe. */
final class RecordReader implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * @param properties how Kafka is reached; those that are no consumer's are left out
     * @param patience how long Kafka may take for each answer
     * @param own properties over those
     * @throws org.apache.kafka.common.KafkaException where it cannot be made
     */
    RecordReader(Map<String, ?> properties, Duration patience, Map<String, ?> own) {
        Map<String, Object> all = new HashMap<>(Upkeep.ofConsumer());
        properties.forEach((name, value) -> {
            if (ConsumerConfig.configNames().contains(name)) {
                all.put(name, value);
            }
        });
        all.remove(ConsumerConfig.GROUP_ID_CONFIG);
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
        all.putAll(own);
        consumer = new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    KafkaConsumer<byte[], byte[]> consumer() {
        return consumer;
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
