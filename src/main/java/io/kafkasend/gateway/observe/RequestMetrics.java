package io.kafkasend.gateway.observe;

import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.management.Buckets;
import io.kafkasend.management.Metrics;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Method;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code count}: what becomes of each request, in OpenTelemetry's names. Labels are of a bounded number: methods of the
 * protocol, statuses, and the bridge's own codes. Thread-safe.
 */
public final class RequestMetrics implements Processor {
    private static final String OTHER = "_OTHER";
    /** No status of HTTP's own; proxies count such requests under it. */
    private static final int GONE = 499;

    private static final String CALLER_GONE = "CALLER_GONE";

    private final MeterRegistry registry;
    private final KafkaCheck kafka;
    private final AtomicInteger underWay = new AtomicInteger();

    /**
     * @param metrics where they go
     * @param kafka told of each outcome
     */
    public RequestMetrics(Metrics metrics, KafkaCheck kafka) {
        this.registry = metrics.registry();
        this.kafka = kafka;
        Gauge.builder("http.server.active_requests", underWay, AtomicInteger::get)
                .description("Requests of callers under way")
                .register(registry);
    }

    @Override
    public void process(Exchange exchange) {
        HttpCall call = HttpCall.of(exchange);
        underWay.incrementAndGet();
        call.atEnd(() -> ended(call));
    }

    /** A newer portal's code is no label of its own. */
    private static String known(String code) {
        boolean own = Arrays.stream(GatewayError.values())
                .anyMatch(error -> error.name().equals(code));
        return code.isEmpty() || own || ErrorCode.named(code).isPresent() ? code : OTHER;
    }

    private void ended(HttpCall call) {
        underWay.decrementAndGet();
        Buckets.timer("http.server.request.duration", "From a request's head to its answer's end")
                .tags(Tags.of(
                        "http.request.method",
                        Method.named(call.head().method()).map(Method::name).orElse(OTHER),
                        "http.response.status_code",
                        Integer.toString(call.isGone() ? GONE : call.status()),
                        "error.type",
                        call.isGone() ? CALLER_GONE : known(call.error())))
                .register(registry)
                .record(Duration.ofMillis(call.millis()));
        if (call.jobId() != null) {
            kafka.ended(call.error());
        }
    }
}
