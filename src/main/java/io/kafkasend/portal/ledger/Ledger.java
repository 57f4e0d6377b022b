package io.kafkasend.portal.ledger;

import io.kafkasend.portal.requester.CallSlots;
import io.kafkasend.portal.settings.Membership;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The offset ledger: which records of the request topic are read and not yet settled, and hence which offsets are safe to
 * commit. KafkaConsumer is not thread-safe, so that only a consumer of our own can commit on the poll thread
 * ({@code LedgerConsumer}, which {@code KafkaClients} makes). Thread-safe.
 *
 * <p>Camel itself commits nothing: {@code autoCommitEnable=false} without {@code allowManualCommit}.
 */
public final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final CallSlots slots;
    private final Heartbeat heartbeat;
    private final Lease lease;
    private final boolean atMostOnce;
    private final Map<TopicPartition, PartitionLedger> partitions = new ConcurrentHashMap<>();
    private volatile Thread pollThread;
    private final List<Capacity> rooms = new CopyOnWriteArrayList<>();
    private final List<Consumer<PartitionLedger>> whenGone = new CopyOnWriteArrayList<>();
    private final List<ToIntFunction<PartitionLedger>> whenLost = new CopyOnWriteArrayList<>();

    /**
     * @param slots says when no further call may begin, upon which polling goes on but reads nothing
     * @param configuration names the liveness file, and what is promised of a call
     */
    public Ledger(CallSlots slots, PortalConfiguration configuration) {
        this(slots, configuration, System::nanoTime);
    }

    public Ledger(CallSlots slots, PortalConfiguration configuration, LongSupplier nanoTime) {
        this.slots = slots;
        this.atMostOnce = configuration.atMostOnce();
        this.heartbeat = new Heartbeat(configuration.livenessFile().orElse(null));
        this.lease = new Lease(Membership.of(configuration.settings()).silence(), nanoTime);
    }

    /** Registers what is to be told when a partition's records are no longer ours. */
    public void whenGone(Consumer<PartitionLedger> listener) {
        whenGone.add(listener);
    }

    /** Registers what ends the jobs of a partition that may have lost records, and says how many those are. */
    public void whenLost(ToIntFunction<PartitionLedger> listener) {
        whenLost.add(listener);
    }

    /** Hears that records are gone that were not read; gives how many jobs end for it. */
    public int lose(LostRecords.Loss loss) {
        PartitionLedger ledger =
                ledger(loss.partition().topic(), loss.partition().partition());
        if (loss.madeAnew()) {
            ledger.beginAnewAt(loss.to());
        }
        return whenLost.stream()
                .mapToInt(listener -> listener.applyAsInt(ledger))
                .sum();
    }

    /** Registers what must have room, beside the call slots, before a record is read. */
    public void needs(Capacity room) {
        rooms.add(room);
    }

    /** Notes every record of a poll, before any is processed. */
    public void note(ConsumerRecords<?, ?> records) {
        for (ConsumerRecord<?, ?> record : records) {
            ledger(record.topic(), record.partition()).note(record.offset());
        }
    }

    /** The entry of a record that a poll gave. */
    public LedgerEntry entry(String topic, int partition, long offset) {
        return new LedgerEntry(ledger(topic, partition), offset);
    }

    private PartitionLedger ledger(String topic, int partition) {
        return partitions.computeIfAbsent(new TopicPartition(topic, partition), PartitionLedger::new);
    }

    /** Whether no further record is to be read: no call may begin, or too many refusals wait for the broker. */
    public boolean full() {
        return slots.full() || rooms.stream().anyMatch(Capacity::full);
    }

    /** Why no further record is to be read, for the log; empty where one may be. */
    public Optional<String> heldUpBy() {
        return rooms.stream()
                .filter(Capacity::full)
                .map(Capacity::waitsFor)
                .findFirst()
                .or(slots::heldUpBy);
    }

    /** Whether every call slot is taken. */
    public boolean busy() {
        return slots.busy();
    }

    /** How many jobs are whole and not yet settled. */
    public int whole() {
        return slots.taken();
    }

    /** Whether a whole job has not been answered yet. */
    public boolean calling() {
        return slots.taken() > 0;
    }

    /** Waits until a call may begin, at most so long. */
    public void awaitRoom(Duration atMost) {
        for (Capacity room : rooms) {
            if (room.full()) {
                room.awaitRoom(atMost.toNanos());
                return;
            }
        }
        slots.awaitRoom(atMost.toNanos());
    }

    /** Whether it is this thread that polls. */
    public boolean isPolledBy(Thread thread) {
        return thread == pollThread;
    }

    /**
     * Shows that the poll thread lives, which is the one that calls.
     *
     * @param well whether it reads requests; while it cannot, the liveness file grows old
     */
    public void beat(boolean well) {
        pollThread = Thread.currentThread();
        if (well) {
            heartbeat.beat();
        }
        lease.beat();
    }

    /** Whether another member may have taken the partitions over, and this one was not told yet. */
    public boolean mayHaveBeenReplaced() {
        return lease.isDoubtful();
    }

    /** Whether something may soon have to be committed, so that polls must be short. */
    public boolean prompt() {
        return partitions.values().stream().anyMatch(PartitionLedger::isBusy);
    }

    /** Whether records were settled that no commit says yet: a crash now would have their jobs looked at again. */
    public boolean hasNews() {
        return partitions.values().stream().anyMatch(PartitionLedger::hasNews);
    }

    /** Whether a call waits for a commit that is not on its way. */
    public boolean wantsCommit() {
        return atMostOnce && partitions.values().stream().anyMatch(PartitionLedger::wantsCommit);
    }

    /**
     * Begins an assignment with what an earlier one committed, for each partition.
     *
     * @param committed the commits; null for a partition that has none
     * @param ends where the partitions end now
     */
    public void begin(Map<TopicPartition, OffsetAndMetadata> committed, Map<TopicPartition, Long> ends) {
        ends.forEach((partition, end) -> {
            OffsetAndMetadata commit = committed.get(partition);
            OptionalLong from = commit == null ? OptionalLong.empty() : OptionalLong.of(commit.offset());
            ledger(partition.topic(), partition.partition()).begin(marks(partition, commit), from, end);
        });
    }

    private static CommitMarks marks(TopicPartition partition, OffsetAndMetadata commit) {
        if (commit == null || commit.metadata().isEmpty()) {
            return CommitMarks.none();
        }
        Optional<CommitMarks> marks = CommitMarks.read(commit.offset(), commit.metadata());
        if (marks.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("partition", partition)
                    .addKeyValue("offset", commit.offset())
                    .log("the commit's metadata is not this portal's; every record from there on is new");
        }
        return marks.orElseGet(CommitMarks::none);
    }

    /** Hears what the broker has acknowledged. */
    public void confirm(Map<TopicPartition, OffsetAndMetadata> committed) {
        if (!atMostOnce) {
            return; // no call waits for it
        }
        committed.forEach((partition, commit) -> {
            PartitionLedger ledger = partitions.get(partition);
            if (ledger != null) {
                CommitMarks.read(commit.offset(), commit.metadata()).ifPresent(ledger::confirm);
            }
        });
    }

    /** Partitions are about to leave: no call begins for them any more. What is safe can still be committed. */
    public void leave(Collection<TopicPartition> leaving) {
        for (TopicPartition partition : leaving) {
            PartitionLedger ledger = partitions.get(partition);
            if (ledger != null) {
                ledger.leave();
            }
        }
    }

    /**
     * Waits until no call runs of partitions that are about to leave, at most so long. Whose call still runs then is called again by
     * the next owner.
     */
    public void awaitCalls(Collection<TopicPartition> leaving, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        for (TopicPartition partition : leaving) {
            PartitionLedger ledger = partitions.get(partition);
            if (ledger != null) {
                ledger.awaitCalls(end - System.nanoTime());
            }
        }
    }

    /** What may be committed for these partitions, and what is to be known of the records above. */
    public Map<TopicPartition, OffsetAndMetadata> safeOffsets(Collection<TopicPartition> of) {
        Map<TopicPartition, OffsetAndMetadata> safe = new HashMap<>();
        for (TopicPartition partition : of) {
            PartitionLedger ledger = partitions.get(partition);
            if (ledger != null) {
                ledger.marks().ifPresent(marks -> {
                    String metadata = marks.metadata();
                    ledger.committing(metadata.length());
                    safe.put(partition, new OffsetAndMetadata(marks.safe(), metadata));
                });
            }
        }
        return safe;
    }

    /** Forgets partitions that are no longer ours; what still runs for them settles into the void. */
    public void forget(Collection<TopicPartition> gone) {
        List<PartitionLedger> dropped = new ArrayList<>();
        for (TopicPartition partition : gone) {
            PartitionLedger ledger = partitions.remove(partition);
            if (ledger != null) {
                ledger.leave();
                dropped.add(ledger);
            }
        }
        dropped.forEach(ledger -> whenGone.forEach(listener -> listener.accept(ledger)));
    }

    /** How each partition of this portal stands, in their order. */
    public List<PartitionCount> counts() {
        return partitions.values().stream()
                .map(PartitionLedger::count)
                .sorted(Comparator.comparing(
                                (PartitionCount count) -> count.partition().topic())
                        .thenComparing(count -> count.partition().partition()))
                .toList();
    }

    /** How many records are read and not settled, over all partitions. */
    public int unsettled() {
        return partitions.values().stream().mapToInt(PartitionLedger::unsettled).sum();
    }
}
