package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class CallSlotsTest {
    private static final long LONG = Duration.ofMinutes(5).toNanos();

    private final CallSlots slots = new CallSlots(Configurations.with(Map.of("max-concurrent-jobs", "2")));

    @Test
    void asManySmallJobsAsThereAreCallersMayWaitForOne() {
        // Given
        slots.take(0);
        slots.take(1);
        slots.take(0);
        assertThat(slots.full()).isFalse();

        // When
        slots.take(0);
        slots.take(0);

        // Then
        assertThat(slots.taken()).isEqualTo(5);
        assertThat(slots.full()).isTrue();
        slots.free(0);
        assertThat(slots.full()).isTrue();
        slots.free(0);
        assertThat(slots.full()).isFalse();
    }

    @Test
    void noneWaitsBesideALargeJob() {
        // Given
        slots.take(0);
        assertThat(slots.full()).isFalse();

        // When
        slots.take(12);

        // Then
        assertThat(slots.full()).isTrue();
        slots.take(0);
        slots.free(12);
        assertThat(slots.full()).isFalse();
    }

    @Test
    void aLargeJobAloneTakesNoMoreThanItsOwnSlot() {
        // When
        slots.take(1_000);

        // Then
        assertThat(slots.full()).isFalse();
    }

    @Test
    void aJobThatLeavesMakesRoomUntilTooManyAnswersWaitForTheBroker() {
        for (int i = 0; i < 127; i++) {
            // When
            slots.take(0);
            slots.leave(0);

            // Then
            assertThat(slots.taken()).isZero();
            assertThat(slots.full()).isFalse();
        }
        slots.take(0);
        slots.leave(0);
        assertThat(slots.full()).isTrue();
        slots.settleLeft();
        assertThat(slots.full()).isFalse();
    }

    @Test
    void anAnswerThatTheBrokerHasEndsAWaitForRoom() throws InterruptedException {
        // Given
        for (int i = 0; i < 128; i++) {
            slots.take(0);
            slots.leave(0);
        }

        // Then
        assertWaitEndsBy(() -> slots.settleLeft());
    }

    @Test
    void waitsForRoomNoLongerThanUntilAJobEnds() throws InterruptedException {
        // Given
        for (int i = 0; i < 4; i++) {
            slots.take(0);
        }

        // Then
        assertWaitEndsBy(() -> slots.free(0));
    }

    @Test
    void waitsForRoomNoLongerThanItIsTold() {
        // Given
        for (int i = 0; i < 4; i++) {
            slots.take(0);
        }

        // When
        slots.awaitRoom(1);

        // Then
        assertThat(slots.full()).isTrue();
    }

    @Test
    void doesNotWaitWhereThereIsRoom() {
        // When
        slots.awaitRoom(LONG);

        // Then
        assertThat(slots.full()).isFalse();
    }

    @Test
    void anInterruptedThreadDoesNotWaitAndStaysInterrupted() throws InterruptedException {
        // Given
        for (int i = 0; i < 4; i++) {
            slots.take(0);
        }
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread waiting = new Thread(() -> {
            Thread.currentThread().interrupt();
            slots.awaitRoom(LONG);
            if (Thread.interrupted()) {
                interrupted.countDown();
            }
        });

        // When
        waiting.start();

        // Then
        waiting.join(LONG / 1_000_000);
        assertThat(interrupted.getCount()).isZero();
    }

    private void assertWaitEndsBy(Runnable event) throws InterruptedException {
        Thread waiting = new Thread(() -> slots.awaitRoom(LONG));
        waiting.start();
        Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
        event.run();
        waiting.join(LONG / 1_000_000);
        assertThat(waiting.isAlive()).isFalse();
    }
}
