package io.kafkasend.portal.kafka;

import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.ledger.LostRecords;
import io.kafkasend.portal.lifecycle.Grace;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What the portal does around Kafka's own polling: on the poll thread, and only there, it commits what the ledger calls
 * safe, and while all calls are taken it polls without reading. Not thread-safe, as KafkaConsumer is not.
 */
final class PollDuties {
    private static final Logger LOG = LoggerFactory.getLogger(PollDuties.class);
    /** How often what was read is committed. */
    private static final long COMMIT_INTERVAL_NANOS = 500_000_000L;
    /** How often what was answered is committed: sooner, since until then a crash leaves it open. */
    private static final long NEWS_INTERVAL_NANOS = 50_000_000L;
    /** How long a poll lasts while something may have to be committed, and a wait for a call's end. */
    private static final Duration WAIT = Duration.ofMillis(20);
    /** What Kafka's own client takes: its default.api.timeout.ms. */
    private static final Duration KAFKAS_PATIENCE = Duration.ofSeconds(60);
    /** How long calls of a partition that goes to another portal may take to end here, so that they are not made again there. */
    private static final Duration CALLS_MAY_END = Duration.ofSeconds(2);
    /** How long the topic is looked for, where the group gives no partition of it. */
    private static final Duration LOOK_FOR_TOPIC = Duration.ofSeconds(2);

    private final Ledger ledger;
    private final Consumer<Object, Object> consumer;
    private final Plain plain;
    private final Rest rest;
    private final LongSupplier nanoTime;
    private final EnduringPolls polls;
    private final PollPulse pulse;
    private final LostRecords lost;
    private final LoadWatch load;
    private final Grace grace;
    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    private long lastCommit;
    private boolean failing;
    private boolean pausedHere;
    private boolean pausedByCamel;
    private boolean joins = true;

    /** Kafka's own methods, beneath those that come here first. */
    interface Plain {
        ConsumerRecords<Object, Object> poll(Duration timeout);

        void pause(Collection<TopicPartition> partitions);

        void resume(Collection<TopicPartition> partitions);

        /** Leaves the group's partitions and joins again, upon which everything is fetched anew from what is committed. */
        void beginAnew();

        /** Asks the group to share its partitions once more, where members read on meanwhile. */
        void shareAgain();
    }

    /** A wait for room. */
    interface Rest {
        /** Ends as soon as there is room, and after this time at the latest. */
        void awaitRoom(Duration atMost);
    }

    /**
     * @param ledger what is safe to commit
     * @param consumer commits, and knows its partitions
     * @param plain polls, pauses and resumes
     * @param rest waits until there is room for a call
     * @param nanoTime the clock
     * @param grace says how long a commit on leaving may take
     * @param pulse feels each poll and each change of partitions
     */
    PollDuties(
            Ledger ledger,
            Consumer<Object, Object> consumer,
            Plain plain,
            Rest rest,
            LongSupplier nanoTime,
            Grace grace,
            PollPulse pulse) {
        this.grace = grace;
        this.pulse = pulse;
        this.ledger = ledger;
        this.consumer = consumer;
        this.plain = plain;
        this.rest = rest;
        this.nanoTime = nanoTime;
        this.lastCommit = nanoTime.getAsLong();
        this.lost = new LostRecords(consumer);
        this.load = new LoadWatch(ledger, nanoTime);
        this.polls = new EnduringPolls(plain, ledger::calling, nanoTime);
    }

    /** Polls for at most so long; every record is noted before any is processed. */
    ConsumerRecords<Object, Object> poll(Duration timeout) {
        ledger.beat(polls.well());
        pulse.polls();
        pulse.has(polls.trouble());
        load.look(consumer::assignment);
        commitSafe();
        // Camel looks between polls whether it is to stop.
        long end = nanoTime.getAsLong()
                + (grace.begun() ? Math.min(timeout.toNanos(), WAIT.toNanos()) : timeout.toNanos());
        while (ledger.full() && nanoTime.getAsLong() < end) {
            // Paused partitions give nothing, but polling keeps the membership.
            pausedHere = true;
            plain.pause(consumer.assignment());
            pulse.pauses(consumer.assignment().size());
            load.look(consumer::assignment);
            ConsumerRecords<Object, Object> none = polls.poll(Duration.ZERO);
            if (!none.isEmpty()) {
                return noted(none); // of a partition that was assigned within this very poll
            }
            commitSafe();
            // Not within the poll, which nothing but Kafka ends early: a call's end is to be heard at once.
            rest.awaitRoom(WAIT);
        }
        if (pausedHere && !pausedByCamel && !ledger.full()) {
            plain.resume(consumer.paused());
            pulse.pauses(0);
            pausedHere = false;
        }
        return noted(pollUntil(end));
    }

    /** Whether Kafka is left alone for now, as it refuses the portal. Any thread may ask. */
    boolean refused() {
        return polls.refuses();
    }

