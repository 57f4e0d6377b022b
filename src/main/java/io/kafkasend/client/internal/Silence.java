package io.kafkasend.client.internal;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Whether a broker answers a consumer at all: one that is there answers each fetch within half a second, whether or not there is
 * anything to read. Not thread-safe.
 */
public final class Silence {
    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LEAST_SECONDS = 3;

    private final Supplier<Map<MetricName, ? extends Metric>> metrics;
    private Metric incoming;
    private double bytes = -1;
    private long heardAt;
    private long lookedAt;

    /**
     * @param metrics the consumer's
     * @param now by {@link System#nanoTime}
     */
    public Silence(Supplier<Map<MetricName, ? extends Metric>> metrics, long now) {
        this.metrics = metrics;
        this.heardAt = now;
        this.lookedAt = now - LOOK_NANOS;
    }

    /**
     * For how many seconds no broker has answered; empty where one does, or that is not known.
     *
     * @param now by {@link System#nanoTime}
     * @param asks whether the consumer fetches anything
     */
    public OptionalLong seconds(long now, boolean asks) {
        if (now - lookedAt >= LOOK_NANOS) {
            lookedAt = now;
            double sum = bytes();
            if (!asks || sum != bytes) { // NaN, where there is no such metric, differs from itself
                heardAt = now;
            }
            bytes = sum;
        }
        long silent = (now - heardAt) / 1_000_000_000L;
        return silent >= LEAST_SECONDS ? OptionalLong.of(silent) : OptionalLong.empty();
    }

    private double bytes() {
        if (incoming == null) {
            metrics.get().forEach((name, metric) -> {
                if (name.name().equals("incoming-byte-total") && name.group().equals("consumer-metrics")) {
                    incoming = metric;
                }
            });
        }
        return incoming == null ? Double.NaN : (double) incoming.metricValue();
    }
}
