package io.kafkasend.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

class SilenceTest {
    private final Map<MetricName, Metric> metrics = new HashMap<>();
    private final Silence silence = new Silence(() -> metrics, 0);
    private double bytes;

    private void measured() {
        MetricName name = new MetricName("incoming-byte-total", "consumer-metrics", "", Map.of());
        metrics.put(name, new Metric() {
            @Override
            public MetricName metricName() {
                return name;
            }

            @Override
            public Object metricValue() {
                return bytes;
            }
        });
    }

    private OptionalLong at(double seconds, boolean asks) {
        return silence.seconds((long) (seconds * 1e9), asks);
    }

    @Test
    void aBrokerThatSendsNothingForThreeSecondsIsSilentUntilItSendsAgain() {
        // Given
        measured();
        for (int second = 0; second <= 5; second++) {
            bytes++;
            assertThat(at(second, true)).isEmpty();
        }

        // Then
        assertThat(at(6, true)).isEmpty();
        assertThat(at(7.9, true)).isEmpty();
        assertThat(at(9, true)).hasValue(4);
        assertThat(at(30, true)).hasValue(25);
        bytes++;
        assertThat(at(31, true)).isEmpty();
    }

    @Test
    void whoAsksNothingHearsNothing() {
        // Given
        measured();

        // Then
        assertThat(at(10, false)).isEmpty();
        assertThat(at(11, true)).isEmpty();
        assertThat(at(14, true)).hasValue(4);
    }

    @Test
    void whatIsNotMeasuredIsNotKnown() {
        assertThat(at(10, true)).isEmpty();
        assertThat(at(20, true)).isEmpty();
    }
}
