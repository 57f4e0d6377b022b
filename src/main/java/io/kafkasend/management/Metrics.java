package io.kafkasend.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpStatus;

/**
 * The registry of a program's metrics, and its page in Prometheus' text. Names are OpenTelemetry's where it has them, with dots;
 * the page has them with underscores and base units. Thread-safe.
 */
public final class Metrics implements AutoCloseable {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<Runnable> beforePages = new CopyOnWriteArrayList<>();

    /** Where meters are registered. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Registers what makes meters of what comes and goes: it runs before each page, on the management port's thread. */
    public void beforePage(Runnable task) {
        beforePages.add(task);
    }

    /** The page. */
    ManagementAnswer page() {
        beforePages.forEach(Runnable::run);
        return new ManagementAnswer(
                HttpStatus.SC_OK, ContentType.parse(TEXT), registry.scrape(TEXT).getBytes(UTF_8));
    }

    /** Ends it: meters are kept no longer. */
    @Override
    public void close() {
        registry.close();
    }
}
