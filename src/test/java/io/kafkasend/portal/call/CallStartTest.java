package io.kafkasend.portal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.protocol.ErrorCode;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

class CallStartTest {
    private final Parts parts = new Parts();
    private final CallStart begin = new CallStart(parts.jobs, parts.stopping);

    @Test
    void aWholeJobBeginsItsCallOnce() throws Exception {
        // Given
        Job job = parts.open(Start.withChunks(0), 0);
        Exchange first = parts.exchange(job);
        Exchange second = parts.exchange(job);

        // When
        begin.process(first);
        begin.process(second);

        // Then
        assertThat(first.isRouteStop()).isFalse();
        assertThat(second.isRouteStop()).isTrue();
        assertThat(job.state().phase()).isEqualTo(Phase.WAITING);
        assertThat(parts.slots.taken()).isEqualTo(1);
    }

    @Test
    void aJobWithMissingChunksTimesOut() {
        // Given
        Job job = parts.open(Start.withChunks(3), 0);
        parts.take(job, 2, "c", 1);

        // Then
        assertThatThrownBy(() -> begin.process(parts.exchange(job)))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_TIMEOUT))
                .hasMessage("1 of 3 chunks came in time");
        assertThat(parts.slots.taken()).isZero();
    }

    @Test
    void aJobThatHasEndedGoesNoFurther() throws Exception {
        // Given
        Job job = parts.open(Start.withChunks(3), 0);
        parts.jobs.end(job);
        Exchange exchange = parts.exchange(job);

        // When
        begin.process(exchange);

        // Then
        assertThat(exchange.isRouteStop()).isTrue();
        assertThat(parts.slots.taken()).isZero();
    }
}
