package io.kafkasend.client.internal;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one job's records, and knows when the last has its outcome. Records are sent by one thread; theirs is Kafka's own. */
public final class RecordSender {
    private static final Logger LOG = LoggerFactory.getLogger(RecordSender.class);

    private final AtomicInteger open = new AtomicInteger(1); // records without an outcome, and the sender itself
    private final String topic;
    private final byte[] key;
    private final RequestWay way;
    private final BooleanSupplier ended;
    private final IntConsumer acknowledged;
    private final BiConsumer<Throwable, Integer> failed;
    private final Runnable whenLeft;

    /**
     * @param key of all records
     * @param way says to which partition, by which producer, and how much at once
     * @param ended whether the job has ended, and nothing more is to be sent
     * @param acknowledged told the size of each record that the broker has
     * @param failed told why the broker does not have one, and its size; may be told on Kafka's thread
     * @param whenLeft run once, when the last record has its outcome and {@link #leave} was called
     */
    public RecordSender(
            String topic,
            byte[] key,
            RequestWay way,
            BooleanSupplier ended,
            IntConsumer acknowledged,
            BiConsumer<Throwable, Integer> failed,
            Runnable whenLeft) {
        this.topic = topic;
        this.key = key.clone();
        this.way = way;
        this.ended = ended;
        this.acknowledged = acknowledged;
        this.failed = failed;
        this.whenLeft = whenLeft;
    }

    /** The sender's own end, or that of a record: the last one makes room, however the job fares meanwhile. */
    public void leave() {
        if (open.decrementAndGet() == 0) {
            whenLeft.run();
        }
    }

    /**
     * Hands a record to the producer, once there is room for it.
     *
     * @param there told the record's offset, on Kafka's thread, once the broker has it
     * @return false when the job has ended before
     */
    public boolean send(byte[] value, Map<String, byte[]> headers, LongConsumer there) throws InterruptedException {
        if (!way.window().acquire(value.length)) {
            return false;
        }
        while (!ended.getAsBoolean()) {
            Handover handover = new Handover(value.length, there);
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, way.partition(), key, value);
            headers.forEach(record.headers()::add);
            handover.begin(record);
            if (!handover.refused()) {
                return true;
            }
            // No broker for so long that the producer took nothing. It may be restarting: the job's deadline decides.
            LOG.debug("Kafka takes no record now, tries again topic={}", topic);
        }
        return false;
    }

    /** What becomes of one record. */
    private final class Handover implements Callback {
        private final Thread sender = Thread.currentThread();
        private final int recordBytes;
        private final LongConsumer there;
        private final AtomicBoolean over = new AtomicBoolean();
        private boolean refused; // of the sender's thread alone

        Handover(int recordBytes, LongConsumer there) {
            this.recordBytes = recordBytes;
            this.there = there;
        }

        void begin(ProducerRecord<byte[], byte[]> record) {
            open.incrementAndGet();
            try {
                way.producer().send(record, this);
            } catch (RuntimeException | Error e) {
                end();
                throw e;
            }
        }

        private void end() {
            if (!over.getAndSet(true)) {
                leave();
            }
        }

        /** Whether {@code send} gave up waiting before it took the record; asked once it has returned. */
        boolean refused() {
            return refused;
        }

        @Override
        public void onCompletion(RecordMetadata metadata, Exception failure) {
            end();
            if (failure instanceof TimeoutException && Thread.currentThread() == sender) {
                refused = true;
                return;
            }
            if (failure == null) {
                acknowledged.accept(recordBytes);
                there.accept(metadata.offset());
            } else {
                failed.accept(failure, recordBytes);
            }
            way.window().release(failure == null ? recordBytes : 0);
        }
    }
}
