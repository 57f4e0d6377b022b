package io.kafkasend.portal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GraceTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final Grace grace = new Grace(3, now::get);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void itIsOverALittleBeforeItsTimeFromTheFirstBeginningOn() {
        // Given
        grace.begin();
        pass(Duration.ofSeconds(2));
        grace.begin();

        // Then
        assertThat(grace.isOver()).isFalse();
        assertThat(grace.left()).isEqualTo(Duration.ofMillis(750));
        pass(Duration.ofMillis(750));
        assertThat(grace.isOver()).isTrue();
        pass(MINUTE);
        assertThat(grace.left()).isZero();
    }

    @Test
    void kafkaHasNoMoreTimeThanThePortal() {
        // Given
        assertThat(grace.forKafka(MINUTE)).isEqualTo(MINUTE);

        // When
        grace.begin();

        // Then
        assertThat(grace.forKafka(MINUTE)).isEqualTo(Duration.ofMillis(2_750));
        pass(MINUTE);
        assertThat(grace.forKafka(MINUTE)).isEqualTo(Duration.ofMillis(300));
        grace.reset();
        assertThat(grace.begun()).isFalse();
        assertThat(grace.isOver()).isFalse();
        assertThat(grace.forKafka(MINUTE)).isEqualTo(MINUTE);
    }

    @Test
    void allOfItEndsWithinTwoSecondsMore() {
        assertThat(grace.forCamel()).isBetween(Duration.ofSeconds(3), grace.forAll());
        assertThat(grace.forAll()).isBetween(grace.forCamel(), Duration.ofSeconds(5));
    }
}
