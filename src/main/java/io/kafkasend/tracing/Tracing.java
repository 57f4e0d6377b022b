package io.kafkasend.tracing;

import io.kafkasend.config.TracingSettings;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the steps of traces, and exports them in the background: bounded, so that what a collector does not take is dropped,
 * and nobody waits for it. Thread-safe.
 */
public final class Tracing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);
    private static final String NAME = "io.kafkasend";
    private static final int MOST_WAITING = 2_048;
    private static final int AT_ONCE = 512;
    private static final Duration APART = Duration.ofSeconds(1);
    private static final int LONGEST_VALUE = 256;

    private final SdkTracerProvider provider;
    private final Duration patience;

    private Tracing(TraceExport export, Sampler sampler, Duration patience) {
        this.patience = patience;
        SdkTracerProviderBuilder builder = SdkTracerProvider.builder()
                .setResource(export.described())
                .setSampler(sampler)
                .setSpanLimits(SpanLimits.builder()
                        .setMaxAttributeValueLength(LONGEST_VALUE)
                        .build());
        builder.addSpanProcessor(BatchSpanProcessor.builder(
                        new ToldExport(export.exporter(), export.target().toString()))
                .setMaxQueueSize(MOST_WAITING)
                .setMaxExportBatchSize(AT_ONCE)
                .setScheduleDelay(APART)
                .build());
        this.provider = builder.build();
    }

    /**
     * For a process that goes on, and has strangers for clients.
     *
     * @param settings of which one names a collector
     * @param patience how long the end may wait for the last export
     */
    public static Tracing ofPortal(TracingSettings.Values settings, Duration patience) {
        Sampler bounded =
                new BoundedSampler(wanted(settings), settings.get(TracingSettings.PER_SECOND), System::nanoTime);
        // A step below another one here does as that. Who is asked for is what comes from outside, or begins here.
        Sampler sampler = Sampler.parentBasedBuilder(bounded)
                .setRemoteParentSampled(bounded)
                .setRemoteParentNotSampled(bounded)
                .build();
        return new Tracing(TraceExport.of(settings, settings.get(TracingSettings.SERVICE_NAME)), sampler, patience);
    }

    /**
     * For a command that was told to make a trace.
     *
     * @param settings of which one names a collector
     * @param service the name that it goes by
     * @param patience how long the end may wait for the export
     */
    public static Tracing ofCommand(TracingSettings.Values settings, String service, Duration patience) {
        return new Tracing(TraceExport.of(settings, service), Sampler.parentBased(Sampler.alwaysOn()), patience);
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

    /** Makes the steps. */
    public Tracer tracer() {
        return provider.get(NAME);
    }

    /** Ends it: what waits is exported, if that is quick; what is not is dropped. */
    @Override
    public void close() {
        if (!provider.shutdown()
                .join(patience.toMillis(), TimeUnit.MILLISECONDS)
                .isDone()) {
            LOG.atWarn().addKeyValue("seconds", patience.toSeconds()).log("the last traces are not exported in time");
        }
    }
}
