package io.kafkasend.portal.ledger;

import io.kafkasend.protocol.JobId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * What is owed for one partition during one assignment: the offsets that were read and are not settled. The safe offset
 * is the lowest of them, as in LinkedIn's large-message consumer: every record below it is done with. What above it is
 * done, {@link CommitMarks} say, as in Confluent's Parallel Consumer. Thread-safe.
 */
public final class PartitionLedger {
    /** How far back answers are looked for where no commit says when they may have begun. */
    static final long UNKNOWN_MILLIS = TimeUnit.HOURS.toMillis(24);
    /** More records than a member reads between two commits. */
    private static final int UNCOMMITTED = 1_000;

    /** How a claim ended. */
    public enum Claimed {
        /** The broker knows that the call begins. */
        YES,
        /** The partition is another's now, who makes the call. */
        GONE,
        /** The broker did not say so in time. */
        LATE
    }

    /** A call that is about to begin, or has: its job's records other than START are of no further use. */
    private static final class Claim {
        private final Set<Long> rest;
        private boolean sent;
        private boolean confirmed;

        Claim(Collection<Long> rest) {
            this.rest = Set.copyOf(rest);
        }
    }

    private final TopicPartition partition;
    /** When each was read first, in milliseconds since 1970; no later than that where an earlier assignment read it. */
    private final TreeMap<Long, Long> unsettled = new TreeMap<>();

    private final LongSupplier millis;
    /** By START's offset. */
    private final Map<Long, Claim> claims = new HashMap<>();

    /** Those that run now, by START's offset. */
    private final Set<Long> calls = new HashSet<>();

    private final EndedEarly endedEarly = new EndedEarly();

    private CommitMarks before = CommitMarks.none();
    /** Below this one records were there before this assignment. */
    private long backlog;
    /** Below this one they may have been read before it, though no commit says so. */
    private long mayBeRead;

    /** Where this assignment begins to read, as a commit says; -1 where there is none. */
    private long from = -1;
    /** Before this time no record was read that may have been answered in an earlier assignment. */
    private long earlierSince;
    /** Before this time, in milliseconds since 1970, nobody knows whether a record was read. */
    private long knownSince;

    private long next = -1;
    private boolean gone;
    private boolean news;
    private long read;
    private long settled;
    private int metadataBytes;

    PartitionLedger(TopicPartition partition) {
        this(partition, System::currentTimeMillis);
    }

    /**
     * @param millis the clock, in milliseconds since 1970
     */
    PartitionLedger(TopicPartition partition, LongSupplier millis) {
        this.partition = partition;
        this.millis = millis;
        this.knownSince = millis.getAsLong();
        this.earlierSince = knownSince - UNKNOWN_MILLIS;
    }

    public TopicPartition partition() {
        return partition;
    }

    /**
     * Begins with what an earlier assignment left.
     *
     * @param marks what it committed
     * @param offset the commit's offset; empty where there is none
     * @param end the partition's end now
     */
    synchronized void begin(CommitMarks marks, OptionalLong offset, long end) {
        before = marks;
        endedEarly.addAll(marks.endedEarly());
        backlog = end;
        from = offset.orElse(-1);
        mayBeRead = Math.max(offset.orElse(0), marks.horizon()) + UNCOMMITTED;
        earlierSince = marks.sinceMinute() > 0
                ? TimeUnit.MINUTES.toMillis(marks.sinceMinute())
                : millis.getAsLong() - UNKNOWN_MILLIS;
        knownSince = marks.sinceMinute() > 0 ? earlierSince : millis.getAsLong();
    }

    /** Before which time, in milliseconds since 1970, the job of a record was surely not answered. */
    synchronized long notAnsweredBefore(long offset) {
        return unsettled.getOrDefault(offset, readFirst(offset));
    }

    private long readFirst(long offset) {
        long now = millis.getAsLong();
        return mayBeAnswered(offset) ? Math.min(earlierSince, now) : now;
    }

    /**
     * Whether an earlier assignment may have read the record, and answered its job, without a commit that says so: what it
     * read after its last commit is not much.
     */
    synchronized boolean mayBeAnswered(long offset) {
        return offset < backlog && offset < mayBeRead;
    }

    /** Notes that a job ended before all its chunks had come. */
    synchronized void endEarly(JobId id) {
        endedEarly.add(id);
        news = true;
    }

    /** Whether a job ended so, in this assignment or an earlier one. */
    synchronized boolean endedEarly(JobId id) {
        return endedEarly.contains(id);
    }

    /** Notes a record that was read; offsets come in order, with gaps. What was done before stays done. */
    synchronized void note(long offset) {
        if (offset < before.safe()) {
            before = CommitMarks.none(); // the topic was cut or made anew: these are other records
        }
        if (!before.isDone(offset) && unsettled.put(offset, readFirst(offset)) == null) {
            read++;
        }
        next = Math.max(next, offset + 1);
    }

    /** The partition has fewer records than were read: reading goes on at an earlier offset. */
    synchronized void beginAnewAt(long offset) {
        next = offset;
    }

    synchronized void settle(long offset) {
        settle(List.of(offset));
    }

    /** Settles records at one moment, so that no commit comes between them. */
    synchronized void settle(Collection<Long> offsets) {
        int before = unsettled.size();
        news |= unsettled.keySet().removeAll(offsets);
        settled += before - unsettled.size();
        claims.keySet().removeAll(offsets);
        offsets.forEach(calls::remove);
        notifyAll(); // there may be room for another claim now
    }

    /** Whether the record was done before this assignment. */
    synchronized boolean wasDone(long offset) {
        return before.isDone(offset);
    }

