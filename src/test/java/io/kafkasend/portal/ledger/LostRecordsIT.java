package io.kafkasend.portal.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.dev.EmbeddedBroker;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** By a real consumer, whose metrics say where a partition begins. */
@Timeout(60)
class LostRecordsIT {
    private static final TopicPartition PARTITION = new TopicPartition("requests", 0);
    private static final int TRANSACTIONS = 5;

    private final AtomicInteger questions = new AtomicInteger();

    @Test
    void transactionsAreNoLossAndCostNoQuestionAndWhatIsDeletedIsOne() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                KafkaConsumer<Object, Object> plain = consumer(broker)) {
            // Given
            broker.createTopic(PARTITION.topic(), 1);
            write(broker);
            plain.assign(List.of(PARTITION));
            plain.seek(PARTITION, 0);
            Consumer<Object, Object> counted = counted(plain);
            LostRecords lost = new LostRecords(counted);
            lost.expect(PARTITION, 0);

            // When
            List<LostRecords.Loss> losses = read(plain, lost, TRANSACTIONS);

            // Then
            assertThat(losses).isEmpty();
            assertThat(questions).hasValue(0);

            // When what was not read is deleted
            write(broker);
            long end = plain.endOffsets(List.of(PARTITION)).get(PARTITION);
            delete(broker, end);
            write(broker);
            losses = read(plain, lost, 1);

            // Then
            assertThat(losses).isNotEmpty();
            assertThat(losses.get(losses.size() - 1).to()).isEqualTo(end);
        }
    }

    private static List<LostRecords.Loss> read(Consumer<Object, Object> consumer, LostRecords lost, int records) {
        List<LostRecords.Loss> losses = new ArrayList<>();
        for (int read = 0; read < records; ) {
            ConsumerRecords<Object, Object> polled = consumer.poll(Duration.ofMillis(200));
            read += polled.count();
            losses.addAll(lost.before(polled));
        }
        return losses;
    }

    private static void write(EmbeddedBroker broker) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "lost-records");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            for (int i = 0; i < TRANSACTIONS; i++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(PARTITION.topic(), "key", "value " + i));
                producer.commitTransaction();
            }
        }
    }

    private static void delete(EmbeddedBroker broker, long before) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteRecords(Map.of(PARTITION, RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        }
    }

    private static KafkaConsumer<Object, Object> consumer(EmbeddedBroker broker) {
        return new KafkaConsumer<>(Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "key.deserializer",
                StringDeserializer.class,
                "value.deserializer",
                StringDeserializer.class,
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest",
                "max.poll.records",
                1));
    }

    @SuppressWarnings("unchecked")
    private Consumer<Object, Object> counted(Consumer<Object, Object> consumer) {
        return (Consumer<Object, Object>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Consumer.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("beginningOffsets")) {
                        questions.incrementAndGet();
                    }
                    try {
                        return method.invoke(consumer, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
