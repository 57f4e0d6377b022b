package io.kafkasend.kafka;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.metrics.stats.CumulativeSum;
import org.apache.kafka.common.utils.Time;

/**
 * Figures that Kafka's clients push to the broker beside their own (KIP-714, KIP-1076), where its operator has subscribed to
 * them. Thread-safe.
 */
public final class OfferedMetrics {
    private final String group;
    private final Map<MetricName, KafkaMetric> all = new ConcurrentHashMap<>();
    private Consumer<KafkaMetric> kafka = metric -> {};

    /**
     * @param program names the group: "kafkasend-client" has metrics of org.apache.kafka.kafkasend.client.
     */
    public OfferedMetrics(String program) {
        this.group = program + "-metrics";
    }

    /** Offers one that goes up and down. */
    public void gauge(String name, String description, Map<String, String> labels, DoubleSupplier value) {
        offer(name, description, labels, (Gauge<Double>) (config, now) -> value.getAsDouble());
    }

    /** Offers one that only grows. */
    public void sum(String name, String description, Map<String, String> labels, DoubleSupplier value) {
        offer(name, description, labels, new Sum(value));
    }

    /**
     * Offers all of them by this client of Kafka's from now on. By two at a time the broker would count them twice.
     *
     * @param registration its {@code registerMetricForSubscription}
     */
    public synchronized void by(Consumer<KafkaMetric> registration) {
        kafka = registration;
        all.values().forEach(registration);
    }

    private synchronized void offer(
            String name, String description, Map<String, String> labels, MetricValueProvider<?> value) {
        MetricName full = new MetricName(name, group, description, labels);
        KafkaMetric metric = new KafkaMetric(new Object(), full, value, new MetricConfig(), Time.SYSTEM);
        all.put(full, metric);
        kafka.accept(metric);
    }

    /** Counters of one name, one for each kind of error; the kinds must be bounded. Thread-safe. */
    public final class ByError {
        private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
        private final String name;
        private final String description;

        /** Counts nothing yet. */
        public ByError(String name, String description) {
            this.name = name;
            this.description = description;
        }

        /**
         * Counts one.
         *
         * @param error its kind; empty for none
         */
        public void count(String error) {
            counts.computeIfAbsent(error, kind -> {
                        LongAdder count = new LongAdder();
                        sum(name, description, kind.isEmpty() ? Map.of() : Map.of("error.type", kind), count::sum);
                        return count;
                    })
                    .increment();
        }
    }

    /** What Kafka's clients push as a sum, and not as a gauge, by its class. */
    private static final class Sum extends CumulativeSum {
        private final DoubleSupplier value;

        Sum(DoubleSupplier value) {
            this.value = value;
        }

        @Override
        public double measure(MetricConfig config, long now) {
            return value.getAsDouble();
        }
    }
}
