package io.kafkasend.tracing;

import io.kafkasend.config.TracingSettings;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;

/** Makes the steps of a command that was told to make a trace, and exports them in the background. Thread-safe. */
public final class Tracing implements AutoCloseable {
    private final SdkTracerProvider provider;
    private final Duration patience;

    /**
     * @param settings of which one names a collector
     * @param service the name that the command goes by
     * @param patience how long the end may wait for the export
     */
    public Tracing(TracingSettings.Values settings, String service, Duration patience) {
        TraceExport export = TraceExport.of(settings, service);
        this.patience = patience;
        this.provider = SdkTracerProvider.builder()
                .setResource(export.described())
                .setSampler(Sampler.parentBased(Sampler.alwaysOn()))
                .setSpanLimits(SpanLimits.builder()
                        .setMaxAttributeValueLength(TraceExport.LONGEST_VALUE)
                        .build())
                .addSpanProcessor(export.processor())
                .build();
    }

    /** Makes the steps. */
    public Tracer tracer() {
        return provider.get(TraceExport.SCOPE);
    }

    /** Ends it: what waits is exported, if that is quick; what is not is dropped. */
    @Override
    public void close() {
        TraceExport.end(provider.shutdown(), patience);
    }
}