    /** Whether the call of the job that START at this offset opened had begun before this assignment, with at-most-once delivery. */
    synchronized boolean wasBegun(long offset) {
        return before.isBegun(offset);
    }

    /** Whether the record was there before this assignment, and no commit says that it had been read. */
    synchronized boolean waited(long offset) {
        return offset < backlog && !before.wasRead(offset);
    }

    /** Whether the record had been read before this assignment. */
    synchronized boolean wasRead(long offset) {
        return before.wasRead(offset);
    }

    /** The offset at which a restart must begin to read; empty before the first record. */
    synchronized OptionalLong safeOffset() {
        if (next < 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(unsettled.isEmpty() ? next : unsettled.firstKey());
    }

    /** What a commit says now; empty before the first record of a partition without a commit. */
    synchronized Optional<CommitMarks> marks() {
        long next = this.next < 0 ? from : this.next;
        if (next < 0) {
            return Optional.empty();
        }
        Set<Long> spent = new HashSet<>();
        TreeSet<Long> begun = new TreeSet<>(before.begun().tailSet(next));
        before.begun().headSet(next).stream().filter(unsettled::containsKey).forEach(begun::add);
        claims.forEach((start, claim) -> {
            begun.add(start);
            spent.addAll(claim.rest);
            claim.sent = true;
        });
        news = false;

        OffsetRuns done = new OffsetRuns();
        long safe = -1;
        long at = -1;
        for (long offset : unsettled.keySet()) {
            if (!spent.contains(offset)) {
                if (safe < 0) {
                    safe = offset;
                } else {
                    done.add(at, offset);
                }
                at = offset + 1;
            }
        }
        if (safe < 0) {
            safe = next;
        } else {
            done.add(at, next);
        }
        for (OffsetRuns.Run run : before.done().runs()) {
            done.add(Math.max(run.from(), next), run.end()); // not read again yet
        }
        long covered = next >= before.horizon() ? next : Math.max(next, before.covered());
        long since = TimeUnit.MILLISECONDS.toMinutes(notAnsweredBefore(safe));
        return Optional.of(new CommitMarks(
                safe, covered, Math.max(next, before.horizon()), done, begun, endedEarly.marks(), since));
    }

    /** Hears what the broker has acknowledged. */
    synchronized void confirm(CommitMarks committed) {
        claims.forEach((start, claim) -> claim.confirmed |= committed.isBegun(start));
        notifyAll();
    }

    /** Whether there is work under way, or something to commit. */
    synchronized boolean isBusy() {
        return news || !unsettled.isEmpty();
    }

    /** Whether records were settled that no commit says yet. */
    synchronized boolean hasNews() {
        return news;
    }

    /** Whether a call waits for a commit that is not on its way. */
    synchronized boolean wantsCommit() {
        return claims.values().stream().anyMatch(claim -> !claim.sent);
    }

    /**
     * Says that a call is to begin, and waits until the broker knows it. The poll thread commits, so another one waits here.
     *
     * @param start START's offset
     * @param rest the offsets of the job's other records
     * @param nanos how long to wait at most
     */
    synchronized Claimed claim(long start, Collection<Long> rest, long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (!gone && !hasRoom(start)) {
            if (!await(end)) {
                return Claimed.LATE;
            }
        }
        Claim claim = new Claim(rest);
        if (!gone) {
            claims.put(start, claim);
        }
        while (!gone && !claim.confirmed) {
            if (!await(end)) {
                claims.remove(start);
                return Claimed.LATE;
            }
        }
        return claim.confirmed ? Claimed.YES : Claimed.GONE;
    }

    /** Whether a mark for the job will fit for as long as it stands; the safe offset only rises. */
    private boolean hasRoom(long start) {
        return claims.size() + before.begun().size() < CommitMarksCodec.BEGUN
                && start < safeOffset().orElse(start) + CommitMarksCodec.WINDOW;
    }

    private boolean await(long end) throws InterruptedException {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left > 0) {
            wait(left);
        }
        return left > 0;
    }

    /** A call begins, of the job that START at this offset opened; false where the partition leaves, so that it is not to. */
    synchronized boolean callBegins(long start) {
        return !gone && calls.add(start);
    }

    /** It was left before it was made. */
    synchronized void callEnds(long start) {
        calls.remove(start);
        notifyAll();
    }

    /**
     * Waits until no call runs any more.
     *
     * @param nanos how long at most; less where the thread is interrupted, which it stays
     * @return false where some still run
     */
    synchronized boolean awaitCalls(long nanos) {
        long end = System.nanoTime() + nanos;
        try {
            while (!calls.isEmpty() && await(end)) {
                // settling wakes this
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return calls.isEmpty();
    }

    /** The partition leaves: a call that the broker does not know of does not begin here. */
    synchronized void leave() {
        gone = true;
        claims.values().removeIf(claim -> !claim.confirmed);
        notifyAll();
    }

    /** Whether the partition has left. */
    synchronized boolean gone() {
        return gone;
    }

    /** A commit's metadata has so many bytes now. */
    synchronized void committing(int metadataBytes) {
        this.metadataBytes = metadataBytes;
    }

    /** How it stands now, for whoever tells of it. */
    synchronized PartitionCount count() {
        long oldest = unsettled.values().stream()
                .mapToLong(since -> millis.getAsLong() - Math.max(since, knownSince))
                .max()
                .orElse(0);
        long safe = safeOffset().orElse(-1);
        return new PartitionCount(
                partition,
                read,
                settled,
                unsettled.size(),
                oldest,
                (double) metadataBytes / CommitMarksCodec.CHARS,
                safe,
                next,
                unsettled.isEmpty() ? 0 : next - safe - unsettled.size());
    }

    /** How many records are read and not settled. */
    synchronized int unsettled() {
        return unsettled.size();
    }
}
