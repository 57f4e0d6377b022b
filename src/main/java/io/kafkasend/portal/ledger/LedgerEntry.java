package io.kafkasend.portal.ledger;

import io.kafkasend.protocol.JobId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One record of the request topic in the ledger. Settling it twice, or after its partition was revoked, has no effect.
 * Thread-safe.
 */
public final class LedgerEntry {
    private final PartitionLedger partition;
    private final long offset;

    LedgerEntry(PartitionLedger partition, long offset) {
        this.partition = partition;
        this.offset = offset;
    }

    /** Says that nothing more is owed for the record: Kafka need not give it again. */
    public void settle() {
        partition.settle(offset);
    }

    /** Where the record stands in its partition. */
    public long offset() {
        return offset;
    }

    /** The number of the record's partition. */
    public int partitionNumber() {
        return partition.partition().partition();
    }

    /** Whether the record was done before the portal read it again. */
    public boolean wasDone() {
        return partition.wasDone(offset);
    }

    /** Whether this is the START of a job whose call had begun before, and may not be made again. */
    public boolean wasBegun() {
        return partition.wasBegun(offset);
    }

    /** Whether the record had been read before: by an earlier member of the group, or by this one. */
    public boolean wasRead() {
        return partition.wasRead(offset);
    }

    /** Whether the record waited in Kafka for a member of the group, and was read by none before. */
    public boolean waited() {
        return partition.waited(offset);
    }

    /** Whether the job may have been answered by an earlier member of the group, or by this one before it lost the partition. */
    public boolean mayBeAnswered() {
        return partition.mayBeAnswered(offset);
    }

    /** Before which time, in milliseconds since 1970 by the portals' clock, its job was surely not answered. */
    public long notAnsweredBefore() {
        return partition.notAnsweredBefore(offset);
    }

    /** Notes that the record's job ended before all its chunks had come. */
    public void endEarly(JobId id) {
        partition.endEarly(id);
    }

    /** Whether the record's job is known to have ended so. */
    public boolean endedEarly(JobId id) {
        return partition.endedEarly(id);
    }

    /** Whether the partition is still assigned as it was when the record was read. */
    public boolean isOurs() {
        return !partition.gone();
    }

    /**
     * Says of a START that its call is to begin, and waits until the broker knows it.
     *
     * @param rest the job's other records
     */
    public PartitionLedger.Claimed claim(Collection<LedgerEntry> rest, Duration patience) throws InterruptedException {
        List<Long> offsets = rest.stream()
                .filter(entry -> entry.partition == partition && entry.offset != offset)
                .map(entry -> entry.offset)
                .toList();
        return partition.claim(offset, offsets, patience.toNanos());
    }

    /** Says of a START that its call begins; false where its partition leaves, and with it the call. */
    public boolean callBegins() {
        return partition.callBegins(offset);
    }

    /** Says of a START that its call was left before it was made. */
    public void callEnds() {
        partition.callEnds(offset);
    }

    /** Settles records together: no commit says of some of them that they are done and not of the others. */
    public static void settle(Collection<LedgerEntry> entries) {
        entries.stream()
                .collect(Collectors.groupingBy(
                        LedgerEntry::partition, Collectors.mapping(entry -> entry.offset, Collectors.toSet())))
                .forEach(PartitionLedger::settle);
    }

    /** Whether this entry's record was read after the other one, in the same assignment of the same partition. */
    public boolean follows(LedgerEntry other) {
        return partition == other.partition && offset > other.offset;
    }

    /** The ledger that the entry stands in; a revoked partition's entries keep their old one. */
    public PartitionLedger partition() {
        return partition;
    }

    @Override
    public String toString() {
        return partition.partition() + "@" + offset;
    }
}
