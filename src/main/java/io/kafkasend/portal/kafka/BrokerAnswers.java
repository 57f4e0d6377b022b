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
    private final ClientMetric total;
    private double seen;

    /**
     * @param metrics the client's own
     */
    BrokerAnswers(Supplier<Map<MetricName, ? extends Metric>> metrics) {
        this.total = new ClientMetric(metrics, "response-total", "consumer-metrics");
    }

    /** Whether there were more since this was last asked. */
    boolean more() {
        double now = total.value();
        boolean more = now > seen;
        seen = now;
        return more;
    }
}
