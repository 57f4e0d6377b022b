package io.kafkasend.portal.observe;

import io.kafkasend.management.Metrics;
import io.kafkasend.management.OwnCheck;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;

/** What the portal's own health checks say, for rules that have no probe to ask. Thread-safe. */
public final class HealthMetrics {
    /**
     * @param metrics where they go
     * @param reading whether the portal is ready
     * @param pollThread whether it is live
     * @param api whether the API answers
     * @param tokenServer whether the token server does
     */
    public HealthMetrics(
            Metrics metrics,
            ReadingCheck reading,
            PollThreadCheck pollThread,
            ApiCheck api,
            TokenServerCheck tokenServer) {
        this(metrics.registry(), List.of(reading, pollThread, api, tokenServer));
    }

    HealthMetrics(MeterRegistry registry, List<OwnCheck> checks) {
        for (OwnCheck check : checks) {
            Gauge.builder("kafkasend.health", check, HealthMetrics::value)
                    .description("Whether a health check is up (1) or down (0); NaN where it does not know")
                    .tag("check", check.name())
                    .strongReference(true)
                    .register(registry);
        }
    }

    private static double value(OwnCheck check) {
        return switch (check.call(Map.of()).getState()) {
            case UP -> 1;
            case DOWN -> 0;
            case UNKNOWN -> Double.NaN;
        };
    }
}
