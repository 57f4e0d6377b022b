package io.kafkasend.tracing;

import io.kafkasend.config.TracingSettings;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where traces go. Immutable.
 *
 * @param target the collector's URL for traces, whole
 * @param headers what the collector is to get with each
 * @param trusted certificates to trust it by, in PEM; null for the JVM's own
 * @param service the name that this process goes by
 * @param resource what else each trace says of it
 */
record TraceExport(
        URI target, Map<String, String> headers, byte[] trusted, String service, Map<String, String> resource) {
    /** Who makes the steps, in OpenTelemetry's terms. */
    static final String SCOPE = "io.kafkasend";
    /** So long is a value at most, in characters. */
    static final int LONGEST_VALUE = 256;

    private static final Logger LOG = LoggerFactory.getLogger(TraceExport.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_WAITING = 2_048;
    private static final int AT_ONCE = 512;
    private static final Duration APART = Duration.ofSeconds(1);

    /**
     * What the settings say, of which one names a collector.
     *
     * @param service the name that this process goes by
     * @throws UncheckedIOException when the certificates cannot be read
     */
    static TraceExport of(TracingSettings.Values settings, String service) {
        byte[] trusted = settings.get(TracingSettings.CERTIFICATE)
                .map(file -> {
                    try {
                        return Files.readAllBytes(file);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .orElse(null);
        return new TraceExport(
                TracingSettings.target(settings).orElseThrow(),
                settings.get(TracingSettings.HEADERS),
                trusted,
                service,
                settings.get(TracingSettings.RESOURCE));
    }

    /** What steps wait in for their export: bounded, so that what a collector does not take is dropped, and nobody waits. */
    SpanProcessor processor() {
        return BatchSpanProcessor.builder(new ToldExport(exporter(), target.toString()))
                .setMaxQueueSize(MOST_WAITING)
                .setMaxExportBatchSize(AT_ONCE)
                .setScheduleDelay(APART)
                .build();
    }

    /** Waits for the last export, and says where that was in vain. */
    static void end(CompletableResultCode shutdown, Duration patience) {
        if (!shutdown.join(patience.toMillis(), TimeUnit.MILLISECONDS).isDone()) {
            LOG.atWarn().addKeyValue("seconds", patience.toSeconds()).log("the last traces are not exported in time");
        }
    }

    /** What sends spans there; failures are its results, and it says nothing of them. */
    private SpanExporter exporter() {
        // It would tell of each failure on a log of its own, beside ours.
        java.util.logging.Logger.getLogger("io.opentelemetry.exporter.otlp.internal.HttpExporter")
                .setLevel(Level.OFF);
        OtlpHttpSpanExporterBuilder builder = OtlpHttpSpanExporter.builder()
                .setEndpoint(target.toString())
                .setHeaders(() -> headers)
                .setConnectTimeout(PATIENCE)
                .setTimeout(PATIENCE)
                .setMemoryMode(MemoryMode.IMMUTABLE_DATA) // the other goes over each step twice, to count and to write
                .setRetryPolicy(null); // what does not get there is not worth a wait
        if (trusted != null) {
            builder.setTrustedCertificates(trusted);
        }
        return builder.build();
    }

    /** What each trace says of this process: nothing that was not set. */
    Resource described() {
        AttributesBuilder attributes = Attributes.builder();
        resource.forEach(attributes::put);
        return Resource.getDefault()
                .merge(Resource.create(attributes.put("service.name", service).build()));
    }
}
