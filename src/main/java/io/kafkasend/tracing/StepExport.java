package io.kafkasend.tracing;

import io.kafkasend.config.TracingSettings;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.time.Duration;
import java.util.List;

/**
 * Exports the steps of a process that goes on, and has strangers for clients: each as a whole, once it is over. Who counts each
 * microsecond says of a step what is needed at its begin, its place in a trace, and the rest at its end. Thread-safe.
 */
public final class StepExport implements AutoCloseable {
    private final IdGenerator ids = IdGenerator.random();
    private final InstrumentationScopeInfo scope = InstrumentationScopeInfo.create(TraceExport.SCOPE);
    private final Sampler sampler;
    private final Resource resource;
    private final SpanProcessor waiting;
    private final Duration patience;

    /**
     * @param settings of which one names a collector
     * @param patience how long the end may wait for the last export
     */
    public StepExport(TracingSettings.Values settings, Duration patience) {
        TraceExport export = TraceExport.of(settings, settings.get(TracingSettings.SERVICE_NAME));
        this.sampler = new BoundedSampler(wanted(settings), settings.get(TracingSettings.PER_SECOND), System::nanoTime);
        this.resource = export.described();
        this.waiting = export.processor();
        this.patience = patience;
    }

    private static Sampler wanted(TracingSettings.Values settings) {
        Sampler share = Sampler.traceIdRatioBased(settings.get(TracingSettings.SAMPLER_ARG));
        return switch (settings.get(TracingSettings.SAMPLER)) {
            case ALWAYS_ON -> Sampler.alwaysOn();
            case ALWAYS_OFF -> Sampler.alwaysOff();
            case TRACEIDRATIO -> share;
            case PARENTBASED_ALWAYS_ON -> Sampler.parentBased(Sampler.alwaysOn());
            case PARENTBASED_ALWAYS_OFF -> Sampler.parentBased(Sampler.alwaysOff());
            case PARENTBASED_TRACEIDRATIO -> Sampler.parentBased(share);
        };
    }

    /**
     * Begins the first step of this process: below another's, or as a trace of its own. Whether it is kept, settings say, and
     * how many are.
     *
     * @param parent the other process's step; invalid where there is none
     */
    public SpanContext begin(SpanContext parent, String name, SpanKind kind) {
        String trace = parent.isValid() ? parent.getTraceId() : ids.generateTraceId();
        Context context = parent.isValid() ? Context.root().with(Span.wrap(parent)) : Context.root();
        boolean kept = sampler.shouldSample(context, trace, name, kind, Attributes.empty(), List.of())
                        .getDecision()
                == SamplingDecision.RECORD_AND_SAMPLE;
        return step(trace, kept ? TraceFlags.getSampled() : TraceFlags.getDefault());
    }

    /** Begins a step below one of this process: it is kept where that is. */
    public SpanContext beginBelow(SpanContext step) {
        return step(step.getTraceId(), step.getTraceFlags());
    }

    private SpanContext step(String trace, TraceFlags flags) {
        return SpanContext.create(trace, ids.generateSpanId(), flags, TraceState.getDefault());
    }

    /** Has a step exported that is kept, unless too many wait for that; one that is not goes without a word. */
    public void add(FinishedStep step) {
        waiting.onEnd(new ExportedStep(step, resource, scope));
    }

    /** Ends it: what waits is exported, if that is quick; what is not is dropped. */
    @Override
    public void close() {
        TraceExport.end(waiting.shutdown(), patience);
    }
}
