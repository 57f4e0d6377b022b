package io.kafkasend.portal.job;

import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.protocol.JobId;

/**
 * What makes records one job's: its id, and the partition that all of them are on. Not the id alone, which others can read in
 * answers: what they write under it to another partition is a job of their own. Immutable.
 *
 * @param partition the number of the request topic's partition
 * @param jobId the id that the client chose
 */
public record CorrelationId(int partition, JobId jobId) {
    /** The job that a record is of. */
    public static CorrelationId of(LedgerEntry record, JobId jobId) {
        return new CorrelationId(record.partitionNumber(), jobId);
    }

    /** The form that the aggregator groups by. */
    @Override
    public String toString() {
        return partition + "/" + jobId;
    }
}
