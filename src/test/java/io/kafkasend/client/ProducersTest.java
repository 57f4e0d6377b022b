package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.client.internal.ClientMeters;
import io.kafkasend.client.metric.MetricListener;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProducersTest {
    private static final long FAR_NANOS = 10_000_000;

    private final Producers producers = new Producers(
            new ClientSettings("localhost:1", "a", "b", Map.of(), Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1),
            new ClientMeters(MetricListener.none()));

    @AfterEach
    void close() {
        producers.close(Duration.ZERO);
    }

    @Test
    void aShortRequestOfSeveralRecordsGathersThemOnceTheBrokerIsFar() {
        // Given
        assertThat(producers.forSmall(1, true)).isSameAs(producers.prompt());

        // When
        for (int i = 0; i < 8; i++) {
            producers.smallAcknowledged(FAR_NANOS);
        }

        // Then
        assertThat(producers.forSmall(1, true)).isNotSameAs(producers.prompt());
        assertThat(producers.forSmall(1, false)).isSameAs(producers.prompt());

        // And near again
        producers.smallAcknowledged(FAR_NANOS - 1);
        assertThat(producers.forSmall(1, true)).isSameAs(producers.prompt());
    }
}
