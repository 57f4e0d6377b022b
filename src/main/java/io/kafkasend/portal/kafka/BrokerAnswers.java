package io.kafkasend.portal.kafka;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Whether brokers answer a client, by the client's own count of answers: an empty poll says nothing of it, and a question of our
 * own would cost the broker. While nothing is fetched there are heartbeats. Not thread-safe.
 */
final class BrokerAnswers {
    private static final String NAME = "response-total";
    private static final String GROUP = "consumer-metrics";

    private final Supplier<Map<MetricName, ? extends Metric>> metrics;
    private Metric total;
    private double seen;

    /**
     * @param metrics the client's own
     */
    BrokerAnswers(Supplier<Map<MetricName, ? extends Metric>> metrics) {
        this.metrics = metrics;
    }

    /** Whether there were more since this was last asked. */
    boolean more() {
        if (total == null) {
            total = found();
        }
        double now = total == null ? 0 : ((Number) total.metricValue()).doubleValue();
        boolean more = now > seen;
        seen = now;
        return more;
    }

    private Metric found() {
        return metrics.get().entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(NAME)
                        && entry.getKey().group().equals(GROUP))
                .findFirst()
                .<Metric>map(Map.Entry::getValue)
                .orElse(null);
    }
}
