package io.kafkasend.bench.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * How long, and how much. Immutable.
 *
 * @param time for how long jobs are begun
 * @param jobsPerSecond how many jobs are begun in a second, if no more than 32 are open
 * @param hostilePerSecond how many hostile records are written in a second
 * @param portals how many processes share the request topic
 * @param largestBody in bytes
 * @param topicBytes how much Kafka keeps of a partition, in bytes
 * @param seed of the choice of jobs and hostile records: the same gives the same, in the same order
 * @param data where the broker keeps its data; null for the directory for temporary files
 * @param faults what it is to find
 */
public record SoakPlan(
        Duration time,
        double jobsPerSecond,
        double hostilePerSecond,
        int portals,
        long largestBody,
        long topicBytes,
        long seed,
        Path data,
        Set<Fault> faults) {
    public SoakPlan {
        faults = Set.copyOf(faults);
    }
}
