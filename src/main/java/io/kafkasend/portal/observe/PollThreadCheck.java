package io.kafkasend.portal.observe;

import io.kafkasend.management.OwnCheck;
import io.kafkasend.portal.kafka.KafkaClients;
import io.kafkasend.portal.kafka.PollPulse;
import io.kafkasend.portal.lifecycle.FailStop;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Live: the thread that reads requests comes round, and the portal has not found that it cannot go on. That Kafka is away makes
 * no portal dead: a new one would not reach it either. Thread-safe.
 */
public final class PollThreadCheck extends OwnCheck {
    /** Half a minute longer than Kafka's client waits for one answer at most. */
    private static final Duration STANDSTILL = Duration.ofSeconds(90);

    private final PollPulse pulse;
    private final BooleanSupplier failed;

    /**
     * @param clients what the thread does
     * @param failStop knows what cannot go on, such as a thread that has ended
     */
    public PollThreadCheck(KafkaClients clients, FailStop failStop) {
        this(clients.pulse(), failStop::failed);
    }

    PollThreadCheck(PollPulse pulse, BooleanSupplier failed) {
        super("poll-thread", false, true);
        this.pulse = pulse;
        this.failed = failed;
    }

    @Override
    protected void examine(HealthCheckResultBuilder builder) {
        Duration since = pulse.now().sincePoll().orElse(Duration.ZERO);
        builder.detail("seconds_since_poll", since.toSeconds());
        if (failed.getAsBoolean()) {
            builder.down().detail("reason", "the portal cannot go on and ends itself; its log says why");
        } else if (since.compareTo(STANDSTILL) > 0) {
            builder.down().detail("reason", "the thread that reads requests stands still");
        } else {
            builder.up();
        }
    }
}
