package io.kafkasend.tracing;

import io.kafkasend.config.TracingSettings;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

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
    private static final Duration PATIENCE = Duration.ofSeconds(5);

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

    /** What sends spans there; failures are its results, and it says nothing of them. */
    SpanExporter exporter() {
        // It would tell of each failure on a log of its own, beside ours.
        Logger.getLogger("io.opentelemetry.exporter.otlp.internal.HttpExporter").setLevel(Level.OFF);
        OtlpHttpSpanExporterBuilder builder = OtlpHttpSpanExporter.builder()
                .setEndpoint(target.toString())
                .setHeaders(() -> headers)
                .setConnectTimeout(PATIENCE)
                .setTimeout(PATIENCE)
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
