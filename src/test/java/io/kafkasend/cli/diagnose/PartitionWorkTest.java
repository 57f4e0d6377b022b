package io.kafkasend.cli.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.cli.diagnose.PartitionWork.Oldest;
import io.kafkasend.cli.finding.Finding;
import io.kafkasend.cli.finding.Finding.Level;
import io.kafkasend.portal.ledger.CommitMarks;
import io.kafkasend.portal.ledger.OffsetRuns;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionWorkTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    /** A commit at 100 of a portal that has read up to 200, and has done all but 100, 150 and 151. */
    private static String metadata() {
        OffsetRuns done = new OffsetRuns();
        done.add(101, 150);
        done.add(152, 200);
        return new CommitMarks(100, 200, 200, done, new TreeSet<>(), Set.of(), 0).metadata();
    }

    @Test
    void whatIsDoneAboveTheCommitDoesNotWait() {
        // When
        PartitionWork work = PartitionWork.of(3, 0, 205, 100L, metadata());

        // Then: beside the three, what nobody has read yet
        assertThat(work.lag()).isEqualTo(105);
        assertThat(work.open()).isEqualTo(8);
        assertThat(work.finding("api-requests", NOW).what())
                .isEqualTo("api-requests partition 3: 8 records open (lag 105, of which 97 are done)");
    }

    @Test
    void whatRetentionHasDeletedIsNotCounted() {
        assertThat(PartitionWork.of(0, 149, 205, 100L, metadata())).isEqualTo(new PartitionWork(0, 56, 7, null));
    }

    @ParameterizedTest
    @CsvSource({"''", "of another program", "ks1:AAAA"})
    void withoutMarksAllOfTheLagIsOpen(String metadata) {
        assertThat(PartitionWork.of(0, 0, 205, 100L, metadata)).isEqualTo(new PartitionWork(0, 105, 105, null));
    }

    @Test
    void whatWasNeverCommittedIsOpenFromTheFirstRecordOn() {
        assertThat(PartitionWork.of(0, 5, 9, null, "")).isEqualTo(new PartitionWork(0, 4, 4, null));
    }

    @ParameterizedTest
    @CsvSource({"5, OK", "60, OK", "61, WARN", "1800, WARN", "1801, FAIL"})
    void whatWaitsForLongIsTold(long seconds, Level level) {
        // Given
        PartitionWork work = new PartitionWork(0, 1, 1, null)
                .with(new Oldest("550e8400-e29b-41d4-a716-446655440000", NOW.minus(Duration.ofSeconds(seconds))));

        // When
        Finding finding = work.finding("api-requests", NOW);

        // Then
        assertThat(finding.level()).isEqualTo(level);
        assertThat(finding.what())
                .isEqualTo("api-requests partition 0: 1 record open, the oldest since " + seconds
                        + " s: 550e8400-e29b-41d4-a716-446655440000");
        assertThat(finding.todo().contains("kafkasend trace 550e8400")).isEqualTo(level != Level.OK);
    }
}
