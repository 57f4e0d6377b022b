package io.kafkasend.portal.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.ledger.LostRecords.Loss;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** By Kafka's own MockConsumer, whose position is set as a poll would leave it. */
class LostRecordsTest {
    private static final TopicPartition PARTITION = Parts.PARTITION;
    private static final ConsumerRecords<Object, Object> NONE = ConsumerRecords.empty();

    private final MockConsumer<Object, Object> consumer = new MockConsumer<>("earliest");
    private final LostRecords lost = new LostRecords(consumer);

    @BeforeEach
    void assign() {
        consumer.assign(List.of(PARTITION));
        begins(0);
        lost.expect(PARTITION, 10);
    }

    private void begins(long offset) {
        consumer.updateBeginningOffsets(Map.of(PARTITION, offset));
    }

    private List<Loss> poll(long position, long... offsets) {
        consumer.seek(PARTITION, position);
        return lost.before(offsets.length == 0 ? NONE : Parts.records(PARTITION, offsets));
    }

    @Test
    void whatFollowsIsNoLoss() {
        assertThat(poll(10)).isEmpty();
        assertThat(poll(12, 10, 11)).isEmpty();
        begins(5);
        assertThat(poll(13, 12)).isEmpty();
    }

    @Test
    void aGapOfRecordsThatTheBrokerHasIsATransactionsOwn() {
        assertThat(poll(14, 13)).isEmpty();
        assertThat(poll(20)).isEmpty();
    }

    @Test
    void aGapBelowThePartitionsBeginIsALoss() {
        // Given
        poll(12, 10, 11);

        // When
        begins(30);

        // Then: once, be it that records come behind it or none yet
        assertThat(poll(31, 30)).containsExactly(new Loss(PARTITION, 12, 30));
        assertThat(poll(31)).isEmpty();
        begins(40);
        assertThat(poll(40)).containsExactly(new Loss(PARTITION, 31, 40));
    }

    @Test
    void aResetToTheEndSkipsWhatTheBrokerHasToo() {
        begins(30);
        assertThat(poll(50)).containsExactly(new Loss(PARTITION, 10, 50));
    }

    @Test
    void whatWasDeletedAfterItWasReadIsNoLoss() {
        poll(20, 10);
        begins(20);
        assertThat(poll(20)).isEmpty();
        assertThat(poll(21, 20)).isEmpty();
    }

    @Test
    void aTopicThatWasMadeAnewIsALossOfAllThatWasToCome() {
        // When
        List<Loss> losses = poll(3, 2);

        // Then
        assertThat(losses).containsExactly(new Loss(PARTITION, 10, 2));
        assertThat(losses.get(0).madeAnew()).isTrue();
        assertThat(poll(4, 3)).isEmpty();
    }

    @Test
    void aBrokerThatIsAwayLosesNothing() {
        // Given
        consumer.setOffsetsException(new KafkaException("away"));

        // Then
        assertThat(poll(14, 13)).isEmpty();
    }

    @Test
    void anAssignmentWithoutACommitBeginsAnywhere() {
        lost.forget(List.of(PARTITION));
        begins(30);
        assertThat(poll(31, 30)).isEmpty();
    }
}
