package io.kafkasend.micrometer;

import io.kafkasend.client.metric.EndedRequest;
import io.kafkasend.client.metric.MetricListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * A client's figures in a registry, in OpenTelemetry's names where it has them. Each label has a bounded number of values,
 * whatever APIs and portals answer. Thread-safe; one serves any number of clients, and their figures are together then.
 */
public final class ClientMetrics implements MetricListener {
    private static final int LEAST_STATUS = 100;
    private static final int MOST_STATUS = 599;

    private final MeterRegistry registry;
    private final AtomicLong open = new AtomicLong();

    /**
     * @param registry where the meters are registered, most of them when there is something to count
     */
    public ClientMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("kafkasend.client.requests", open, AtomicLong::get)
                .description("Requests under way")
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void begun() {
        open.incrementAndGet();
    }

    @Override
    public void ended(EndedRequest request) {
        open.decrementAndGet();
        Timer.builder("messaging.client.operation.duration")
                .description("How long requests took, from their call to their outcome")
                .serviceLevelObjectives(bounds())
                .tags(messaging(request.topic()))
                .tags(
                        "messaging.operation.name",
                        "request",
                        "messaging.operation.type",
                        "send",
                        "error.type",
                        request.error().orElse(""),
                        "http.request.method",
                        request.method().name(),
                        "http.response.status_code",
                        request.status().isPresent() ? status(request.status().getAsInt()) : "",
                        "kafkasend.stage",
                        request.stage().name().toLowerCase(Locale.ROOT))
                .register(registry)
                .record(request.elapsed());
        bytes("request").record(request.sentBytes());
        bytes("answer").record(request.receivedBytes());
        Counter.builder("kafkasend.client.retries")
                .description("How often requests were sent again")
                .register(registry)
                .increment(Math.max(0, request.attempts() - 1));
    }

    @Override
    public void sent(String topic, int bytes) {
        Counter.builder("messaging.client.sent.messages")
                .description("Records that Kafka has acknowledged")
                .tags(messaging(topic))
                .register(registry)
                .increment();
    }

    @Override
    public void received(String topic, int bytes) {
        Counter.builder("messaging.client.consumed.messages")
                .description("Records that came for this client")
                .tags(messaging(topic))
                .register(registry)
                .increment();
    }

    private DistributionSummary bytes(String direction) {
        return DistributionSummary.builder("kafkasend.client.body.bytes")
                .description("Bytes of bodies: of requests as Kafka has acknowledged them, of answers as they came")
                .baseUnit("bytes")
                .tag("direction", direction)
                .register(registry);
    }

    private static Tags messaging(String topic) {
        return Tags.of("messaging.system", "kafka", "messaging.destination.name", topic);
    }

    private static String status(int status) {
        return status < LEAST_STATUS || status > MOST_STATUS ? "other" : Integer.toString(status);
    }

    /** OpenTelemetry's up to 10 s, and on to a request's default time. */
    private static Duration[] bounds() {
        return LongStream.of(
                        5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000, 30_000, 60_000,
                        120_000, 300_000, 600_000, 900_000)
                .mapToObj(Duration::ofMillis)
                .toArray(Duration[]::new);
    }
}
