package io.kafkasend.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SendWindowTest {
    private final SendWindow window = new SendWindow(100);
    private final AtomicInteger empty = new AtomicInteger();

    @Test
    void theLastAcknowledgementTellsThatItIsEmpty() throws InterruptedException {
        // Given
        window.acquire(10);
        window.acquire(20);

        // When
        window.whenEmpty(empty::incrementAndGet);
        window.release(10);
        assertThat(empty).hasValue(0);
        window.release(20);

        // Then
        assertThat(empty).hasValue(1);
    }

    @Test
    void whatIsEmptyAlreadyTellsSoAtOnce() throws InterruptedException {
        // Given
        window.acquire(10);
        window.release(10);
        assertThat(empty).hasValue(0);

        // When
        window.whenEmpty(empty::incrementAndGet);

        // Then
        assertThat(empty).hasValue(1);
    }

    @Test
    void whatEndedBeforeItWasEmptyNeverTells() throws InterruptedException {
        // Given
        window.acquire(10);
        window.whenEmpty(empty::incrementAndGet);

        // When
        window.close();
        window.release(10);

        // Then
        assertThat(empty).hasValue(0);
        assertThat(window.acquire(1)).isFalse();
    }

    @Test
    void waitsForRoomUnlessNothingIsOnItsWay() throws InterruptedException {
        // Given
        window.acquire(1_000); // one record is always let through
        Thread sender = new Thread(() -> {
            try {
                window.acquire(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        sender.start();
        Awaitility.await().until(() -> sender.getState() == Thread.State.WAITING);

        // When
        window.release(1_000);

        // Then
        sender.join(60_000);
        assertThat(sender.isAlive()).isFalse();
    }
}
