package io.kafkasend.portal.kafka;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** A number that a Kafka client counts of itself. It is looked for once, since a client has hundreds. Thread-safe. */
final class ClientMetric {
    private final Supplier<Map<MetricName, ? extends Metric>> metrics;
    private final String name;
    private final String group;
    private volatile Metric found;

    /**
     * @param metrics the client's own
     * @param name the number's
     * @param group the metric group that it is in, which tells it from those of single brokers
     */
    ClientMetric(Supplier<Map<MetricName, ? extends Metric>> metrics, String name, String group) {
        this.metrics = metrics;
        this.name = name;
        this.group = group;
    }

    /** What a client has received from all brokers, in bytes. */
    static ClientMetric receivedBytes(Supplier<Map<MetricName, ? extends Metric>> metrics, String group) {
        return new ClientMetric(metrics, "incoming-byte-total", group);
    }

    /** What it is now; 0 where the client does not count it. */
    double value() {
        if (found == null) {
            found = find();
        }
        return found == null ? 0 : ((Number) found.metricValue()).doubleValue();
    }

    private Metric find() {
        return metrics.get().entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name)
                        && entry.getKey().group().equals(group))
                .findFirst()
                .<Metric>map(Map.Entry::getValue)
                .orElse(null);
    }
}
