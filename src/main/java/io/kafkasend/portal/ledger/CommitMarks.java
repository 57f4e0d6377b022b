package io.kafkasend.portal.ledger;

import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a commit says beside its offset, so that who reads on from there knows what is done already. Immutable by use.
 *
 * @param safe the commit's offset: every record below it is done
 * @param covered up to here the marks are exact; beyond, they did not fit
 * @param horizon up to here records had been read
 * @param done the records at or above {@code safe} that are done, all below {@code covered}
 * @param begun the STARTs whose call has begun and must not be made again (with at-most-once delivery), all below {@code horizon}
 * @param endedEarly the jobs that ended before all their chunks had come, each as {@link EndedEarly#mark}
 * @param sinceMinute no record from {@code safe} on was read before this minute, counted from 1970 by the portals' clock, so
 *     that no job among them was answered before it; 0 where the commit does not say
 */
public record CommitMarks(
        long safe,
        long covered,
        long horizon,
        OffsetRuns done,
        SortedSet<Long> begun,
        Set<Long> endedEarly,
        long sinceMinute) {
    /** Marks that say nothing. */
    static CommitMarks none() {
        return new CommitMarks(0, 0, 0, new OffsetRuns(), new TreeSet<>(), Set.of(), 0);
    }

    /** Reads a commit's metadata; empty where it is not ours, or not of this offset. */
    public static Optional<CommitMarks> read(long safe, String metadata) {
        return CommitMarksCodec.decode(safe, metadata);
    }

    /** As much of the marks as fits a commit's metadata; empty where there is nothing to say. */
    public String metadata() {
        return CommitMarksCodec.encode(this);
    }

    boolean isDone(long offset) {
        return done.contains(offset);
    }

    boolean isBegun(long offset) {
        return begun.contains(offset);
    }

    /** Whether the record had been read, so that a CHUNK there belongs to a job that then was known. */
    boolean wasRead(long offset) {
        return offset >= safe && offset < horizon;
    }
}
