package io.kafkasend.kafka;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The partitions whose brokers know an idempotent producer: a broker refuses what comes out of order only from a producer
 * that it has a record of (KIP-360). So a broker that has just started may refuse a producer's first batch, since it does not
 * know yet that it leads the partition, and take the second; then it refuses the first for ever (KAFKA-15591, which Kafka 4.5
 * mends for partitions that were never written to). Therefore the first record goes alone: what comes after it waits until
 * the broker has it. Thread-safe.
 */
final class KnownPartitions<K, V> {
    /** Brokers forget a producer that was quiet for {@code producer.id.expiration.ms}, a day by default. */
    private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final ConcurrentMap<TopicPartition, First> firsts = new ConcurrentHashMap<>();
    private final Plain<K, V> plain;
    private final ToIntFunction<String> partitionCount;
    private final LongSupplier nanoTime;

    /** What KafkaProducer itself does. */
    interface Plain<K, V> {
        Future<RecordMetadata> send(ProducerRecord<K, V> record, Callback callback);
    }

    /**
     * @param partitionCount how many partitions a topic has; it may block and throw as {@code partitionsFor} does
     */
    KnownPartitions(Plain<K, V> plain, ToIntFunction<String> partitionCount, LongSupplier nanoTime) {
        this.plain = plain;
        this.partitionCount = partitionCount;
        this.nanoTime = nanoTime;
    }

    Future<RecordMetadata> send(ProducerRecord<K, V> record, Callback callback) {
        TopicPartition partition;
        try {
            partition = partition(record);
        } catch (ApiException e) { // told as the producer tells it
            if (callback != null) {
                callback.onCompletion(nowhere(record), e);
            }
            return CompletableFuture.failedFuture(e);
        }
        if (partition == null) {
            return plain.send(record, callback);
        }
        while (true) {
            First before = firsts.get(partition);
            if (before == null) {
                First first = new First(partition);
                if (firsts.putIfAbsent(partition, first) == null) {
                    return first.send(record, callback);
                }
            } else if (before.forgotten()) {
                firsts.remove(partition, before);
            } else if (before.awaitKnown()) {
                return plain.send(record, callback);
            } // else it has failed, and this one may be the first
        }
    }

    /** Where the record goes; null where only the producer's own partitioner can tell. */
    private TopicPartition partition(ProducerRecord<K, V> record) {
        if (record.partition() != null) {
            return new TopicPartition(record.topic(), record.partition());
        }
        if (!(record.key() instanceof byte[] key)) {
            return null;
        }
        int partitions = partitionCount.applyAsInt(record.topic());
        return new TopicPartition(record.topic(), BuiltInPartitioner.partitionForKey(key, partitions));
    }

    private static RecordMetadata nowhere(ProducerRecord<?, ?> record) {
        int partition = record.partition() == null ? RecordMetadata.UNKNOWN_PARTITION : record.partition();
        return new RecordMetadata(new TopicPartition(record.topic(), partition), -1, -1, -1, -1, -1);
    }

    /** A producer's first record on a partition, and whether the broker has it. */
    private final class First {
        private final CountDownLatch over = new CountDownLatch(1);
        private final TopicPartition partition;
        private volatile boolean known;
        private volatile long used;

        First(TopicPartition partition) {
            this.partition = partition;
            this.used = nanoTime.getAsLong();
        }

        Future<RecordMetadata> send(ProducerRecord<K, V> record, Callback callback) {
            try {
                return plain.send(record, (metadata, failure) -> {
                    end(failure == null);
                    if (callback != null) {
                        callback.onCompletion(metadata, failure);
                    }
                });
            } catch (RuntimeException | Error e) {
                end(false);
                throw e;
            }
        }

        private void end(boolean success) {
            known = success;
            if (!success) {
                firsts.remove(partition, this);
            }
            over.countDown();
        }

        boolean forgotten() {
            return known && nanoTime.getAsLong() - used > FORGOTTEN_NANOS;
        }

        /** Waits until the first record is through; false when it has failed. */
        boolean awaitKnown() {
            if (!known) {
                try {
                    over.await();
                } catch (InterruptedException e) {
                    throw new InterruptException(e);
                }
            }
            used = nanoTime.getAsLong();
            return known;
        }
    }
}
