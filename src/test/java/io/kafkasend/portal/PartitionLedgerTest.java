package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PartitionLedgerTest {
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
    void offsetZeroThatIsUnsettledIsSafeItself() {
        // When
        ledger.note(0);

        // Then
        assertThat(ledger.safeOffset()).hasValue(0);
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
}
