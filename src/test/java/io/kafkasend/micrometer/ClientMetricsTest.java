package io.kafkasend.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.client.metric.EndedRequest;
import io.kafkasend.client.metric.Stage;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Method;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClientMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final ClientMetrics metrics = new ClientMetrics(registry);

    private static EndedRequest ended(Stage stage, Optional<String> error, OptionalInt status) {
        return new EndedRequest("requests", Method.POST, stage, error, status, 3, Duration.ofMillis(250), 1_000, 2_000);
    }

    @Test
    void aRequestIsOneMeasureWithItsOutcome() {
        // When
        metrics.begun();
        metrics.begun();
        metrics.ended(ended(Stage.ANSWERED, Optional.empty(), OptionalInt.of(201)));
        metrics.sent("requests", 10);
        metrics.received("answers", 10);

        // Then
        assertThat(registry.get("kafkasend.client.requests").gauge().value()).isEqualTo(1);
        assertThat(registry.get("messaging.client.operation.duration")
                        .tag("error.type", "")
                        .tag("http.response.status_code", "201")
                        .tag("kafkasend.stage", "answered")
                        .tag("messaging.destination.name", "requests")
                        .tag("messaging.system", "kafka")
                        .timer()
                        .totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(250);
        assertThat(registry.get("kafkasend.client.retries").counter().count()).isEqualTo(2);
        assertThat(registry.get("kafkasend.client.body.bytes")
                        .tag("direction", "answer")
                        .summary()
                        .totalAmount())
                .isEqualTo(2_000);
        assertThat(registry.get("messaging.client.sent.messages").counter().count())
                .isEqualTo(1);
        assertThat(registry.get("messaging.client.consumed.messages")
                        .tag("messaging.destination.name", "answers")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void noStatusMakesMoreSeriesThanHttpHas() {
        // When
        for (int status = -1_000; status < 10_000; status++) {
            metrics.ended(ended(Stage.ANSWERED, Optional.empty(), OptionalInt.of(status)));
        }

        // Then
        assertThat(registry.get("messaging.client.operation.duration").timers()).hasSize(501);
    }

    @Test
    void theDocumentNamesEachOfThem() throws Exception {
        // Given
        metrics.ended(ended(Stage.WAITING, Optional.of(ErrorCode.TOO_MANY_JOBS.name()), OptionalInt.empty()));
        metrics.sent("requests", 10);
        metrics.received("answers", 10);
        String document = Files.readString(Path.of("docs/use/java.md"));

        // Then
        assertThat(registry.getMeters().stream()
                        .map(meter -> meter.getId().getName())
                        .filter(name -> !name.endsWith(".histogram"))) // a registry's own, for buckets
                .hasSize(7)
                .allSatisfy(name -> assertThat(document).contains("`" + name + "`"));
    }
}
