package io.kafkasend.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DoublingWaitTest {
    private final DoublingWait waits = new DoublingWait(Duration.ofSeconds(1), Duration.ofSeconds(10));
    private final List<Duration> expected =
            Stream.of(1, 2, 4, 8, 10, 10).map(Duration::ofSeconds).toList();

    @Test
    void eachIsTwiceTheOneBeforeUpToTheLimit() {
        // When
        List<Duration> byNumber =
                IntStream.rangeClosed(1, 6).mapToObj(waits::of).toList();
        List<Duration> oneByOne = Stream.iterate(waits.after(Duration.ZERO), waits::after)
                .limit(6)
                .toList();

        // Then
        assertThat(byNumber).isEqualTo(expected);
        assertThat(oneByOne).isEqualTo(expected);
    }

    @Test
    void noNumberIsTooLarge() {
        assertThat(waits.of(Integer.MAX_VALUE)).isEqualTo(waits.most());
    }

    @Test
    void theLimitHoldsForTheFirst() {
        // When
        DoublingWait limited = new DoublingWait(Duration.ofSeconds(5), Duration.ofSeconds(2));

        // Then
        assertThat(limited.of(1)).isEqualTo(limited.most());
        assertThat(limited.after(Duration.ZERO)).isEqualTo(limited.most());
    }
}
