package io.kafkasend.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.kafkasend.config.TracingSettings;
import io.kafkasend.protocol.TraceContext;
import io.kafkasend.setting.Setting;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StepExportTest {
    private static final TraceContext STRANGER = TraceContext.begin();

    private final ConcurrentLinkedQueue<byte[]> exported = new ConcurrentLinkedQueue<>();
    private final AtomicInteger described = new AtomicInteger();
    private HttpServer collector;

    @BeforeEach
    void start() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            exported.add(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    private StepExport export(String sampler, String perSecond) {
        Map<String, String> set = Map.of(
                TracingSettings.ENDPOINT.variable(),
                "http://127.0.0.1:" + collector.getAddress().getPort(),
                TracingSettings.SAMPLER.variable(),
                sampler,
                TracingSettings.PER_SECOND.variable(),
                perSecond);
        return new StepExport(
                new TracingSettings.Values() {
                    @Override
                    public <T> T get(Setting<T> setting) {
                        return setting.parse(set.getOrDefault(setting.variable(), setting.defaultValue()));
                    }
                },
                Duration.ofSeconds(10));
    }

    private FinishedStep step(SpanContext context, SpanContext parent) {
        return new FinishedStep(
                "process",
                SpanKind.CONSUMER,
                context,
                parent,
                1,
                2,
                () -> {
                    described.incrementAndGet();
                    return Attributes.empty();
                },
                List.of(),
                false);
    }

    @Test
    void aStepGoesOnWithTheTraceThatItWasToldOf() {
        try (StepExport export = export("parentbased_always_on", "10")) {
            // When
            SpanContext told = export.begin(Steps.remote(Optional.of(STRANGER)), "process", SpanKind.CONSUMER);
            SpanContext below = export.beginBelow(told);
            SpanContext own = export.begin(SpanContext.getInvalid(), "process", SpanKind.CONSUMER);

            // Then
            assertThat(told.getTraceId()).isEqualTo(STRANGER.traceId()).isNotEqualTo(own.getTraceId());
            assertThat(told.getSpanId()).isNotEqualTo(STRANGER.spanId());
            assertThat(below.getTraceId()).isEqualTo(STRANGER.traceId());
            assertThat(below.getSpanId()).isNotEqualTo(told.getSpanId());
            assertThat(List.of(told, below, own)).allMatch(SpanContext::isValid).allMatch(SpanContext::isSampled);
        }
    }

    @Test
    void nothingIsSaidOfWhatNobodyWillSee() {
        try (StepExport export = export("always_on", "1")) {
            // When
            SpanContext kept = export.begin(SpanContext.getInvalid(), "process", SpanKind.CONSUMER);
            SpanContext beyond = export.begin(SpanContext.getInvalid(), "process", SpanKind.CONSUMER);
            export.add(step(kept, SpanContext.getInvalid()));
            export.add(step(beyond, SpanContext.getInvalid()));
            export.add(step(export.beginBelow(beyond), beyond));
        }

        // Then
        await().untilAsserted(() -> assertThat(exported).hasSize(1));
        assertThat(described).hasValue(1);
    }

    @Test
    void whatWaitsIsExportedAtTheEnd() {
        try (StepExport export = export("always_on", "10")) {
            // When
            export.add(step(
                    export.begin(SpanContext.getInvalid(), "process", SpanKind.CONSUMER), SpanContext.getInvalid()));
        }

        // Then
        assertThat(exported).hasSize(1);
    }
}
