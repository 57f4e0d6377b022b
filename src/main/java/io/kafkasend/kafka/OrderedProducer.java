package io.kafkasend.kafka;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Kafka's idempotent producer, whose records of one partition stay in order from the very first; see
 * {@link KnownPartitions}. Thread-safe.
 *
 * @param <K> of keys; only for byte arrays, or where records name their partition, is the order kept from the first on
 * @param <V> of values
 */
public class OrderedProducer<K, V> extends KafkaProducer<K, V> {
    @SuppressWarnings("this-escape") // it asks for partitions only when a record is sent
    private final KnownPartitions<K, V> partitions =
            new KnownPartitions<>(super::send, topic -> partitionsFor(topic).size(), System::nanoTime);

    /**
     * @param properties Kafka's own; they leave partitions to Kafka's own partitioner
     * @throws org.apache.kafka.common.KafkaException when it cannot be made
     */
    public OrderedProducer(Map<String, Object> properties) {
        super(properties);
    }

    /**
     * @param properties Kafka's own; they leave partitions to Kafka's own partitioner
     * @throws org.apache.kafka.common.KafkaException when it cannot be made
     */
    public OrderedProducer(Properties properties) {
        super(properties);
    }

    /**
     * {@inheritDoc} Also waits, where the record before it was the first on its partition, until the broker has that one or
     * it has failed, which takes no longer than {@code delivery.timeout.ms}. So not to be called by callbacks.
     */
    @Override
    public Future<RecordMetadata> send(ProducerRecord<K, V> record, Callback callback) {
        return partitions.send(record, callback);
    }
}
