package io.kafkasend.portal.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaseTest {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L); // which overflows, as it may
    private final Lease lease = new Lease(Duration.ofSeconds(6), clock::get);

    private void pass(double seconds) {
        clock.addAndGet((long) (seconds * TimeUnit.SECONDS.toNanos(1)));
    }

    @Test
    void whoPollsIsSure() {
        for (int i = 0; i < 100; i++) {
            assertThat(lease.isDoubtful()).isFalse();
            pass(0.5);
            lease.beat();
        }
        pass(5.9);
        assertThat(lease.isDoubtful()).isFalse();
    }

    @Test
    void whoStoodStillForTheSessionTimeoutIsInDoubtAtOnceAndUntilTheGroupMustHaveSaidSo() {
        // When
        pass(8);

        // Then
        assertThat(lease.isDoubtful()).isTrue();

        // When
        lease.beat();
        pass(0.5);
        lease.beat();

        // Then
        assertThat(lease.isDoubtful()).isTrue();

        // When
        for (int i = 0; i < 12; i++) {
            pass(0.5);
            lease.beat();
        }

        // Then
        assertThat(lease.isDoubtful()).isFalse();
    }
}
