package io.kafkasend.portal;

import java.util.OptionalLong;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/**
 * What is owed for one partition during one assignment: the offsets that were read and are not settled. The safe offset
 * is the lowest of them, as in LinkedIn's large-message consumer: every record below it is done with. Thread-safe.
 */
final class PartitionLedger {
    private final TopicPartition partition;
    private final TreeSet<Long> unsettled = new TreeSet<>();
    private long next = -1;

    PartitionLedger(TopicPartition partition) {
        this.partition = partition;
    }

    TopicPartition partition() {
        return partition;
    }

    /** Notes a record that was read; offsets come in order, with gaps. */
    synchronized void note(long offset) {
        unsettled.add(offset);
        next = Math.max(next, offset + 1);
    }

    synchronized void settle(long offset) {
        unsettled.remove(offset);
    }

    /** The offset at which a restart must begin to read; empty before the first record. */
    synchronized OptionalLong safeOffset() {
        if (next < 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(unsettled.isEmpty() ? next : unsettled.first());
    }

    /** How many records are read and not settled. */
    synchronized int unsettled() {
        return unsettled.size();
    }
}
