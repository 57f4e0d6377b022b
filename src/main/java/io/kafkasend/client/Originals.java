package io.kafkasend.client;

import io.kafkasend.kafka.ClassesOfKafka;
import io.kafkasend.kafka.RecordDigest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The records that dead letters in reduced form are about, where they still stand. Not thread-safe. */
final class Originals implements AutoCloseable {
    private static final String CUT = "kafkasend.cut.";
    private static final String CONNECT = "__connect.errors.";
    private static final Duration POLL = Duration.ofMillis(200);

    private final ClientSettings settings;
    private KafkaConsumer<byte[], byte[]> consumer;

    /** There is no such record any more, or another one; in a line. */
    static final class MissingException extends Exception {
        private static final long serialVersionUID = 1L;

        MissingException(String text) {
            super(text);
        }
    }

    Originals(ClientSettings settings) {
        this.settings = settings;
    }

    /** Whether a dead letter lacks something of its record. */
    static boolean isReduced(Headers letter) {
        return letter.lastHeader(CUT + "sha256") != null;
    }

    /** A line on what a reduced letter lacks. */
    static String lacking(Headers letter) {
        return text(letter, CUT + "headers.dropped") + " of " + text(letter, CUT + "headers") + " headers and "
                + text(letter, CUT + "value.dropped") + " of " + text(letter, CUT + "value.bytes")
                + " bytes of the value are left out; the record itself stands, or stood, at " + place(letter);
    }

    private static String place(Headers letter) {
        return text(letter, CONNECT + "topic") + "-" + text(letter, CONNECT + "partition") + "@"
                + text(letter, CONNECT + "offset");
    }

    /** The length of the value that a letter's record had; that of the letter's own where it is not reduced. */
    static int valueBytes(Headers letter, byte[] value) {
        if (isReduced(letter)) {
            try {
                return Integer.parseInt(text(letter, CUT + "value.bytes"));
            } catch (NumberFormatException e) {
                // somebody else's letter
            }
        }
        return value == null ? 0 : value.length;
    }

    private static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? "?" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /**
     * The record that a reduced letter is about.
     *
     * @throws MissingException where it is not there any more, or is not the one
     * @throws KafkaException when the broker cannot be asked
     */
    ConsumerRecord<byte[], byte[]> of(Headers letter) throws MissingException {
        TopicPartition partition;
        long offset;
        int headers;
        try {
            partition = new TopicPartition(
                    text(letter, CONNECT + "topic"), Integer.parseInt(text(letter, CONNECT + "partition")));
            offset = Long.parseLong(text(letter, CONNECT + "offset"));
            headers = Integer.parseInt(text(letter, CUT + "headers"));
        } catch (NumberFormatException e) {
            throw new MissingException("it does not say where its record stands");
        }
        ConsumerRecord<byte[], byte[]> found = find(partition, offset);
        if (found == null) {
            throw new MissingException("its record is not there any more: " + place(letter));
        }
        if (!RecordDigest.of(found.key(), found.value()).equals(text(letter, CUT + "sha256"))
                || found.headers().toArray().length != headers) {
            throw new MissingException("another record stands there now: " + place(letter));
        }
        return found;
    }

    private ConsumerRecord<byte[], byte[]> find(TopicPartition partition, long offset) {
        if (consumer == null) {
            consumer = ClassesOfKafka.within(() -> new KafkaConsumer<>(settings.consumer()));
        }
        List<TopicPartition> one = List.of(partition);
        if (consumer.partitionsFor(partition.topic(), settings.connectTimeout()).stream()
                .noneMatch(info -> info.partition() == partition.partition())) {
            return null;
        }
        Map<TopicPartition, Long> begin = consumer.beginningOffsets(one, settings.connectTimeout());
        Map<TopicPartition, Long> end = consumer.endOffsets(one, settings.connectTimeout());
        if (offset < begin.get(partition) || offset >= end.get(partition)) {
            return null;
        }
        consumer.assign(one);
        consumer.seek(partition, offset);
        long until = System.nanoTime() + settings.connectTimeout().toNanos();
        while (consumer.position(partition) <= offset && System.nanoTime() - until < 0) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                return record.offset() == offset ? record : null;
            }
        }
        return null;
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        }
    }
}
