package io.kafkasend.portal.warmup;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Kafka's own clients take it for a broker. */
@Timeout(60)
class StubBrokerTest {
    private final AtomicInteger written = new AtomicInteger();

    private static KafkaProducer<byte[], byte[]> producer(StubBroker broker) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.address()), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(StubBroker broker) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.address(), "group.id", "one", "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    @Test
    void aMemberReadsWhatIsAppendedAndCommits() throws Exception {
        // Given
        StubTopics topics = new StubTopics("asked", record -> {});
        List<String> read = new ArrayList<>();
        topics.append(new SimpleRecord(1, "k".getBytes(US_ASCII), "first".getBytes(US_ASCII), new Header[0]));

        // When
        try (StubBroker broker = new StubBroker(topics);
                KafkaConsumer<byte[], byte[]> consumer = consumer(broker)) {
            consumer.subscribe(List.of("asked"));
            while (read.size() < 2) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> read.add(new String(record.value(), US_ASCII)));
                if (read.size() == 1 && topics.end() == 1) {
                    topics.append(
                            new SimpleRecord(1, "k".getBytes(US_ASCII), "second".getBytes(US_ASCII), new Header[0]));
                }
            }
            consumer.commitSync();
        }

        // Then
        assertThat(read).containsExactly("first", "second");
        assertThat(topics.committed()).isEqualTo(2);
    }

    @Test
    void whatIsWrittenIsToldAndNotRead() throws Exception {
        // Given
        StubTopics topics = new StubTopics("asked", record -> written.incrementAndGet());

        // When
        try (StubBroker broker = new StubBroker(topics);
                KafkaProducer<byte[], byte[]> producer = producer(broker)) {
            producer.send(new ProducerRecord<>("asked", new byte[1])).get(30, TimeUnit.SECONDS);
        }

        // Then
        assertThat(written).hasValue(1);
        assertThat(topics.end()).isZero();
    }

    @Test
    void anErrorEndsNoMoreThanItsConnection() throws Exception {
        // Given
        StubTopics topics = new StubTopics("asked", record -> {
            if (written.incrementAndGet() == 1) {
                throw new StackOverflowError();
            }
        });

        // When
        try (StubBroker broker = new StubBroker(topics);
                KafkaProducer<byte[], byte[]> producer = producer(broker)) {
            producer.send(new ProducerRecord<>("answers", new byte[1])).get(30, TimeUnit.SECONDS);
        }

        // Then
        assertThat(written).hasValue(2);
    }
}
