package io.kafkasend.portal.job;

import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.ledger.PartitionLedger;
import io.kafkasend.protocol.JobId;
import java.util.ArrayList;
import java.util.List;

/**
 * The records that a job was made of, and whether they are done with: all together, or not at all. Thread-safe; its lock
 * guards the list and its end, and is held while records are settled, so that the partition's ledger is locked within it.
 */
public final class JobRecords {
    private final List<LedgerEntry> records = new ArrayList<>();
    /** The newest that has START; asked for without the lock. */
    private volatile LedgerEntry newestStart;

    private boolean settled;
    private boolean abandoned;

    /**
     * @param start START's record
     */
    JobRecords(LedgerEntry start) {
        records.add(start);
        newestStart = start;
    }

    /**
     * Binds the record of a START that came again, as {@link #bind} does: whoever sent it asks what has come of the job, up to there.
     */
    public synchronized boolean bindStart(LedgerEntry record) {
        boolean bound = bind(record);
        if (bound && record.offset() > newestStart.offset()) {
            newestStart = record;
        }
        return bound;
    }

    /** Where the newest record of START stands that was read. */
    public long startOffset() {
        return newestStart.offset();
    }

    /** Whether START has come again. */
    public boolean startedAgain() {
        return startOffset() != first().offset();
    }

    /**
     * Lets go of a record that the job has no use for, since it came twice or late. It is settled at once where the job's
     * own records would be read again before it, and else with them: a job whose call goes on while its partition leaves
     * and comes back gets all its records again, and none may be done while others are not.
     */
    public synchronized void letGo(LedgerEntry record) {
        LedgerEntry last = records.get(records.size() - 1);
        if (last.partition() == records.get(0).partition() && record.follows(last)) {
            record.settle();
        } else {
            bind(record);
        }
    }

    /**
     * Binds a record's fate to the job's: it is settled when the job is, at once where the job is already.
     *
     * @return false when the job was left to another, so that the record belongs to none
     */
    public synchronized boolean bind(LedgerEntry record) {
        if (abandoned) {
            return false;
        }
        if (settled) {
            record.settle();
        } else {
            records.add(record);
        }
        return true;
    }

    /** Leaves the job to another member, unless its records are ours; no record is bound to it from then on. */
    synchronized boolean abandon() {
        abandoned = records.stream().noneMatch(LedgerEntry::isOurs);
        if (abandoned) {
            records.forEach(LedgerEntry::callEnds);
        }
        return abandoned;
    }

    /** START's record. */
    public synchronized LedgerEntry first() {
        return records.get(0);
    }

    /** Whether an earlier member of the group, or this one before it lost the partition, may have read all of them. */
    public synchronized boolean mayHaveBeenWhole() {
        return records.stream().allMatch(LedgerEntry::mayBeAnswered);
    }

    /** Those that were read in the partition's current assignment, START first; empty where there is none. */
    public synchronized List<LedgerEntry> own() {
        return records.stream().filter(LedgerEntry::isOurs).toList();
    }

    /** Whether they are of this assignment of a partition. */
    synchronized boolean readFrom(PartitionLedger partition) {
        return records.get(0).partition() == partition;
    }

    /** Has it noted that chunks of the job are still to come and are to be swallowed. */
    synchronized void endEarly(JobId id) {
        records.get(records.size() - 1).endEarly(id);
    }

    /** They are done with, and so is whatever is bound to the job from now on. */
    public synchronized void settle() {
        settled = true;
        LedgerEntry.settle(records);
    }
}
