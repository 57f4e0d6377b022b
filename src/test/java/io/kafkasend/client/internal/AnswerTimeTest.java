package io.kafkasend.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AnswerTimeTest {
    private static final long SECOND = 1_000_000_000L;

    private final long begin = System.nanoTime();
    private final Deadline request = Deadline.in(Duration.ofSeconds(60));

    @Test
    void anAnswerHasItsRequestsTime() {
        // Given
        AnswerTime time = new AnswerTime(request, null);

        // When
        time.moved(true);

        // Then
        assertThat(time.isOverAt(begin + 59 * SECOND)).isFalse();
        assertThat(time.isOverAt(request.nanoTime())).isTrue();
        assertThat(time.secondsOfStreamLeft()).isNull();
        assertThat(time.overdue()).isEqualTo("no answer within 60 seconds");
    }

    @Test
    void oneThatStreamsHasLongerForAsLongAsItMoves() {
        // Given
        AnswerTime time = new AnswerTime(new Deadline(Duration.ofSeconds(60), begin + 5 * SECOND), Duration.ofHours(1));
        assertThat(time.isOverAt(begin + 6 * SECOND)).isTrue();

        // When
        time.moved(true);

        // Then
        assertThat(time.isOverAt(begin + 59 * SECOND)).isFalse();
        assertThat(time.isOverAt(begin + 120 * SECOND)).isTrue();
        assertThat(time.overdue()).isEqualTo("nothing more of the answer within 60 seconds");
        assertThat(time.secondsOfStreamLeft()).isBetween(3_500, 3_545);
        assertThat(time.secondsLeft()).isBetween(1, 5);
    }

    @Test
    void oneThatStreamsEndsAtItsOwnTimeThoughItMoves() {
        // Given
        AnswerTime time = new AnswerTime(new Deadline(Duration.ofSeconds(60), begin + SECOND), Duration.ofSeconds(90));

        // When
        time.moved(true);

        // Then
        assertThat(time.isOverAt(begin + 30 * SECOND)).isFalse();
        assertThat(time.isOverAt(begin + 31 * SECOND)).isTrue();
        assertThat(time.overdue()).isEqualTo("no end of the answer within 90 seconds");
    }

    @Test
    void aShorterTimeForStreamsIsNone() {
        // Given
        AnswerTime time = new AnswerTime(request, Duration.ofSeconds(5));

        // When
        time.moved(true);

        // Then
        assertThat(time.isOverAt(begin + 59 * SECOND)).isFalse();
        assertThat(time.secondsOfStreamLeft()).isNull();
    }
}
