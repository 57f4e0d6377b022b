package io.kafkasend.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff(new Random(1));

    @Test
    void waitsTwiceAsLongEachTimeUpToHalfAMinuteLessAHalfAtRandom() {
        long most = 500;
        for (int retry = 1; retry <= 100; retry++) {
            long millis = backoff.before(retry, OptionalInt.empty()).toMillis();
            assertThat(millis).as("retry %d", retry).isBetween(most / 2, most);
            most = Math.min(2 * most, 30_000);
        }
    }

    @Test
    void doesNotWaitEquallyLongEachTime() {
        assertThat(IntStream.range(0, 20).mapToObj(i -> backoff.before(7, OptionalInt.empty())))
                .doesNotHaveDuplicates();
    }

    @Test
    void neverComesBackBeforeThePortalSays() {
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.before(1, OptionalInt.of(20))).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(22));
        }
        assertThat(backoff.before(1, OptionalInt.of(Integer.MAX_VALUE))).isPositive();
    }

    @Test
    void aHintOfNoTimeIsNoneSinceItWouldLoop() {
        assertThat(backoff.before(3, OptionalInt.of(0))).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
}
