package io.kafkasend.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CrowdTest {
    private static final long LINGER_NANOS = Crowd.LINGER_MILLIS * 1_000_000L;
    private static final int MANY = 12;

    private long now = Long.MAX_VALUE - LINGER_NANOS; // so that it runs over
    private final Crowd crowd = new Crowd(MANY, () -> now);

    @Test
    void theFirstRecordWaitsForNone() {
        assertThat(crowd.next(1_000)).isFalse();
    }

    @Test
    void whatComesRightBehindAnotherWaitsWhereManyJobsAreUnderWay() {
        // Given
        crowd.next(1);

        for (int i = 0; i < 10; i++) {
            // When
            now += LINGER_NANOS - 1;

            // Then
            assertThat(crowd.next(MANY)).isTrue();
        }
    }

    @Test
    void amongAFewNoneWaits() {
        // Given
        crowd.next(1);

        // Then
        assertThat(crowd.next(MANY - 1)).isFalse();
    }

    @Test
    void whatComesAfterAPauseDoesNotWaitAndTheNextOneDoes() {
        // Given
        crowd.next(MANY);

        // When
        now += LINGER_NANOS;

        // Then
        assertThat(crowd.next(MANY)).isFalse();
        assertThat(crowd.next(MANY)).isTrue();
    }
}
