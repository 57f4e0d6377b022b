package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.job.Turns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.support.service.ServiceSupport;
import org.junit.jupiter.api.Test;

class StoppingTest {
    private final Parts parts = new Parts(Map.of("shutdown-grace-seconds", "1"));
    private final Stopping stopping = parts.stopping;
    private final List<Job> lapsed = new ArrayList<>();

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
    void aPortalThatEndsBeginsNoCallsAndLeavesTheJobsThatWait() throws Exception {
        // Given
        stopping.reset();
        Job called = parts.call(Start.withChunks(0), 0);
        Job waiting = waits(1);
        parts.context.start();
        List<String> seen = new ArrayList<>();
        parts.context.addService(new ServiceSupport() {
            @Override
            protected void doStop() {
                // When
                stopping.begin();
                seen.add("pending " + stopping.pending());

                // And one comes late, of what was read last
                Job late = waits(2);
                seen.add("pending " + stopping.pending());
                seen.add("late ended " + late.state().ended());
            }
        });

        parts.context.stop();

        // Then
        assertThat(seen).containsExactly("pending 1", "pending 1", "late ended true");
        assertThat(waiting.state().ended()).isTrue();
        assertThat(lapsed).contains(waiting);
        assertThat(called.state().ended()).isFalse();
        assertThat(parts.turns.next()).isEmpty();
        assertThat(parts.ledger.unsettled()).isEqualTo(3);
    }

    @Test
    void whereRoutesAloneAreStoppedTheJobsThatWaitGoOnWaiting() {
        // Given
        stopping.reset();
        Job waiting = waits(0);

        // When
        stopping.begin();

        // Then
        assertThat(stopping.pending()).isEqualTo(1);
        assertThat(waiting.state().ended()).isFalse();
    }

    private Job waits(long offset) {
        Job job = parts.open(Start.withChunks(0), offset);
        parts.jobs.leaveAssembly(job);
        parts.turns.add(new Turns.Turn() {
            @Override
            public Job job() {
                return job;
            }

            @Override
            public void lapse() {
                lapsed.add(job);
            }
        });
        return job;
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
