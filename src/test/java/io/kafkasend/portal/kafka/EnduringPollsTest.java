package io.kafkasend.portal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.portal.call.Parts;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;

class EnduringPollsTest {
    private final Broker broker = new Broker();
    private long now;
    private boolean calling;
    private final EnduringPolls polls = new EnduringPolls(broker, () -> calling, () -> now);

    /** Refuses, or gives what it has. */
    private static final class Broker implements PollDuties.Plain {
        private RuntimeException refusal;
        private ConsumerRecords<Object, Object> records = ConsumerRecords.empty();
        private int asked;
        private int begunAnew;
        private Runnable assigning = () -> {};

        @Override
        public ConsumerRecords<Object, Object> poll(Duration timeout) {
            asked++;
            assigning.run();
            if (refusal != null) {
                throw refusal;
            }
            return records;
        }

        @Override
        public void pause(Collection<TopicPartition> partitions) {}

        @Override
        public void resume(Collection<TopicPartition> partitions) {}

        @Override
        public void beginAnew() {
            begunAnew++;
        }

        @Override
        public void shareAgain() {}
    }

    @Test
    void asksLessAndLessOftenWhileItIsRefused() {
        // Given
        broker.refusal = new SaslAuthenticationException("wrong");

        // When
        for (int second = 0; second < 120; second++) {
            assertThat(polls.poll(Duration.ZERO).isEmpty()).isTrue();
            now += TimeUnit.SECONDS.toNanos(1);
        }

        // Then: at 0, 1, 3, 7, 15, 31, 61 and 91 s
        assertThat(broker.asked).isEqualTo(8);
    }

    @Test
    void goesOnOnceItIsLetIn() {
        // Given
        broker.refusal = new GroupAuthorizationException("g");
        polls.poll(Duration.ZERO);
        assertThat(polls.refused()).isTrue();
        assertThat(polls.well()).isFalse();

        // When
        broker.refusal = null;
        broker.records = Parts.records(Parts.PARTITION, 5);
        now += TimeUnit.SECONDS.toNanos(1);

        // Then
        assertThat(polls.poll(Duration.ZERO).count()).isEqualTo(1);
        assertThat(polls.well()).isTrue();
    }

    @Test
    void aRefusedCommitRestsAsWell() {
        // When
        boolean refused = polls.refusedBy(new GroupAuthorizationException("g"));

        // Then
        assertThat(refused).isTrue();
        assertThat(polls.poll(Duration.ZERO).isEmpty()).isTrue();
        assertThat(broker.asked).isZero();
    }

    @Test
    void beginsAnewLessAndLessOftenWhileReadingFails() {
        // Given
        broker.refusal = new KafkaException("Received exception when fetching the next record from a-0.");

        // When
        for (int second = 0; second < 120; second++) {
            assertThat(polls.poll(Duration.ZERO).isEmpty()).isTrue();
            assertThat(polls.well()).isFalse();
            assertThat(polls.refused()).as("commits go on").isFalse();
            now += TimeUnit.SECONDS.toNanos(1);
        }

        // Then: at 0, 1, 3, 7, 15, 31, 61 and 91 s, and a poll gives what failed before until the partition was left
        assertThat(broker.asked).isEqualTo(8);
        assertThat(broker.begunAnew).isEqualTo(7);
    }

    @Test
    void leavesNoPartitionWhileACallIsUnderWay() {
        // Given
        broker.refusal = new KafkaException("damaged");
        calling = true;
        polls.poll(Duration.ZERO);
        now += TimeUnit.SECONDS.toNanos(1);

        // When
        polls.poll(Duration.ZERO);

        // Then
        assertThat(broker.asked).isEqualTo(2);
        assertThat(broker.begunAnew).isZero();

        // When
        calling = false;
        now += TimeUnit.SECONDS.toNanos(2);
        polls.poll(Duration.ZERO);

        // Then
        assertThat(broker.begunAnew).isEqualTo(1);
    }

    @Test
    void anotherPartitionsRecordsDoNotMeanThatAllIsWell() {
        // Given
        broker.refusal = new KafkaException("damaged");
        broker.records = Parts.records(Parts.PARTITION, 5);
        polls.poll(Duration.ZERO);
        RuntimeException damaged = broker.refusal;

        // When: records of one partition come in between, and the other fails on
        for (int second = 0; second < 60; second++) {
            now += TimeUnit.SECONDS.toNanos(1);
            broker.refusal = null;
            polls.poll(Duration.ZERO);
            broker.refusal = damaged;
            polls.poll(Duration.ZERO);
        }

        // Then
        assertThat(polls.well()).isFalse();
        assertThat(broker.asked).isLessThan(20);
    }

    @Test
    void isWellAgainAfterHalfAMinuteWithoutAFailure() {
        // Given
        broker.refusal = new TimeoutException("slow");
        polls.poll(Duration.ZERO);
        broker.refusal = null;

        // When
        now += TimeUnit.SECONDS.toNanos(31);
        polls.poll(Duration.ZERO);
        assertThat(polls.well()).isFalse();
        now += 1;
        polls.poll(Duration.ZERO);

        // Then
        assertThat(polls.well()).isTrue();
    }

    @Test
    void readsNothingOfAnAssignmentThatCouldNotBegin() {
        // Given: a right that is missing in the middle of it
        broker.assigning = polls::assignmentBegins;
        broker.refusal = new GroupAuthorizationException("g");
        polls.poll(Duration.ZERO);
        assertThat(broker.begunAnew).isZero();

        // When
        broker.refusal = null;
        broker.assigning = () -> {
            polls.assignmentBegins();
            polls.assignmentBegan();
        };
        now += TimeUnit.SECONDS.toNanos(1);
        polls.poll(Duration.ZERO);
        polls.poll(Duration.ZERO);

        // Then
        assertThat(broker.begunAnew).isEqualTo(1);
    }

    @Test
    void leavesAWakeUpToCamel() {
        // Given
        broker.refusal = new WakeupException();

        // Then
        assertThatThrownBy(() -> polls.poll(Duration.ZERO)).isSameAs(broker.refusal);
        assertThat(polls.refusedBy(broker.refusal)).isFalse();
        assertThat(polls.well()).isTrue();
    }
}
