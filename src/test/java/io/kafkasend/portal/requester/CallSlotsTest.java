package io.kafkasend.portal.requester;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.call.Parts;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class CallSlotsTest {
    private static final long LONG = Duration.ofMinutes(5).toNanos();

    private static final Flow FLOW = Parts.UNSIGNED.flow();

    private final CallSlots slots = new Parts(Map.of("max-concurrent-jobs", "2")).slots;

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
            slots.leave(FLOW, 0);

            // Then
            assertThat(slots.taken()).isZero();
            assertThat(slots.full()).isFalse();
        }
        slots.take(0);
        slots.leave(FLOW, 0);
        assertThat(slots.full()).isTrue();
        slots.settleLeft(FLOW);
        assertThat(slots.full()).isFalse();
    }

    @Test
    void ofAnswersThatWaitForTheBrokerOneClientHasHalfWhereThereAreOthers() {
        // Given
        CallSlots shared = new Parts(Map.of("reply-topics", "a")).slots;
        Flow other = new Flow(false, "a");
        for (int i = 0; i < 64; i++) {
            assertThat(shared.mayLeave(FLOW)).isTrue();
            shared.take(0);
            shared.leave(FLOW, 0);
            assertThat(slots.mayLeave(FLOW)).isTrue();
        }

        // Then
        assertThat(shared.mayLeave(FLOW)).isFalse();
        assertThat(shared.mayLeave(other)).isTrue();
        shared.settleLeft(FLOW);
        assertThat(shared.mayLeave(FLOW)).isTrue();
    }

    @Test
    void whereThereAreOthersReadingGoesOnUntilFarTooManyWait() {
        // Given
        CallSlots shared =
                new Parts(Map.of("reply-topics", "a", "max-concurrent-jobs", "2", "max-assembling-jobs", "50")).slots;
        for (int i = 0; i < 51; i++) {
            shared.take(12);
        }
        assertThat(shared.full()).isFalse();

        // When
        shared.take(12);

        // Then
        assertThat(shared.full()).isTrue();
    }

    @Test
    void anAnswerThatTheBrokerHasEndsAWaitForRoom() throws InterruptedException {
        // Given
        for (int i = 0; i < 128; i++) {
            slots.take(0);
            slots.leave(FLOW, 0);
        }

        // Then
        assertWaitEndsBy(() -> slots.settleLeft(FLOW));
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
