package io.kafkasend.client.internal;

import io.kafkasend.protocol.ResponseStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How one job's request goes to Kafka, and what a portal says that it has of it. Thread-safe. */
public final class RequestWay {
    private static final Logger LOG = LoggerFactory.getLogger(RequestWay.class);

    private final SendWindow window =
            new SendWindow(ClientMemory.ofThisProcess().window());
    private volatile Integer partition;
    private volatile Producer<byte[], byte[]> producer;
    private ResponseStatus said;

    /** What of it may be on its way at once. */
    public SendWindow window() {
        return window;
    }

    /** Says which producer its records go by. */
    public void by(Producer<byte[], byte[]> chosen) {
        producer = chosen;
    }

    /** The producer that its records go by; null before the first does. */
    public Producer<byte[], byte[]> producer() {
        return producer;
    }

    /** Says which partition it goes to, where that is not left to the producer. */
    public void to(int chosen) {
        partition = chosen;
    }

    /**
     * Chooses the partition that Kafka's own producer would, so that it is known before.
     *
     * @param ended whether the job has ended, upon which any will do
     */
    public void choose(String topic, byte[] key, BooleanSupplier ended) {
        int partitions = 0;
        while (partitions == 0 && !ended.getAsBoolean()) {
            try {
                partitions = producer.partitionsFor(topic).size();
            } catch (TimeoutException e) {
                LOG.debug("Kafka tells no partitions now, tries again topic={}", topic);
            }
        }
        partition = partitions == 0 ? 0 : BuiltInPartitioner.partitionForKey(key, partitions);
    }

    /** The partition that it goes to; null where the producer chooses it by the key. */
    public Integer partition() {
        return partition;
    }

    /** A portal has said how far the job is. */
    public synchronized void heard(ResponseStatus status) {
        if (status.startOffset() != null) {
            said = status;
            notifyAll();
        }
    }

    /**
     * Waits for what a portal says once it has read START at an offset.
     *
     * @return empty where none said anything in that time
     */
    public synchronized Optional<ResponseStatus> word(long startOffset, Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        while (said == null || said.startOffset() < startOffset) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return Optional.empty();
            }
            wait(left);
        }
        return Optional.of(said);
    }
}
