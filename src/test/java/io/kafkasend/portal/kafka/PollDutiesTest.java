package io.kafkasend.portal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.ledger.CommitMarks;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.ledger.OffsetRuns;
import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.protocol.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The duties around Kafka's own MockConsumer, by a clock that only polling moves. */
class PollDutiesTest {
    private static final TopicPartition P0 = Parts.PARTITION;
    private static final TopicPartition P1 = new TopicPartition(P0.topic(), 1);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Parts parts = new Parts(Map.of("max-concurrent-jobs", "1"));
    private final Recorded consumer = new Recorded();
    private final Camel camel = new Camel();
    private long now;
    private final PollPulse pulse = new PollPulse(() -> now);
    private final PollDuties duties = new PollDuties(
            parts.ledger, consumer, consumer.plain(), this::rest, () -> now, parts.configuration.grace(), pulse);
    private ConsumerRebalanceListener listener;

    /** Camel's own listener, which must go on to hear of everything. */
    private static final class Camel implements ConsumerRebalanceListener {
        private final List<String> heard = new ArrayList<>();

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            heard.add("assigned " + partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            heard.add("revoked " + partitions);
        }
    }

    /** A MockConsumer that remembers its commits and fails them as told. */
    private final class Recorded extends MockConsumer<Object, Object> {
        private final List<Map<TopicPartition, OffsetAndMetadata>> async = new ArrayList<>();
        private final List<Map<TopicPartition, OffsetAndMetadata>> sync = new ArrayList<>();
        private final Map<TopicPartition, OffsetAndMetadata> said = new HashMap<>();
        private final List<KafkaException> failures = new ArrayList<>();
        private final Set<TopicPartition> placed = new HashSet<>();
        private Runnable duringPoll = () -> {};
        private int begunAnew;
        private int sharedAgain;

        Recorded() {
            super("earliest");
        }

        @Override
        public synchronized long position(TopicPartition partition) {
            placed.add(partition);
            return super.position(partition);
        }

        @Override
        public synchronized void commitAsync(
                Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            async.add(plainly(offsets));
            callback.onComplete(offsets, failures.isEmpty() ? null : failures.remove(0));
        }

        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            sync.add(plainly(offsets));
            if (!failures.isEmpty()) {
                throw failures.remove(0);
            }
        }

        void duringPoll(Runnable action) {
            duringPoll = action;
        }

        /** Without metadata, which is kept apart. */
        private Map<TopicPartition, OffsetAndMetadata> plainly(Map<TopicPartition, OffsetAndMetadata> offsets) {
            said.putAll(offsets);
            Map<TopicPartition, OffsetAndMetadata> plain = new HashMap<>();
            offsets.forEach((partition, commit) -> plain.put(partition, new OffsetAndMetadata(commit.offset())));
            return plain;
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
            Map<TopicPartition, OffsetAndMetadata> answer = new HashMap<>();
            partitions.forEach(partition -> answer.put(partition, said.get(partition)));
            return answer;
        }