    /** Polls at a stretch, or by short ones while jobs are under way. */
    private ConsumerRecords<Object, Object> pollUntil(long end) {
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, end - nanoTime.getAsLong()));
            Duration stretch = ledger.prompt() && WAIT.compareTo(left) < 0 ? WAIT : left;
            ConsumerRecords<Object, Object> records = polls.poll(stretch);
            if (!records.isEmpty() || stretch == left || ledger.full()) {
                return records;
            }
            commitSafe();
        }
    }

    /** Camel pauses: no call's end resumes what it paused. */
    void pause(Collection<TopicPartition> partitions) {
        pausedByCamel = true;
        plain.pause(partitions);
    }

    /** Whether Camel pauses, so that nothing is read. */
    boolean pausedByCamel() {
        return pausedByCamel;
    }

    /** Camel resumes. */
    void resume(Collection<TopicPartition> partitions) {
        pausedByCamel = false;
        plain.resume(partitions);
    }

    /** The listener that does the portal's part beside Camel's. */
    ConsumerRebalanceListener around(ConsumerRebalanceListener camel) {
        return new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                // A consumer that broke took no leave of them; what it read is read again, from what was committed.
                drop(partitions);
                if (!partitions.isEmpty()) {
                    // Within poll, so before any record of them comes. What fails here fails the poll, and the
                    // assignment
                    // is made anew: reading on without the marks would call finished jobs again.
                    polls.assignmentBegins();
                    pulse.polls();
                    Map<TopicPartition, OffsetAndMetadata> commits = consumer.committed(new HashSet<>(partitions));
                    pulse.polls();
                    ledger.begin(commits, consumer.endOffsets(partitions));
                    commits.forEach((partition, commit) -> {
                        if (commit != null) {
                            lost.expect(partition, commit.offset());
                        } else {
                            // Kafka would look for it when it fetches from the others already, and a fetch that finds
                            // nothing waits at the broker; until then nothing is read here.
                            consumer.position(partition);
                        }
                    });
                    polls.assignmentBegan();
                    if (pausedByCamel) {
                        plain.pause(partitions); // Camel does so after this very poll, which may read of them
                    }
                }
                camel.onPartitionsAssigned(partitions);
                pulse.gained(partitions, isTopicThere());
                if (joins && consumer.assignment().isEmpty()) {
                    // Others give up now what comes here when the group has shared again, which waits for this member,
                    // too. It would hear of that at its next heartbeat.
                    plain.shareAgain();
                }
                joins = false; // who stands by would ask for ever
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                camel.onPartitionsRevoked(partitions);
                ledger.leave(partitions);
                pulse.polls();
                ledger.awaitCalls(partitions, callsMayEnd());
                pulse.polls();
                commitBeforeLeaving(partitions);
                drop(partitions);
                pulse.gave(partitions);
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                // Another member owns them already: committing would move its offsets.
                drop(partitions);
                pulse.gave(partitions);
            }
        };
    }

    /** A member without partitions waits for one to leave, unless the topic has none to give. */
    private boolean isTopicThere() {
        if (!consumer.assignment().isEmpty()) {
            return true;
        }
        try {
            return consumer.subscription().stream().noneMatch(topic -> consumer.partitionsFor(topic, LOOK_FOR_TOPIC)
                    .isEmpty());
        } catch (KafkaException e) {
            return false;
        }
    }

    private ConsumerRecords<Object, Object> noted(ConsumerRecords<Object, Object> records) {
        lost.before(records).forEach(this::tell);
        ledger.note(records);
        return records;
    }

    private void tell(LostRecords.Loss loss) {
        int jobs = ledger.lose(loss);
        LOG.atWarn()
                .addKeyValue("topic", loss.partition().topic())
                .addKeyValue("partition", loss.partition().partition())
                .addKeyValue("from_offset", loss.from())
                .addKeyValue("to_offset", loss.to())
                .addKeyValue("jobs", jobs)
                .log(
                        loss.madeAnew()
                                ? "the topic was cut or made anew; its records are read from to_offset on"
                                : "records were deleted, by the topic's retention or by hand, before they were read");
    }

    private void commitSafe() {
        long now = nanoTime.getAsLong();
        long interval = ledger.hasNews() ? NEWS_INTERVAL_NANOS : COMMIT_INTERVAL_NANOS;
        if (polls.refused() || now - lastCommit < interval && !ledger.wantsCommit()) {
            return;
        }
        lastCommit = now;
        Map<TopicPartition, OffsetAndMetadata> safe = ledger.safeOffsets(consumer.assignment());
        safe.entrySet().removeIf(entry -> entry.getValue().equals(committed.get(entry.getKey())));
        if (safe.isEmpty()) {
            return;
        }
        consumer.commitAsync(safe, (offsets, failure) -> {
            if (failure == null) {
                committed.putAll(offsets);
                ledger.confirm(offsets);
                failing = false;
            } else if (!polls.refusedBy(failure)) {
                // Once for each outage, not twice in each of its seconds.
                LOG.atLevel(failing ? Level.DEBUG : Level.WARN)
                        .addKeyValue("offsets", offsets)
                        .addKeyValue("reason", failure.getMessage())
                        .log("cannot commit offsets now; the next commit covers them");
                failing = true;
            }
        });
    }

    private void commitBeforeLeaving(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> safe = ledger.safeOffsets(partitions);
        if (safe.isEmpty()) {
            return;
        }
        try {
            Duration patience = grace.forKafka(KAFKAS_PATIENCE);
            try {
                consumer.commitSync(safe, patience);
            } catch (WakeupException e) {
                // Camel wakes a poll to stop it; the wake-up is spent, so the commit passes now.
                consumer.commitSync(safe, patience);
            }
        } catch (KafkaException e) {
            LOG.atWarn()
                    .addKeyValue("offsets", safe)
                    .addKeyValue("reason", e.getMessage())
                    .log("cannot commit offsets on leaving; their jobs will be read again");
        }
    }

    private Duration callsMayEnd() {
        Duration left = grace.begun() ? grace.left() : CALLS_MAY_END;
        return left.compareTo(CALLS_MAY_END) < 0 ? left : CALLS_MAY_END;
    }

    private void drop(Collection<TopicPartition> partitions) {
        committed.keySet().removeAll(partitions);
        lost.forget(partitions);
        ledger.forget(partitions);
    }
}
