package io.kafkasend.portal.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CompilerRestTest {
    private long now = 1_000;
    private long busyUntil = now;

    /** A compiler that is through with a method each 50 ms while it is busy. */
    private final CompilerRest rest = new CompilerRest(
            () -> Math.min(now, busyUntil) / TimeUnit.MILLISECONDS.toNanos(50), () -> now, nanos -> now += nanos);

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void itIsWaitedForUntilTheCompilerHasDoneNothingForAMoment() throws Exception {
        // Given
        busyUntil = now + millis(700);

        // When
        rest.await(now + millis(10_000));

        // Then
        assertThat(now).isBetween(millis(850), millis(950));
    }

    @Test
    void aCompilerThatIsAlwaysBusyIsWaitedForNoLongerThanThereIsTime() throws Exception {
        // Given
        busyUntil = Long.MAX_VALUE;
        long begin = now;

        // When
        rest.await(begin + millis(500));

        // Then
        assertThat(now - begin).isBetween(millis(500), millis(520));
    }

    @Test
    void whereThereIsNoTimeLeftNothingIsWaitedFor() throws Exception {
        // Given
        long begin = now;

        // When
        rest.await(begin);

        // Then
        assertThat(now).isEqualTo(begin);
    }

    @Test
    void anInterruptBreaksItOff() {
        // Given
        CompilerRest broken = new CompilerRest(() -> now, () -> now, nanos -> {
            throw new InterruptedException("the portal ends");
        });

        // When, then
        assertThatThrownBy(() -> broken.await(now + millis(500))).isInstanceOf(InterruptedException.class);
    }

    @Test
    void theJvmTellsOfItsOwn() throws Exception {
        // Given
        long begin = System.nanoTime();

        // When
        new CompilerRest().await(begin + millis(20));

        // Then
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(millis(20));
    }
}
