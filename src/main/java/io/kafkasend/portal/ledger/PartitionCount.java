package io.kafkasend.portal.ledger;

import org.apache.kafka.common.TopicPartition;

/**
 * How a partition stands in its present assignment: what was read is settled or open, and nothing else. Immutable.
 *
 * @param partition which
 * @param read how many records were read that no earlier assignment had done with
 * @param settled how many of them are done with
 * @param open how many are not
 * @param oldestMillis for how many milliseconds the oldest of these has been open
 * @param metadataUsed how much of a commit's metadata is used, from 0 to 1
 * @param safe where a restart would begin to read; -1 before the first record
 * @param next the offset after the last record that was read; -1 before the first
 * @param doneAbove how many offsets from {@code safe} to {@code next} are done with, or have no record
 */
public record PartitionCount(
        TopicPartition partition,
        long read,
        long settled,
        int open,
        long oldestMillis,
        double metadataUsed,
        long safe,
        long next,
        long doneAbove) {}
