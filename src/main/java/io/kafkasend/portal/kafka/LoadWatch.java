package io.kafkasend.portal.kafka;

import io.kafkasend.portal.event.LastingCondition;
import io.kafkasend.portal.ledger.Ledger;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that the portal has been at its limits for a while, and that it is not any more. Short pauses belong to any load, and are not
 * told. Not thread-safe: the poll thread looks.
 */
final class LoadWatch {
    private static final Logger LOG = LoggerFactory.getLogger(LoadWatch.class);
    private static final Duration BUSY = Duration.ofSeconds(30);
    private static final Duration PAUSED = Duration.ofSeconds(10);
    private static final Duration SELDOM = Duration.ofMinutes(5);

    private final Ledger ledger;
    private final LastingCondition busy;
    private final LastingCondition paused;

    /**
     * @param ledger says whether there is room
     * @param nanoTime the clock
     */
    LoadWatch(Ledger ledger, LongSupplier nanoTime) {
        this.ledger = ledger;
        this.busy = new LastingCondition(BUSY, SELDOM, SELDOM, nanoTime);
        this.paused = new LastingCondition(PAUSED, SELDOM, SELDOM, nanoTime);
    }

    /**
     * Looks.
     *
     * @param partitions those that are read, asked only where they are told
     */
    void look(Supplier<Collection<TopicPartition>> partitions) {
        (ledger.busy() ? busy.holds() : busy.ended()).ifPresent(this::tellSlots);
        Optional<String> reason = ledger.heldUpBy();
        (reason.isPresent() ? paused.holds() : paused.ended())
                .ifPresent(news -> tellReading(news, names(partitions.get()), reason.orElse("")));
    }

    private void tellSlots(LastingCondition.News news) {
        if (news.over()) {
            LOG.atInfo().addKeyValue("seconds", news.lasted().toSeconds()).log("a call slot is free again");
        } else {
            LOG.atWarn()
                    .addKeyValue("jobs", ledger.whole())
                    .addKeyValue("seconds", news.lasted().toSeconds())
                    .log("all call slots are busy: further jobs wait");
        }
    }

    private static void tellReading(LastingCondition.News news, String partitions, String reason) {
        if (news.over()) {
            LOG.atInfo()
                    .addKeyValue("partitions", partitions)
                    .addKeyValue("seconds", news.lasted().toSeconds())
                    .log("reading is resumed");
        } else {
            LOG.atWarn()
                    .addKeyValue("partitions", partitions)
                    .addKeyValue("reason", reason)
                    .addKeyValue("seconds", news.lasted().toSeconds())
                    .log("reading is paused");
        }
    }

    private static String names(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::toString).sorted().collect(Collectors.joining(","));
    }
}
