package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Phase;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StoppingTest {
    private final Parts parts = new Parts(Map.of("shutdown-grace-seconds", "1"));
    private final Stopping stopping = parts.stopping;

    @Test
    void whenTheTimeIsOverEveryWholeJobIsLeftUnsettledAndNobodyWaitsForIt() {
        // Given
        stopping.reset();
        Job called = parts.call(Start.withChunks(0), 0);
        Job unfinished = parts.open(Start.withChunks(2), 1);
        AtomicInteger aborts = new AtomicInteger();
        called.state().whenAborted(aborts::incrementAndGet);
        assertThat(stopping.pending()).isEqualTo(1);

        // When
        stopping.begin();

        // Then
        await().until(() -> stopping.pending() == 0 && called.state().ended());
        assertThat(aborts.get()).isEqualTo(1);
        assertThat(parts.slots.taken()).isZero();
        assertThat(parts.jobs.unsettled()).containsExactly(unfinished);
        assertThat(parts.ledger.unsettled()).isEqualTo(2);
    }

    @Test
    void routesThatStartAgainBeginANewTime() {
        // Given
        stopping.reset();
        stopping.begin();
        stopping.end();

        // When
        stopping.reset();
        Job job = parts.call(Start.withChunks(0), 0);

        // Then
        assertThat(stopping.pending()).isEqualTo(1);
        assertThat(parts.configuration.grace().begun()).isFalse();
        assertThat(job.state().phase()).isEqualTo(Phase.CALLING);
        assertThat(parts.context.getShutdownStrategy().getTimeout()).isEqualTo(2_300);
    }
}
