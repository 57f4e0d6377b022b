package io.kafkasend.gateway.observe;

import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.management.OwnCheck;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Kafka, as the last request saw it: not ready for half a minute after one that Kafka did not let pass, unless another passes meanwhile. So
 * a gateway that was taken out of service comes back, and finds out by its next request. Thread-safe.
 */
public final class KafkaCheck extends OwnCheck {
    private static final long MEMORY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final LongSupplier nanoTime;
    private volatile long failedAt;
    private volatile boolean failed;

    public KafkaCheck() {
        this(System::nanoTime);
    }

    KafkaCheck(LongSupplier nanoTime) {
        super("kafka", true, false);
        this.nanoTime = nanoTime;
    }

    /** A request of a job has ended, with this code of the bridge's, or without one. */
    void ended(String code) {
        boolean away = code.equals(GatewayError.KAFKA_UNAVAILABLE.name());
        failedAt = away ? nanoTime.getAsLong() : failedAt;
        failed = away;
    }

    @Override
    protected void examine(HealthCheckResultBuilder builder) {
        if (failed && nanoTime.getAsLong() - failedAt < MEMORY_NANOS) {
            builder.down().message("Kafka did not let the last request pass");
        } else {
            builder.up();
        }
    }
}
