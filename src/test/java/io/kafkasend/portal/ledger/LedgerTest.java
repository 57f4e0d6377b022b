package io.kafkasend.portal.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.call.Parts;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final TopicPartition OTHER = new TopicPartition("api-requests", 1);

    private final Parts parts = new Parts();

    @Test
    void keepsPartitionsApart() {
        // Given
        parts.ledger.note(Parts.records(Parts.PARTITION, 5, 6));
        parts.ledger.note(Parts.records(OTHER, 70));

        // When
        parts.ledger.entry("api-requests", 1, 70).settle();

        // Then
        var safe = parts.ledger.safeOffsets(List.of(Parts.PARTITION, OTHER));
        assertThat(safe.get(Parts.PARTITION).offset()).isEqualTo(5);
        assertThat(safe.get(OTHER).offset()).isEqualTo(71);
        assertThat(parts.ledger.unsettled()).isEqualTo(2);
    }

    @Test
    void saysNothingOfPartitionsThatItDoesNotKnow() {
        assertThat(parts.ledger.safeOffsets(List.of(OTHER))).isEmpty();
    }

    @Test
    void settlingAfterRevocationDoesNotTouchANewAssignment() {
        // Given
        LedgerEntry old = parts.read(5);
        parts.ledger.forget(List.of(Parts.PARTITION));
        LedgerEntry again = parts.read(5);

        // When
        old.settle();

        // Then
        assertThat(parts.safe()).isEqualTo(5);
        again.settle();
        assertThat(parts.safe()).isEqualTo(6);
    }

    @Test
    void aNewAssignmentMayBeginBelowTheOldOne() {
        // Given
        parts.read(100).settle();
        parts.ledger.forget(List.of(Parts.PARTITION));

        // When
        parts.read(20);

        // Then
        assertThat(parts.safe()).isEqualTo(20);
    }

    @Test
    void tellsListenersOfEachPartitionThatIsGone() {
        // Given
        List<PartitionLedger> gone = new ArrayList<>();
        parts.ledger.whenGone(gone::add);
        LedgerEntry entry = parts.read(5);

        // When
        parts.ledger.forget(List.of(Parts.PARTITION, OTHER));
        parts.ledger.forget(List.of(Parts.PARTITION));

        // Then
        assertThat(gone).containsExactly(entry.partition());
        assertThat(parts.safe()).isNull();
    }

    @Test
    void anEntryNamesItsRecord() {
        assertThat(parts.read(5)).hasToString("api-requests-0@5");
    }
}
