package io.kafkasend.portal;

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

    /** The ledger that the entry stands in; a revoked partition's entries keep their old one. */
    PartitionLedger partition() {
        return partition;
    }

    @Override
    public String toString() {
        return partition.partition() + "@" + offset;
    }
}
