package io.kafkasend.portal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.management.OwnCheck;
import io.kafkasend.portal.kafka.Pulses;
import io.kafkasend.portal.lifecycle.Grace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.junit.jupiter.api.Test;

class HealthMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Pulses pulses = new Pulses(() -> 1);

    private double of(String check) {
        return registry.get("kafkasend.health").tag("check", check).gauge().value();
    }

    @Test
    void aCheckIsOneWhileItIsUpAndZeroWhileItIsDown() {
        // Given
        new HealthMetrics(registry, List.of(new ReadingCheck(pulses.pulse(), new Grace(25, () -> 1))));
        assertThat(of("reading")).isZero();

        // When
        pulses.reads();

        // Then
        assertThat(of("reading")).isEqualTo(1);
    }

    @Test
    void aCheckThatDoesNotKnowIsNoNumber() {
        // When
        new HealthMetrics(registry, List.of(new OwnCheck("api", false, false) {
            @Override
            protected void examine(HealthCheckResultBuilder builder) {
                builder.unknown();
            }
        }));

        // Then
        assertThat(of("api")).isNaN();
    }
}