        PollDuties.Plain plain() {
            return new PollDuties.Plain() {
                @Override
                public ConsumerRecords<Object, Object> poll(Duration timeout) {
                    duringPoll.run();
                    ConsumerRecords<Object, Object> records = Recorded.this.poll(timeout);
                    now += records.isEmpty() ? timeout.toNanos() : 0;
                    return records;
                }

                @Override
                public void pause(Collection<TopicPartition> partitions) {
                    Recorded.this.pause(partitions);
                }

                @Override
                public void resume(Collection<TopicPartition> partitions) {
                    Recorded.this.resume(partitions);
                }

                @Override
                public void beginAnew() {
                    begunAnew++;
                }

                @Override
                public void shareAgain() {
                    sharedAgain++;
                }
            };
        }
    }

    @BeforeEach
    void assignBoth() {
        listener = duties.around(camel);
        consumer.subscribe(List.of(P0.topic()), listener);
        consumer.updateBeginningOffsets(Map.of(P0, 0L, P1, 0L));
        consumer.updateEndOffsets(Map.of(P0, 6L, P1, 0L));
        consumer.rebalance(List.of(P0, P1));
    }

    @Test
    void knowsWhereToBeginOnEachPartitionBeforeAnyIsFetched() {
        // Given
        consumer.said.put(P0, new OffsetAndMetadata(3));
        consumer.placed.clear();

        // When
        listener.onPartitionsAssigned(List.of(P0, P1));

        // Then
        assertThat(consumer.placed).contains(P1).doesNotContain(P0);
    }

    /** One is called, and one waits. */
    private void takeAll() {
        parts.slots.take(0);
        parts.slots.take(0);
    }

    private void rest(Duration atMost) {
        now += atMost.toNanos();
    }

    private ConsumerRecords<Object, Object> poll() {
        return duties.poll(POLL);
    }

    private void record(TopicPartition partition, long offset) {
        consumer.addRecord(new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, new byte[0]));
    }

    private void settle(TopicPartition partition, long offset) {
        entry(partition, offset).settle();
    }

    private LedgerEntry entry(TopicPartition partition, long offset) {
        return parts.ledger.entry(partition.topic(), partition.partition(), offset);
    }

    private static Map<TopicPartition, OffsetAndMetadata> at(TopicPartition partition, long offset) {
        return Map.of(partition, new OffsetAndMetadata(offset));
    }

    @Test
    void notesEveryRecordBeforeAnyIsProcessed() {
        // Given
        record(P0, 3);
        record(P0, 4);

        // When
        ConsumerRecords<Object, Object> records = poll();

        // Then
        assertThat(records.count()).isEqualTo(2);
        assertThat(parts.ledger.unsettled()).isEqualTo(2);
        assertThat(parts.safe()).isEqualTo(3);
    }

    @Test
    void commitsTheSafeOffsetAndNotWhatLiesAboveAnUnfinishedJob() {
        // Given
        record(P0, 3);
        record(P0, 4);
        record(P0, 5);
        poll();
        settle(P0, 3);
        settle(P0, 5);
        now += POLL.toNanos();

        // When
        poll();

        // Then
        assertThat(consumer.async).containsExactly(at(P0, 4));
        assertThat(consumer.sync).isEmpty();
    }

    @Test
    void commitsOnlyWithinPoll() {
        // Given
        record(P0, 3);
        poll();

        // When
        now += POLL.toNanos();
        settle(P0, 3);

        // Then
        assertThat(consumer.async).isEmpty();
        poll();
        assertThat(consumer.async).containsExactly(at(P0, 4));
    }

    @Test
    void commitsNothingThatIsCommittedAlready() {
        // Given
        record(P0, 3);
        poll();
        settle(P0, 3);
        now += POLL.toNanos();
        poll();

        // When
        poll();
        poll();

        // Then
        assertThat(consumer.async).containsExactly(at(P0, 4));
    }

    @Test
    void commitsWhatIsAnsweredAtMostTwentyTimesInASecond() {
        // Given
        record(P0, 3);
        poll();
        settle(P0, 3);
        now += 49_999_999;
        record(P0, 4);
        poll();
        assertThat(consumer.async).isEmpty();

        // When
        now += 1;
        record(P0, 5);
        poll();

        // Then
        assertThat(consumer.async).containsExactly(at(P0, 4));
    }

    @Test
    void commitsWhatIsOnlyReadAtMostTwiceInASecond() {
        // Given
        record(P0, 3);
        poll();
        now += POLL.toNanos() - 1;
        record(P0, 4);
        poll();
        assertThat(consumer.async).isEmpty();

        // When
        now += 1;
        record(P0, 5);
        poll();

        // Then
        assertThat(consumer.async).containsExactly(at(P0, 3));
        assertThat(committed().horizon()).isEqualTo(5);
    }

    @Test
    void commitsAnAnswerOfAJobUnderWayWithinOnePoll() {
        // Given
        record(P0, 3);
        poll();
        consumer.duringPoll(() -> settle(P0, 3));

        // When
        poll();

        // Then
        assertThat(consumer.async).containsExactly(at(P0, 4));
    }

    @Test
    void knowsWhichRecordsAnEarlierMemberMayHaveAnswered() {
        // Given
        consumer.said.put(P0, new OffsetAndMetadata(3, metadata(3, 2_009, 5, 8)));
        consumer.updateEndOffsets(Map.of(P0, 9_000L, P1, 10L));

        // When
        listener.onPartitionsAssigned(List.of(P0, P1));

        // Then
        assertThat(entry(P0, 3_008).mayBeAnswered()).isTrue();
        assertThat(entry(P0, 3_009).mayBeAnswered())
                .as("far beyond what was read")
                .isFalse();
        assertThat(entry(P1, 9).mayBeAnswered()).as("without any commit").isTrue();
        assertThat(entry(P1, 10).mayBeAnswered()).as("new since").isFalse();
    }

    @Test
    void knowsInTheNextAssignmentWhichJobsEndedBeforeTheirChunksCame() {
        // Given
        JobId id = JobId.random();
        record(P0, 3);
        poll();
        entry(P0, 3).endEarly(id);
        settle(P0, 3);
        listener.onPartitionsRevoked(List.of(P0));

        // When
        listener.onPartitionsAssigned(List.of(P0));

        // Then
        assertThat(entry(P0, 4).wasRead()).isFalse();
        assertThat(entry(P0, 4).endedEarly(id)).isTrue();
        assertThat(entry(P0, 4).endedEarly(JobId.random())).isFalse();
    }

    @Test
    void repeatsACommitThatFailed() {
        // Given
        record(P0, 3);
        poll();
        settle(P0, 3);
        now += POLL.toNanos();
        consumer.failures.add(new TimeoutException("no coordinator"));
        poll();

        // When
        poll();
        poll();

        // Then
        assertThat(consumer.async).containsExactly(at(P0, 4), at(P0, 4));
    }

    @Test
    void commitsBeforeAPartitionLeavesAndThenDropsIt() {
        // Given
        record(P0, 3);
        record(P1, 7);
        poll();
        settle(P0, 3);

        // When
        listener.onPartitionsRevoked(List.of(P0));

        // Then
        assertThat(consumer.sync).containsExactly(at(P0, 4));
        assertThat(parts.ledger.safeOffsets(List.of(P0, P1))).containsOnlyKeys(P1);
        assertThat(camel.heard).contains("revoked [" + P0 + "]");
    }

    @Test
    void commitsAgainWhenCamelsWakeUpComesBetween() {
        // Given
        record(P0, 3);
        poll();
        consumer.failures.add(new WakeupException());

        // When
        listener.onPartitionsRevoked(List.of(P0));

        // Then
        assertThat(consumer.sync).containsExactly(at(P0, 3), at(P0, 3));
    }

    @Test
    void dropsAPartitionEvenWhenTheLastCommitFails() {
        // Given
        record(P0, 3);
        poll();
        consumer.failures.add(new TimeoutException("no coordinator"));

        // When
        listener.onPartitionsRevoked(List.of(P0));

        // Then
        assertThat(parts.safe()).isNull();
    }

    @Test
    void commitsNothingForAPartitionThatGaveNothing() {
        // When
        listener.onPartitionsRevoked(List.of(P0));

        // Then
        assertThat(consumer.sync).isEmpty();
    }

    @Test
    void onlyDropsAPartitionThatIsLost() {
        // Given
        record(P0, 3);
        poll();
        settle(P0, 3);

        // When
        listener.onPartitionsLost(List.of(P0));

        // Then
        assertThat(consumer.sync).isEmpty();
        assertThat(consumer.async).isEmpty();
        assertThat(parts.safe()).isNull();
    }

    @Test
    void commitsAgainAfterAPartitionCameBack() {
        // Given
        record(P0, 3);
        poll();
        settle(P0, 3);
        now += POLL.toNanos();
        poll();
        listener.onPartitionsLost(List.of(P0));

        // When
        parts.ledger.note(Parts.records(P0, 3));
        settle(P0, 3);
        poll();

        // Then
        assertThat(consumer.async).containsExactly(at(P0, 4), at(P0, 4));
    }

    @Test
    void beginsAnAssignmentWithAnEmptyLedgerEvenWithoutLeave() {
        // Given
        record(P0, 3);
        poll();

        // When
        listener.onPartitionsAssigned(List.of(P0));

        // Then
        assertThat(parts.safe()).isNull();
        assertThat(camel.heard).last().isEqualTo("assigned [" + P0 + "]");
    }

    private CommitMarks committed() {
        OffsetAndMetadata commit = consumer.said.get(P0);
        return CommitMarks.read(commit.offset(), commit.metadata()).orElseThrow();
    }

    @Test
    void saysInTheCommitWhatIsDoneAboveItAndKnowsItInTheNextAssignment() {
        // Given
        for (long offset = 3; offset < 8; offset++) {
            record(P0, offset);
        }
        poll();
        List.of(4L, 5L, 7L).forEach(offset -> settle(P0, offset));
        listener.onPartitionsRevoked(List.of(P0));
        assertThat(committed().done().runs()).containsExactly(new OffsetRuns.Run(4, 6), new OffsetRuns.Run(7, 8));

        // When
        listener.onPartitionsAssigned(List.of(P0));
        parts.ledger.note(Parts.records(P0, 3, 4, 5, 6, 7, 8));

        // Then
        assertThat(parts.ledger.unsettled()).isEqualTo(3);
        assertThat(parts.ledger.entry(P0.topic(), 0, 4).wasDone()).isTrue();
        assertThat(parts.ledger.entry(P0.topic(), 0, 6).wasDone()).isFalse();
        assertThat(parts.ledger.entry(P0.topic(), 0, 6).wasRead()).isTrue();
        assertThat(parts.ledger.entry(P0.topic(), 0, 8).wasRead()).isFalse();
        settle(P0, 3);
        assertThat(parts.safe()).isEqualTo(6);
    }

    @Test
    void keepsWhatItKnowsOfRecordsThatItHasNotReadAgainYet() {
        // Given
        consumer.said.put(P0, new OffsetAndMetadata(3, metadata(3, 9, 5, 8)));
        listener.onPartitionsAssigned(List.of(P0));
        parts.ledger.note(Parts.records(P0, 3, 4));
        settle(P0, 4);

        // When
        listener.onPartitionsRevoked(List.of(P0));

        // Then
        assertThat(committed().done().runs()).containsExactly(new OffsetRuns.Run(4, 8));
        assertThat(committed().horizon()).isEqualTo(9);
    }

    @Test
    void readsEverythingAnewWhereTheMetadataIsNotItsOwn() {
        // Given
        consumer.said.put(P0, new OffsetAndMetadata(3, "someone else's"));

        // When
        listener.onPartitionsAssigned(List.of(P0, P1));
        parts.ledger.note(Parts.records(P0, 3, 4));

        // Then
        assertThat(parts.ledger.unsettled()).isEqualTo(2);
    }

    @Test
    void forgetsWhatWasDoneWhenTheTopicBeginsAnew() {
        // Given
        consumer.said.put(P0, new OffsetAndMetadata(3, metadata(3, 9, 5, 8)));
        listener.onPartitionsAssigned(List.of(P0));

        // When
        parts.ledger.note(Parts.records(P0, 0, 5, 6));

        // Then
        assertThat(parts.ledger.unsettled()).isEqualTo(3);
        assertThat(parts.safe()).isZero();
    }

    private static String metadata(long safe, long horizon, long from, long end) {
        OffsetRuns done = new OffsetRuns();
        done.add(from, end);
        return new CommitMarks(safe, horizon, horizon, done, new TreeSet<>(), Set.of(), 0).metadata();
    }

    @Test
    void pollsWithoutReadingWhileAllCallsAreTaken() {
        // Given
        takeAll();
        record(P0, 3);

        // When
        ConsumerRecords<Object, Object> records = poll();

        // Then
        assertThat(records.isEmpty()).isTrue();
        assertThat(consumer.paused()).containsExactlyInAnyOrder(P0, P1);
        assertThat(now).isEqualTo(POLL.toNanos());
    }

    @Test
    void readsOnWithinTheSamePollOnceACallEnds() {
        // Given
        takeAll();
        record(P0, 3);
        consumer.duringPoll = () -> {
            if (now >= 100_000_000 && parts.slots.full()) {
                parts.slots.free(0);
            }
        };

        // When
        ConsumerRecords<Object, Object> records = poll();

        // Then
        assertThat(records.count()).isEqualTo(1);
        assertThat(consumer.paused()).isEmpty();
        assertThat(now).isLessThan(POLL.toNanos());
    }

    @Test
    void commitsWhileItWaitsForACall() {
        // Given
        record(P0, 3);
        poll();
        takeAll();
        now += 400_000_000;
        consumer.duringPoll = () -> settle(P0, 3);

        // When
        poll();

        // Then
        assertThat(consumer.async).containsExactly(at(P0, 4));
    }

    @Test
    void pausesPartitionsAlsoThatAreAssignedWhileItWaits() {
        // Given
        consumer.rebalance(List.of(P0));
        takeAll();
        poll();

        // When
        consumer.rebalance(List.of(P0, P1));
        record(P1, 7);
        ConsumerRecords<Object, Object> records = poll();

        // Then
        assertThat(records.isEmpty()).isTrue();
        assertThat(consumer.paused()).containsExactlyInAnyOrder(P0, P1);
    }

    @Test
    void keepsWhatAPartitionGaveThatWasAssignedWithinTheWaitItself() {
        // Given
        consumer.rebalance(List.of(P0));
        takeAll();
        consumer.duringPoll = () -> {
            if (!consumer.assignment().contains(P1)) {
                consumer.rebalance(List.of(P0, P1));
                record(P1, 7);
            }
        };

        // When
        ConsumerRecords<Object, Object> records = poll();

        // Then
        assertThat(records.count()).isEqualTo(1);
        assertThat(parts.ledger.unsettled()).isEqualTo(1);
    }

    @Test
    void doesNotUndoAPauseOfCamelsWhenACallEnds() {
        // Given
        takeAll();
        poll();
        duties.pause(consumer.assignment());
        parts.slots.free(0);
        record(P0, 3);

        // When
        ConsumerRecords<Object, Object> records = poll();

        // Then
        assertThat(records.isEmpty()).isTrue();
        assertThat(consumer.paused()).containsExactlyInAnyOrder(P0, P1);
    }

    @Test
    void readsNothingOfWhatIsAssignedWhileCamelPauses() {
        // Given
        consumer.rebalance(List.of(P0));
        duties.pause(consumer.assignment());

        // When
        consumer.rebalance(List.of(P0, P1));
        listener.onPartitionsAssigned(List.of(P1));
        record(P1, 7);
        ConsumerRecords<Object, Object> records = poll();

        // Then
        assertThat(records.isEmpty()).isTrue();
        assertThat(consumer.paused()).containsExactlyInAnyOrder(P0, P1);
    }

    @Test
    void aPortalThatJoinsAndGetsNothingHasTheGroupShareAgainOnce() {
        // Given
        assertThat(consumer.sharedAgain)
                .as("after it has got partitions at once")
                .isZero();
        ConsumerRebalanceListener joining = new PollDuties(
                        parts.ledger,
                        consumer,
                        consumer.plain(),
                        this::rest,
                        () -> now,
                        parts.configuration.grace(),
                        pulse)
                .around(camel);
        consumer.unsubscribe();
        consumer.updatePartitions(P0.topic(), List.of(new PartitionInfo(P0.topic(), 0, null, null, null)));

        // When
        joining.onPartitionsAssigned(List.of());
        joining.onPartitionsAssigned(List.of());

        // Then
        assertThat(consumer.sharedAgain).isEqualTo(1);
    }

    @Test
    void aPartitionThatIsGivenAwayTakesTheAnswersAlongOfCallsThatEndSoon() {
        // Given
        consumer.rebalance(List.of(P0));
        listener.onPartitionsAssigned(List.of(P0));
        record(P0, 3);
        poll();
        LedgerEntry start = parts.ledger.entry(P0.topic(), P0.partition(), 3);
        assertThat(start.callBegins()).isTrue();
        CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> {
            await().until(() -> !start.isOurs()); // it is being given away
            start.settle();
        });

        // When
        listener.onPartitionsRevoked(List.of(P0));

        // Then
        answered.join();
        assertThat(consumer.committed(Set.of(P0)).get(P0).offset()).isEqualTo(4);
    }

    @Test
    void readsAgainWhenCamelResumes() {
        // Given
        duties.pause(consumer.assignment());
        record(P0, 3);
        poll();

        // When
        duties.resume(consumer.assignment());

        // Then
        assertThat(poll().count()).isEqualTo(1);
    }

    @Test
    void aResumeOfCamelsDoesNotLiftTheLimit() {
        // Given
        takeAll();
        duties.pause(consumer.assignment());
        poll();
        record(P0, 3);

        // When
        duties.resume(consumer.assignment());

        // Then
        assertThat(poll().isEmpty()).isTrue();
        parts.slots.free(0);
        assertThat(poll().count()).isEqualTo(1);
    }

    @Test
    void theConsumerThatCamelGetsHasTheseDuties() {
        // Given
        Properties properties = new Properties();
        properties.put("bootstrap.servers", "localhost:1");
        properties.put("group.id", "test");
        properties.put("key.deserializer", ByteArrayDeserializer.class);
        properties.put("value.deserializer", ByteArrayDeserializer.class);
        try (var real = new LedgerConsumer(
                properties,
                parts.ledger,
                new FailStop(code -> {}, System::nanoTime),
                parts.configuration.grace(),
                pulse,
                () -> false)) {
            real.assign(List.of(P0));
            real.seek(P0, 0);
            takeAll();

            // When
            real.poll(Duration.ofMillis(1));

            // Then
            assertThat(real.paused()).containsExactly(P0);
            real.pause(List.of(P0));
            parts.slots.free(0);
            real.poll(Duration.ZERO);
            assertThat(real.paused()).containsExactly(P0);
            real.resume(List.of(P0));
            assertThat(real.paused()).isEmpty();
            real.unsubscribe();
            real.subscribe(List.of("t"), camel);
            assertThat(real.subscription()).containsExactly("t");
        }
    }

    @Test
    void aPortalThatEndsLeavesItsGroupOnceNothingIsOwedThoughCamelGoesOnForAWhile() {
        // Given
        AtomicBoolean nothingIsOwed = new AtomicBoolean();
        Properties properties = new Properties();
        properties.put("bootstrap.servers", "localhost:1");
        properties.put("group.id", "test");
        properties.put("key.deserializer", ByteArrayDeserializer.class);
        properties.put("value.deserializer", ByteArrayDeserializer.class);
        try (var real = new LedgerConsumer(
                properties,
                parts.ledger,
                new FailStop(code -> {}, System::nanoTime),
                parts.configuration.grace(),
                pulse,
                nothingIsOwed::get)) {
            real.assign(List.of(P0));
            real.seek(P0, 0);
            nothingIsOwed.set(true);
            real.poll(Duration.ZERO);
            real.pause(List.of(P0));
            real.poll(Duration.ZERO);
            assertThat(real.closed()).as("closed while it does not end").isFalse();
            nothingIsOwed.set(false);
            parts.configuration.grace().begin();
            real.poll(Duration.ZERO);
            assertThat(real.closed()).as("closed while something is owed").isFalse();

            // When
            nothingIsOwed.set(true);
            ConsumerRecords<Object, Object> records = real.poll(Duration.ZERO);

            // Then
            assertThat(real.closed()).isTrue();
            assertThat(records.isEmpty()).isTrue();
            assertThat(real.poll(Duration.ZERO).isEmpty()).isTrue();
            real.pause(real.assignment());
            real.wakeup();
            real.unsubscribe();
        }
    }
}
