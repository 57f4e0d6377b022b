package io.kafkasend.portal.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The metadata of a commit: complete where it fits, bounded always, and true as far as it goes. */
class CommitMarksTest {
    private static final long MOST = 1L << 40;

    private static CommitMarks read(CommitMarks marks) {
        return CommitMarks.read(marks.safe(), marks.metadata()).orElseThrow();
    }

    @Property
    void whatFitsIsReadAsItWasWritten(
            @ForAll @LongRange(min = 0, max = MOST) long safe,
            @ForAll @Size(min = 1, max = 300) List<@IntRange(min = 1, max = 100_000) Integer> lengths,
            @ForAll @Size(max = 50) List<@IntRange(max = 16_383) Integer> calls,
            @ForAll @Size(max = EndedEarly.MOST) Set<@LongRange(min = 0, max = (1L << 48) - 1) Long> endedEarly,
            @ForAll @LongRange(min = 0, max = 100_000_000) long since) {
        // Given
        OffsetRuns done = new OffsetRuns();
        long at = safe;
        for (int i = 0; i + 1 < lengths.size(); i += 2) {
            done.add(at + lengths.get(i), at + lengths.get(i) + lengths.get(i + 1));
            at += lengths.get(i) + lengths.get(i + 1);
        }
        long horizon = Math.max(at, safe + 16_384);
        TreeSet<Long> begun = calls.stream().map(call -> safe + call).collect(Collectors.toCollection(TreeSet::new));
        CommitMarks marks = new CommitMarks(safe, horizon, horizon, done, begun, endedEarly, since);

        // Then
        assertThat(read(marks)).isEqualTo(marks);
    }

    /** Each offset is done or not by a coin of the seed's: the worst for runs, and too much for bits. */
    @Property(tries = 100)
    void whatDoesNotFitIsLeftAwayFromTheTop(
            @ForAll Random seed,
            @ForAll @LongRange(min = 0, max = MOST) long safe,
            @ForAll @IntRange(min = 1, max = 100_000) int length,
            @ForAll @IntRange(min = 0, max = 256) int calls,
            @ForAll @IntRange(min = 0, max = EndedEarly.MOST) int endedEarly) {
        // Given
        OffsetRuns done = new OffsetRuns();
        long horizon = safe + length;
        for (long offset = safe + 1; offset < horizon; offset++) {
            if (seed.nextBoolean()) {
                done.add(offset, offset + 1);
            }
        }
        TreeSet<Long> begun = LongStream.range(0, calls)
                .mapToObj(i -> safe + i * 63)
                .filter(offset -> offset < horizon)
                .collect(Collectors.toCollection(TreeSet::new));
        CommitMarks marks = new CommitMarks(
                safe,
                horizon,
                horizon,
                done,
                begun,
                LongStream.range(0, endedEarly).boxed().collect(Collectors.toSet()),
                30_000_000);

        // When
        CommitMarks read = read(marks);

        // Then
        assertThat(marks.metadata()).hasSizeLessThanOrEqualTo(4_096).isPrintable();
        assertThat(read.horizon()).isEqualTo(horizon);
        assertThat(read.begun()).isEqualTo(begun);
        assertThat(read.endedEarly()).isEqualTo(marks.endedEarly());
        assertThat(read.covered() - safe).isGreaterThanOrEqualTo(Math.min(length, CommitMarksCodec.WINDOW));
        for (long offset = safe; offset < horizon; offset++) {
            assertThat(read.isDone(offset)).isEqualTo(offset < read.covered() && done.contains(offset));
        }
    }

    @Property
    void ofAnotherOffsetOrWithAnyByteChangedItIsNotRead(@ForAll @IntRange(min = 4, max = 40) int place) {
        // Given
        OffsetRuns done = new OffsetRuns();
        done.add(20, 30);
        done.add(400, 60_000);
        String metadata =
                new CommitMarks(10, 70_000, 70_000, done, new TreeSet<>(List.of(10L)), Set.of(), 0).metadata();
        byte[] changed = metadata.getBytes(StandardCharsets.US_ASCII);
        int at = Math.min(place, changed.length - 2); // the last character has bits to spare
        changed[at] = (byte) (changed[at] == 'A' ? 'B' : 'A');

        // Then
        assertThat(CommitMarks.read(10, metadata)).isPresent();
        assertThat(CommitMarks.read(11, metadata)).isEmpty();
        assertThat(CommitMarks.read(10, new String(changed, StandardCharsets.US_ASCII)))
                .isEmpty();
    }

    @Property
    void foreignTextIsNotRead(@ForAll String text) {
        assertThat(CommitMarks.read(0, text)).isEmpty();
        assertThat(CommitMarks.read(0, "ks1:" + text)).isEmpty();
    }

    @Test
    void sayNothingWhereEverythingIsDone() {
        // Given
        CommitMarks marks = new CommitMarks(7, 7, 7, new OffsetRuns(), new TreeSet<>(), Set.of(), 0);

        // Then
        assertThat(marks.metadata()).isEmpty();
    }

    @Test
    void aSlowCallUnderAMillionFinishedOnesTakesAFewCharacters() {
        // Given
        OffsetRuns done = new OffsetRuns();
        done.add(1_001, 1_001_000);
        CommitMarks marks = new CommitMarks(1_000, 1_001_000, 1_001_000, done, new TreeSet<>(), Set.of(), 0);

        // Then
        assertThat(marks.metadata()).hasSizeLessThan(32);
        assertThat(read(marks)).isEqualTo(marks);
    }

    /** A portal that knows nothing of it reads a run of no length, which is none. */
    @Test
    void sinceWhenIsARunOfNoLength() {
        // Given
        OffsetRuns done = new OffsetRuns();
        done.add(1_005, 1_010);
        CommitMarks without = new CommitMarks(1_000, 1_020, 1_020, done, new TreeSet<>(), Set.of(), 0);
        CommitMarks with = new CommitMarks(1_000, 1_020, 1_020, done, new TreeSet<>(), Set.of(), 29_000_000);

        // Then
        assertThat(content(with)).startsWith(content(without)).hasSize(content(without).length + 5);
        assertThat(content(with)).endsWith(0);
        assertThat(read(with)).isEqualTo(with);
        assertThat(read(without)).isEqualTo(without);
    }

    private static byte[] content(CommitMarks marks) {
        byte[] all = Base64.getUrlDecoder().decode(marks.metadata().substring(4));
        return Arrays.copyOfRange(all, 4, all.length);
    }
}
