package io.kafkasend.portal.observe;

import io.kafkasend.management.OwnCheck;
import io.kafkasend.portal.kafka.KafkaClients;
import io.kafkasend.portal.kafka.PollPulse;
import io.kafkasend.portal.kafka.PollPulse.Reading;
import io.kafkasend.portal.lifecycle.Grace;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Ready: the group has said which partitions are this portal's, Kafka answers, nothing keeps it from reading, and it is not
 * ending. A member for whom there is no partition left is ready too: it stands by, and a rollout that waited for it to get one
 * would wait for ever. Thread-safe.
 */
public final class ReadingCheck extends OwnCheck {
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final PollPulse pulse;
    private final Grace grace;

    /**
     * @param configuration whether the portal is ending
     * @param clients what it reads
     */
    public ReadingCheck(PortalConfiguration configuration, KafkaClients clients) {
        this(clients.pulse(), configuration.grace());
    }

    ReadingCheck(PollPulse pulse, Grace grace) {
        super("reading", true, false);
        this.pulse = pulse;
        this.grace = grace;
    }

    @Override
    protected void examine(HealthCheckResultBuilder builder) {
        Reading reading = pulse.now();
        builder.detail("partitions", reading.partitions().size());
        reading.sinceAnswer().ifPresent(since -> builder.detail("seconds_since_kafka_answered", since.toSeconds()));
        String fault = fault(reading);
        if (fault.isEmpty()) {
            builder.up();
        } else {
            builder.down().detail("reason", fault);
        }
    }

    private static boolean isFresh(Optional<Duration> since) {
        return since.filter(time -> time.compareTo(SILENCE) < 0).isPresent();
    }

    private String fault(Reading reading) {
        if (grace.begun()) {
            return "the portal is ending";
        }
        if (reading.trouble() == PollPulse.Trouble.REFUSED) {
            return "Kafka refuses the portal; its log says why";
        }
        if (reading.trouble() == PollPulse.Trouble.UNREADABLE) {
            return "requests cannot be read; the log says why";
        }
        if (reading.sincePoll().isEmpty()) {
            return "reading has not begun";
        }
        if (!isFresh(reading.sinceAnswer())) {
            return isFresh(reading.sincePoll()) || !isFresh(reading.sinceHeard())
                    ? "Kafka does not answer"
                    : "the thread that reads requests stands still";
        }
        if (!reading.assigned()) {
            return "the consumer group has not said which partitions are this portal's";
        }
        return reading.topicThere() ? "" : "the request topic does not exist";
    }
}
