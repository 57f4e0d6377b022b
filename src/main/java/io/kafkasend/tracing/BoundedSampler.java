package io.kafkasend.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps no more traces in a second than it may, whatever a traceparent asks for: who sends one is a stranger, and the operator
 * pays. Asked for the first step of this process alone; what comes below does as that. Thread-safe.
 */
final class BoundedSampler implements Sampler {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Sampler wanted;
    private final int perSecond;
    private final LongSupplier nanoTime;
    private long second;
    private int taken;

    BoundedSampler(Sampler wanted, int perSecond, LongSupplier nanoTime) {
        this.wanted = wanted;
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.second = nanoTime.getAsLong();
    }

    @Override
    public SamplingResult shouldSample(
            Context parent, String traceId, String name, SpanKind kind, Attributes attributes, List<LinkData> links) {
        SamplingResult result = wanted.shouldSample(parent, traceId, name, kind, attributes, links);
        return result.getDecision() == SamplingDecision.RECORD_AND_SAMPLE && !take() ? SamplingResult.drop() : result;
    }

    private synchronized boolean take() {
        long now = nanoTime.getAsLong();
        if (now - second >= SECOND) {
            second = now;
            taken = 0;
        }
        return taken++ < perSecond;
    }

    @Override
    public String getDescription() {
        return "at most " + perSecond + " a second of " + wanted.getDescription();
    }
}
