package io.kafkasend.portal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class SendingThreadTest {
    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> settings = new java.util.HashMap<>(more);
        settings.put("bootstrap.servers", "127.0.0.1:1");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Test
    void anotherProducerThatBeginsMeanwhileIsNotTakenForIt() {
        // Given
        Set<Thread> before = SendingThread.all();
        KafkaProducer<byte[], byte[]> one = producer(Map.of());
        KafkaProducer<byte[], byte[]> another = producer(Map.of());

        // When
        List<Thread> threads = SendingThread.of(one, before);

        // Then
        another.close();
        assertThat(threads).singleElement().matches(Thread::isAlive);
        one.close();
        assertThat(threads).singleElement().matches(thread -> !thread.isAlive());
    }

    @Test
    void anEarlierOneOfTheSameClientIdIsNotTakenForIt() {
        // Given
        Map<String, Object> id = Map.of("client.id", "given");
        KafkaProducer<byte[], byte[]> earlier = producer(id);
        Set<Thread> before = SendingThread.all();

        // When
        KafkaProducer<byte[], byte[]> one = producer(id);
        List<Thread> threads = SendingThread.of(one, before);

        // Then
        earlier.close();
        assertThat(threads).singleElement().matches(Thread::isAlive);
        one.close();
        assertThat(threads).singleElement().matches(thread -> !thread.isAlive());
    }
}
