package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.client.internal.AnswerMemory;
import io.kafkasend.client.internal.ClientMemory;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

class AnswerMemoryTest {
    private static final long MIB = 1 << 20;

    @Test
    void severalAnswersShareTheBoundAndGiveItBack() throws Exception {
        // Given
        AnswerMemory memory = new AnswerMemory(6, 16);
        AnswerTarget.Sink first = AnswerTarget.memory().open(memory);
        AnswerTarget.Sink second = AnswerTarget.memory().open(memory);
        AnswerTarget.Sink third = AnswerTarget.memory().open(memory);

        // When
        for (int i = 0; i < 3; i++) {
            first.take(new byte[2]);
            second.take(new byte[2]);
        }

        // Then
        assertThatThrownBy(() -> first.take(new byte[1])).hasMessageContaining("over 6 bytes", "a file or a stream");
        third.take(new byte[4]);
        assertThatThrownBy(() -> third.take(new byte[1])).hasMessageContaining("over 16 bytes together");
        assertThatThrownBy(first::complete).hasMessageContaining("together");
        third.abort();
        second.abort();
        assertThat(first.complete()).hasSize(6);
        assertThat(memory.taken()).isZero();
        first.abort();
        assertThat(memory.taken()).isZero();
    }

    @Test
    void anAnswerThatBeginsAnewHasItsMemoryBack() throws Exception {
        // Given
        AnswerMemory memory = new AnswerMemory(6, 6);
        AnswerTarget.Sink sink = AnswerTarget.memory().open(memory);
        sink.take(new byte[6]);

        // When
        sink.restart();
        sink.take(new byte[6]);

        // Then
        assertThat(memory.taken()).isEqualTo(6);
        assertThat(sink.complete()).hasSize(6);
    }

    @Test
    void whatSpeedAsksForIsThereFromAnOrdinaryHeapOn() {
        // When
        ClientMemory memory = new ClientMemory(256 * MIB);

        // Then
        assertThat(memory.window()).isEqualTo(16 * MIB);
        assertThat(memory.fetch()).isEqualTo(32 * MIB);
        assertThat(memory.partitionFetch()).isEqualTo(8 * MIB);
        assertThat(new ClientMemory(512 * MIB).producer(4)).isEqualTo(128 * MIB);
        assertThat(new ClientMemory(1_024 * MIB).answer()).isEqualTo(256 * MIB);
    }

    @Test
    void aSmallHeapBoundsAllOfIt() {
        // When
        ClientMemory memory = new ClientMemory(64 * MIB);

        // Then
        assertThat(memory.answer()).isEqualTo(16 * MIB);
        assertThat(memory.answer(256 * MIB)).isEqualTo(16 * MIB);
        assertThat(memory.answer(5)).isEqualTo(5);
        assertThat(LongStream.of(memory.fetch(), memory.allBacklogs(), memory.held(), memory.producer(4))
                        .sum())
                .isLessThanOrEqualTo(40 * MIB);
        assertThat(4 * memory.window()).isLessThanOrEqualTo(memory.producer(4));
    }

    @Test
    void whatTheUserSaysOfTheProducerHolds() {
        assertThat(KafkaSendClient.builder()
                        .kafkaProperties(Map.of(ProducerConfig.BUFFER_MEMORY_CONFIG, "9000000"))
                        .producerProperties())
                .containsEntry(ProducerConfig.BUFFER_MEMORY_CONFIG, "9000000");
    }
}
