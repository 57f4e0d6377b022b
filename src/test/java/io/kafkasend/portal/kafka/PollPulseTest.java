package io.kafkasend.portal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.kafka.PollPulse.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PollPulseTest {
    private static final TopicPartition P0 = new TopicPartition("requests", 0);
    private static final TopicPartition P1 = new TopicPartition("requests", 1);

    private long now = 5_000_000_000L;
    private final PollPulse pulse = new PollPulse(() -> now);

    @Test
    void timesAreCountedFromWhatWasLastFelt() {
        // Given
        pulse.polls();
        now += 1_000_000_000L;
        pulse.answered();

        // When
        now += 2_000_000_000L;

        // Then
        assertThat(pulse.now().sincePoll()).hasValue(Duration.ofSeconds(3));
        assertThat(pulse.now().sinceAnswer()).hasValue(Duration.ofSeconds(2));
    }

    @Test
    void whatTheGroupSaidHoldsUntilAllIsGivenUp() {
        // Given
        assertThat(pulse.now().assigned()).isFalse();

        // When
        pulse.gained(List.of(P0, P1), true);
        pulse.gave(List.of(P0));

        // Then
        assertThat(pulse.now().assigned()).isTrue();
        assertThat(pulse.now().partitions()).containsExactly(P1);

        // When
        pulse.gave(List.of(P1));

        // Then
        assertThat(pulse.now().assigned()).isFalse();
    }

    @Test
    void aMemberWithoutPartitionsIsAssignedNone() {
        // When
        pulse.gained(List.of(), true);

        // Then
        assertThat(pulse.now().assigned()).isTrue();
        assertThat(pulse.now().partitions()).isEmpty();
    }

    @Test
    void aConsumerThatHasEndedLeavesNothing() {
        // Given
        pulse.polls();
        pulse.has(Trouble.REFUSED);
        pulse.gained(List.of(P0), true);

        // When
        pulse.none();

        // Then
        PollPulse.Reading reading = pulse.now();
        assertThat(reading.sincePoll()).isEmpty();
        assertThat(reading.sinceAnswer()).isEmpty();
        assertThat(reading.assigned()).isFalse();
        assertThat(reading.partitions()).isEmpty();
        assertThat(reading.trouble()).isEqualTo(Trouble.NONE);
    }

    @Test
    void whoListensFindsWhatTheGroupSaid() {
        // Given
        List<Object> heard = new ArrayList<>();
        pulse.whenReading(() -> heard.add(pulse.now().partitions()));

        // When
        pulse.gained(List.of(P0), true);

        // Then
        assertThat(heard).hasToString("[[requests-0]]");
    }
}
