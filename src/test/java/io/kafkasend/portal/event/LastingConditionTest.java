package io.kafkasend.portal.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LastingConditionTest {
    private final AtomicLong seconds = new AtomicLong(-100);
    private final LastingCondition condition = new LastingCondition(
            Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofMinutes(1), () -> Duration.ofSeconds(
                            seconds.get())
                    .toNanos());
    private final List<String> told = new ArrayList<>();

    /** Looks once in each second. */
    private void holds(int forSeconds) {
        look(true, forSeconds);
    }

    private void rests(int forSeconds) {
        look(false, forSeconds);
    }

    private void look(boolean holds, int forSeconds) {
        for (int i = 0; i < forSeconds; i++) {
            (holds ? condition.holds() : condition.ended())
                    .ifPresent(news -> told.add(
                            (news.over() ? "over " : "lasts ") + news.lasted().toSeconds()));
            seconds.incrementAndGet();
        }
    }

    @Test
    void whatIsSoonOverIsNoNews() {
        for (int i = 0; i < 100; i++) {
            holds(10);
            rests(1);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void whatLastsIsToldOnceAndOnceMoreWhenItIsOver() {
        // When
        holds(100);
        rests(100);

        // Then
        assertThat(told).containsExactly("lasts 10", "over 100");
    }

    @Test
    void whatGoesOnIsToldAgainNowAndThen() {
        // When
        holds(700);

        // Then
        assertThat(told).containsExactly("lasts 10", "lasts 310", "lasts 610");
    }

    @Test
    void whatFlapsIsToldSeldomAndEachBeginHasItsEnd() {
        // When
        for (int i = 0; i < 12; i++) {
            holds(15);
            rests(5);
        }

        // Then
        assertThat(told)
                .containsExactly(
                        "lasts 10", "over 15", "lasts 10", "over 15", "lasts 10", "over 15", "lasts 10", "over 15");
    }

    @Test
    void anotherBeginThatComesSoonIsToldWhenItHasLastedLonger() {
        // When
        holds(11);
        rests(1);
        holds(100);

        // Then
        assertThat(told).containsExactly("lasts 10", "over 11", "lasts 58");
    }

    @Test
    void itMayHaveHeldBeforeItIsLookedAt() {
        // When
        long begin = Duration.ofSeconds(seconds.get() - 20).toNanos();

        // Then
        assertThat(condition.holdsSince(begin)).hasValue(new LastingCondition.News(false, Duration.ofSeconds(20)));
    }

    @Test
    void ofWhatIsForgottenNothingIsTold() {
        // Given
        holds(11);

        // When
        condition.forget();
        rests(1);
        holds(9);

        // Then
        assertThat(told).containsExactly("lasts 10");
    }
}
