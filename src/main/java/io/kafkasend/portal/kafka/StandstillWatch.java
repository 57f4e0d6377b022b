package io.kafkasend.portal.kafka;

import io.kafkasend.portal.event.LastingCondition;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that the thread that reads requests has not come round for a while, though Kafka is there, and that it comes round again. Not
 * thread-safe.
 */
final class StandstillWatch {
    private static final Logger LOG = LoggerFactory.getLogger(StandstillWatch.class);
    /** Longer than a round takes. */
    private static final Duration ROUND = Duration.ofSeconds(10);
    /** Longer than a question to a Kafka that has just come back. */
    private static final Duration LONG = Duration.ofSeconds(15);

    private static final Duration AGAIN = Duration.ofMinutes(5);
    private static final Duration APART = Duration.ofMinutes(1);

    private final LastingCondition still;

    /**
     * @param nanoTime the clock
     */
    StandstillWatch(LongSupplier nanoTime) {
        this.still = new LastingCondition(LONG, AGAIN, APART, nanoTime);
    }

    /**
     * Looks, while Kafka answers.
     *
     * @param sincePoll how long ago the thread last came round; empty while there is none
     */
    void look(Optional<Duration> sincePoll) {
        if (sincePoll.isPresent() && sincePoll.get().compareTo(ROUND) >= 0) {
            still.holds().ifPresent(news -> LOG.atWarn()
                    .addKeyValue("seconds", sincePoll.get().toSeconds())
                    .log("the thread that reads requests stands still: no requests are read"));
        } else {
            still.ended().ifPresent(news -> LOG.atInfo()
                    .addKeyValue("seconds", news.lasted().plus(ROUND).toSeconds())
                    .log("the thread that reads requests comes round again"));
        }
    }
}
