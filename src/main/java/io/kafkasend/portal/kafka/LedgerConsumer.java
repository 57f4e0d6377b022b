package io.kafkasend.portal.kafka;

import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.lifecycle.EnduringTask;
import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.lifecycle.Grace;
import java.time.Duration;
import java.util.Collection;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;

/**
 * The portal's consumer: Kafka's own, with the portal's {@link PollDuties} around its polls and rebalances. Not
 * thread-safe, as KafkaConsumer is not.
 */
public final class LedgerConsumer extends KafkaConsumer<Object, Object> implements BrokerWatch.Client {
    /** What Kafka's own clients take: ConsumerUtils.DEFAULT_CLOSE_TIMEOUT_MS. */
    private static final Duration KAFKAS_PATIENCE = Duration.ofSeconds(30);

    private final PollDuties duties;
    private final FailStop failStop;
    private final Grace grace;
    private final PollPulse pulse;
    private final BrokerAnswers answers = new BrokerAnswers(this::metrics);
    private final ClientMetric received = ClientMetric.receivedBytes(this::metrics, "consumer-metrics");
    private final boolean named;
    private final boolean readsOnWhileShared;
    private final BooleanSupplier mayLeave;
    private volatile Thread polledBy;
    private volatile boolean closed;
    private volatile boolean fenced;
    private Collection<String> topics;
    private ConsumerRebalanceListener listener;

    /**
     * @param properties what Kafka's own is made with
     * @param ledger what is safe to commit
     * @param failStop ends a portal whose poll thread cannot go on
     * @param grace how long all of it may take that has to end with the portal
     * @param pulse feels each poll
     * @param mayLeave whether nothing is owed any more to whom the portal's records are of; asked while Camel pauses
     */
    LedgerConsumer(
            Properties properties,
            Ledger ledger,
            FailStop failStop,
            Grace grace,
            PollPulse pulse,
            BooleanSupplier mayLeave) {
        super(properties);
        this.mayLeave = mayLeave;
        this.named = properties.containsKey(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        // not by the brokers' own protocol, which names no assignor and takes no such request
        this.readsOnWhileShared = CooperativeStickyAssignor.class
                .getName()
                .equals(properties.get(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG));
        this.failStop = failStop;
        this.grace = grace;
        this.pulse = pulse;
        this.duties = new PollDuties(ledger, this, new Beneath(), ledger::awaitRoom, System::nanoTime, grace, pulse);
    }

    @Override
    public ConsumerRecords<Object, Object> poll(Duration timeout) {
        polledBy = Thread.currentThread();
        if (!closed && grace.begun() && duties.pausedByCamel() && mayLeave.getAsBoolean()) {
            close(); // Camel looks only once a second whether all has ended, and so long nobody would read the
            // partitions
        }
        if (fenced || closed) {
            LockSupport.parkNanos(timeout.toNanos()); // until Camel stops
            return ConsumerRecords.empty();
        }
        try {
            return duties.poll(timeout);
        } catch (FencedInstanceIdException e) {
            fenced = true; // one more poll would join again, and drive out the other
            failStop.because("another portal of the group has this one's KAFKA_GROUP_INSTANCE_ID", e);
            return ConsumerRecords.empty();
        } catch (Error e) {
            throw survived(e);
        }
    }

    /** Upon an exception Camel makes a new consumer, which begins at what was committed; an Error would end its thread. */
    private KafkaException survived(Error e) {
        failStop.pollBroke(e);
        return new KafkaException("reading failed: " + EnduringTask.shown(e));
    }

    /** The thread that polls; null before the first poll. Camel makes the consumer on another one. */
    Thread polledBy() {
        return polledBy;
    }

    /** Whether it is at work, and asks Kafka for something every few seconds. */
    boolean asks() {
        return polledBy != null && !closed && !duties.refused();
    }

    @Override
    public double receivedBytes() {
        return received.value();
    }

    /** Whether it was closed in good order. */
    boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            // Also under a name of its own: a pod that was replaced or taken away does not come back under it.
            super.close(CloseOptions.timeout(grace.forKafka(KAFKAS_PATIENCE))
                    .withGroupMembershipOperation(
                            fenced ? GroupMembershipOperation.REMAIN_IN_GROUP : GroupMembershipOperation.LEAVE_GROUP));
        } finally {
            pulse.none();
        }
    }

    /**
     * Camel does so before it closes, which does it, too. A member with a name of its own would then be forgotten here and kept
     * by the group: it would have nothing to leave any more.
     */
    @Override
    public void unsubscribe() {
        if (!named && !closed) {
            super.unsubscribe();
        }
    }

    /** None once it is closed: Camel goes on for a while. */
    @Override
    public Set<TopicPartition> assignment() {
        return closed ? Set.of() : super.assignment();
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        if (!closed) {
            duties.pause(partitions);
        }
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        duties.resume(partitions);
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener camel) {
        try {
            this.topics = topics;
            this.listener = duties.around(camel);
            super.subscribe(topics, listener);
        } catch (Error e) {
            throw survived(e);
        }
    }

    /** What KafkaConsumer itself does. */
    private final class Beneath implements PollDuties.Plain {
        @Override
        public ConsumerRecords<Object, Object> poll(Duration timeout) {
            ConsumerRecords<Object, Object> records = LedgerConsumer.super.poll(timeout);
            if (answers.more()) {
                pulse.answered();
            }
            return records;
        }

        @Override
        public void pause(Collection<TopicPartition> partitions) {
            LedgerConsumer.super.pause(partitions);
        }

        @Override
        public void resume(Collection<TopicPartition> partitions) {
            LedgerConsumer.super.resume(partitions);
        }

        @Override
        public void beginAnew() {
            LedgerConsumer.super.unsubscribe();
            LedgerConsumer.super.subscribe(topics, listener);
        }

        @Override
        public void shareAgain() {
            if (readsOnWhileShared) {
                enforceRebalance("a member that has joined takes what others give up");
            }
        }
    }
}
