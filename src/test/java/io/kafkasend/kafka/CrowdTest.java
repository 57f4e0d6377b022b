package io.kafkasend.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CrowdTest {
    private static final long GAP_NANOS = 2_000_000;
    private static final int MANY = 12;
    private static final long FAR_NANOS = 10_000_000;

    private long now = Long.MAX_VALUE - GAP_NANOS; // so that it runs over
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
            now += GAP_NANOS - 1;

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
        now += GAP_NANOS;

        // Then
        assertThat(crowd.next(MANY)).isFalse();
        assertThat(crowd.next(MANY)).isTrue();
    }

    @Test
    void theBrokerIsFarOnceItWasSlowEightTimesInARow() {
        for (int i = 0; i < 8; i++) {
            // Then
            assertThat(crowd.far()).isFalse();

            // When
            crowd.acknowledged(FAR_NANOS);
        }

        // Then
        assertThat(crowd.far()).isTrue();
    }

    @Test
    void whereTheBrokerIsFarRecordsOfManyJobsWaitAlsoAfterAPause() {
        // Given
        for (int i = 0; i < 8; i++) {
            crowd.acknowledged(FAR_NANOS);
        }
        now += 50 * GAP_NANOS;

        // Then
        assertThat(crowd.next(MANY)).isTrue();
        assertThat(crowd.next(MANY - 1)).isFalse();
    }

    @Test
    void oneQuickAcknowledgementShowsThatTheBrokerIsNear() {
        // Given
        for (int i = 0; i < 100; i++) {
            crowd.acknowledged(FAR_NANOS);
        }

        // When
        crowd.acknowledged(FAR_NANOS - 1);
        for (int i = 0; i < 7; i++) {
            crowd.acknowledged(FAR_NANOS);
        }

        // Then
        assertThat(crowd.far()).isFalse();
    }
}
