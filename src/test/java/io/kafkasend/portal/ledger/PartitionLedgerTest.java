package io.kafkasend.portal.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.call.Parts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PartitionLedgerTest {
    private static final long MINUTE = 60_000;

    private final PartitionLedger ledger = new PartitionLedger(Parts.PARTITION);

    /** A positive step notes the next offset, with a gap of one less; any other settles one of those noted. */
    @Property
    void safeOffsetIsTheLowestUnsettledOrTheNextWhateverTheOrder(
            @ForAll @Size(max = 60) List<@IntRange(min = -30, max = 4) Integer> steps) {
        // Given
        PartitionLedger ledger = new PartitionLedger(Parts.PARTITION);
        List<Long> noted = new ArrayList<>();
        Set<Long> settled = new HashSet<>();
        long last = 41;

        for (int step : steps) {
            // When
            if (step > 0) {
                last += step;
                ledger.note(last);
                noted.add(last);
            } else if (!noted.isEmpty()) {
                long offset = noted.get(-step % noted.size());
                ledger.settle(offset);
                settled.add(offset);
            }

            // Then
            List<Long> open =
                    noted.stream().filter(offset -> !settled.contains(offset)).toList();
            assertThat(ledger.unsettled()).isEqualTo(open.size());
            if (noted.isEmpty()) {
                assertThat(ledger.safeOffset()).isEmpty();
            } else {
                long safe = ledger.safeOffset().orElseThrow();
                assertThat(safe).isEqualTo(open.isEmpty() ? last + 1 : open.get(0));
                assertThat(noted.stream().filter(offset -> offset < safe)).allMatch(settled::contains);
            }
        }
    }

    @Test
    void knowsNoSafeOffsetBeforeTheFirstRecord() {
        assertThat(ledger.safeOffset()).isEmpty();
    }

    @Test
    void whatWasReadIsSettledOrOpen() {
        // Given
        long[] now = {1_000_000};
        PartitionLedger counted = new PartitionLedger(Parts.PARTITION, () -> now[0]);
        counted.begin(CommitMarks.none(), OptionalLong.of(0), 0);
        for (long offset = 0; offset < 10; offset++) {
            counted.note(offset);
        }
        counted.note(9);

        // When
        now[0] += 2_000;
        counted.settle(List.of(0L, 1L, 5L));
        counted.settle(5L);
        counted.settle(100L);

        // Then
        PartitionCount count = counted.count();
        assertThat(count.read()).isEqualTo(10);
        assertThat(count.settled()).isEqualTo(3);
        assertThat(count.open()).isEqualTo(7);
        assertThat(count.oldestMillis()).isEqualTo(2_000);
    }

    @Test
    void aBacklogThatNoCommitTellsOfIsAsOldAsItsAssignment() {
        // Given
        long[] now = {1_000_000};
        PartitionLedger counted = new PartitionLedger(Parts.PARTITION, () -> now[0]);
        counted.begin(CommitMarks.none(), OptionalLong.empty(), 10);
        now[0] += 500;
        counted.note(0);

        // When
        now[0] += 2_000;

        // Then
        assertThat(counted.count().oldestMillis()).isEqualTo(2_500);
    }

    @Test
    void offsetZeroThatIsUnsettledIsSafeItself() {
        // When
        ledger.note(0);

        // Then
        assertThat(ledger.safeOffset()).hasValue(0);
    }

    @Test
    void itsCountHasWhatIsSafeAndWhatIsDoneAboveIt() {
        // Given
        assertThat(ledger.count().safe()).isEqualTo(-1);
        for (long offset = 10; offset < 20; offset++) {
            ledger.note(offset);
        }

        // When
        ledger.settle(10);
        ledger.settle(12);
        ledger.settle(13);

        // Then
        assertThat(ledger.count().safe()).isEqualTo(11);
        assertThat(ledger.count().next()).isEqualTo(20);
        assertThat(ledger.count().open()).isEqualTo(7);
        assertThat(ledger.count().doneAbove()).isEqualTo(2);
    }

    @Test
    void settlingTwiceOrWhatWasNeverReadHasNoEffect() {
        // Given
        ledger.note(10);
        ledger.note(11);

        // When
        ledger.settle(10);
        ledger.settle(10);
        ledger.settle(99);

        // Then
        assertThat(ledger.safeOffset()).hasValue(11);
        assertThat(ledger.unsettled()).isEqualTo(1);
    }

    @Test
    void readingAnOffsetAgainOwesItAgainAndDoesNotMoveTheNextOneBack() {
        // Given
        ledger.note(10);
        ledger.note(11);
        ledger.settle(10);
        ledger.settle(11);

        // When
        ledger.note(10);

        // Then
        assertThat(ledger.safeOffset()).hasValue(10);
        ledger.settle(10);
        assertThat(ledger.safeOffset()).hasValue(12);
    }

    /** The answer to a job is looked for from the time on at which its START was read first, whoever read it. */
    @Test
    void saysSinceWhenTheEarliestOpenRecordWasRead() {
        // Given
        AtomicLong clock = new AtomicLong(MINUTE * 100);
        PartitionLedger first = new PartitionLedger(Parts.PARTITION, clock::get);
        first.begin(CommitMarks.none(), OptionalLong.of(10), 10);
        first.note(10);
        clock.addAndGet(5 * MINUTE);
        first.note(11);
        first.settle(11);

        // When
        clock.addAndGet(60 * MINUTE);
        PartitionLedger second = new PartitionLedger(Parts.PARTITION, clock::get);
        CommitMarks marks =
                CommitMarks.read(10, first.marks().orElseThrow().metadata()).orElseThrow();
        second.begin(marks, OptionalLong.of(10), 2_000);
        second.note(10);
        second.note(500);
        second.note(1_999);

        // Then
        assertThat(second.notAnsweredBefore(10)).isEqualTo(100 * MINUTE);
        assertThat(second.notAnsweredBefore(500)).isEqualTo(100 * MINUTE); // may have been read after the last commit
        assertThat(second.notAnsweredBefore(1_999)).isEqualTo(165 * MINUTE); // surely not
        assertThat(second.marks().orElseThrow().sinceMinute()).isEqualTo(100);
        second.settle(List.of(10L, 500L));
        assertThat(second.marks().orElseThrow().sinceMinute()).isEqualTo(165);
    }

    @Test
    void anIdlePartitionsCommitSaysOnceAMinuteThatNothingIsOpen() {
        // Given
        AtomicLong clock = new AtomicLong(MINUTE * 100);
        PartitionLedger idle = new PartitionLedger(Parts.PARTITION, clock::get);
        idle.begin(CommitMarks.none(), OptionalLong.of(10), 10);

        // Then
        assertThat(idle.marks().orElseThrow().safe()).isEqualTo(10);
        assertThat(idle.marks().orElseThrow().sinceMinute()).isEqualTo(100);
        clock.addAndGet(MINUTE - 1);
        assertThat(idle.marks().orElseThrow().sinceMinute()).isEqualTo(100);
        clock.addAndGet(1);
        assertThat(idle.marks().orElseThrow().sinceMinute()).isEqualTo(101);
    }

    @Test
    void looksADayBackWhereNoCommitSaysSinceWhen() {
        // Given
        AtomicLong clock = new AtomicLong(MINUTE * 10_000);
        PartitionLedger fresh = new PartitionLedger(Parts.PARTITION, clock::get);
        fresh.begin(CommitMarks.none(), OptionalLong.empty(), 5);

        // Then
        assertThat(fresh.marks()).isEmpty();
        assertThat(fresh.notAnsweredBefore(3)).isEqualTo((10_000 - 24 * 60) * MINUTE);
        assertThat(fresh.notAnsweredBefore(5)).isEqualTo(10_000 * MINUTE);
    }

    @Test
    void aPartitionThatLeavesWaitsForItsCallsAndTakesNoMore() {
        // Given
        ledger.note(5);
        ledger.note(6);
        assertThat(ledger.callBegins(5)).isTrue();
        assertThat(ledger.callBegins(6)).isTrue();

        // When
        ledger.leave();

        // Then
        assertThat(ledger.awaitCalls(1)).isFalse();
        assertThat(ledger.callBegins(7)).isFalse();
        CompletableFuture<Boolean> ended = CompletableFuture.supplyAsync(() -> ledger.awaitCalls(Long.MAX_VALUE / 2));
        ledger.settle(5);
        ledger.callEnds(6);
        assertThat(ended.join()).isTrue();
        assertThat(ledger.marks().orElseThrow().safe()).isEqualTo(6);
    }
}
