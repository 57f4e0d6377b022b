package io.kafkasend.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.TraceContext;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BoundedSamplerTest {
    private final AtomicLong now = new AtomicLong();

    private long kept(Sampler sampler, int times) {
        long kept = 0;
        for (int i = 0; i < times; i++) {
            TraceContext stranger = TraceContext.begin();
            SamplingDecision decision = sampler.shouldSample(
                            Steps.below(Optional.of(stranger)),
                            stranger.traceId(),
                            "process",
                            SpanKind.CONSUMER,
                            Attributes.empty(),
                            List.of())
                    .getDecision();
            kept += decision == SamplingDecision.RECORD_AND_SAMPLE ? 1 : 0;
        }
        return kept;
    }

    @Test
    void strangersGetNoMoreTracesInASecondThanTheOperatorGives() {
        // Given
        Sampler sampler = new BoundedSampler(Sampler.parentBased(Sampler.alwaysOff()), 10, now::get);

        // When
        long first = kept(sampler, 1_000);
        now.addAndGet(1_000_000_000);
        long second = kept(sampler, 1_000);

        // Then
        assertThat(first).isEqualTo(10);
        assertThat(second).isEqualTo(10);
    }

    @Test
    void whatIsNotWantedTakesNobodysPlace() {
        // Given
        Sampler sampler = new BoundedSampler(Sampler.parentBased(Sampler.alwaysOff()), 1, now::get);

        // When
        SamplingDecision unwanted = sampler.shouldSample(
                        Context.root(), "1".repeat(32), "process", SpanKind.CONSUMER, Attributes.empty(), List.of())
                .getDecision();

        // Then
        assertThat(unwanted).isEqualTo(SamplingDecision.DROP);
        assertThat(kept(sampler, 2)).isEqualTo(1);
    }
}
