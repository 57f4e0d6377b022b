package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class RefusedPollsTest {
    private final Broker broker = new Broker();
    private long now;
    private final RefusedPolls polls = new RefusedPolls(broker, () -> now);

    /** Refuses, or gives what it has. */
    private static final class Broker implements PollDuties.Plain {
        private RuntimeException refusal;
        private ConsumerRecords<Object, Object> records = ConsumerRecords.empty();
        private int asked;

        @Override
        public ConsumerRecords<Object, Object> poll(Duration timeout) {
            asked++;
            if (refusal != null) {
                throw refusal;
            }
            return records;
        }

        @Override
        public void pause(Collection<TopicPartition> partitions) {}

        @Override
        public void resume(Collection<TopicPartition> partitions) {}
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
        assertThat(polls.resting()).isTrue();

        // When
        broker.refusal = null;
        broker.records = Parts.records(Parts.PARTITION, 5);
        now += TimeUnit.SECONDS.toNanos(1);

        // Then
        assertThat(polls.poll(Duration.ZERO).count()).isEqualTo(1);
        assertThat(polls.resting()).isFalse();
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
    void leavesOtherFailuresToCamel() {
        // Given
        broker.refusal = new TimeoutException("slow");

        // Then
        assertThatThrownBy(() -> polls.poll(Duration.ZERO)).isSameAs(broker.refusal);
        assertThat(polls.refusedBy(broker.refusal)).isFalse();
    }
}
