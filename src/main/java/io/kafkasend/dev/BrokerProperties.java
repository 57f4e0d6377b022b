package io.kafkasend.dev;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Every property of the embedded broker: of a single node that is broker and controller, small and quick to start.
 * Immutable.
 *
 * @param listeners where it listens
 * @param dataDirectory where its data are
 * @param given what whoever starts it has set, which goes over all but the {@linkplain #checkMayBeSet own ones}
 */
record BrokerProperties(BrokerListeners listeners, Path dataDirectory, Map<String, String> given) {
    static final int NODE_ID = 1;

    /** How much of a partition is kept unless something else is set: what load leaves on the disk has an end. */
    static final long RETENTION_BYTES = 1L << 30;

    private static final long LARGEST_SEGMENT = 64L << 20;
    private static final long SMALLEST_SEGMENT = 1L << 20; // Kafka takes none that is smaller

    /** Settings that follow from the builder's options and from the broker's being a single node. */
    private static final Set<String> OWN = Set.of(
            "process.roles",
            "node.id",
            "listeners",
            "advertised.listeners",
            "controller.listener.names",
            "controller.quorum.voters",
            "controller.quorum.bootstrap.servers",
            "log.dir",
            "log.dirs",
            "metadata.log.dir");

    BrokerProperties {
        given = Map.copyOf(given);
    }

    /**
     * Looks whether a property may be set from outside.
     *
     * @throws IllegalArgumentException if not
     */
    static void checkMayBeSet(String name) {
        if (OWN.contains(name)) {
            throw new IllegalArgumentException(name + " is set by the embedded broker itself");
        }
    }

    /** All of them by their names. */
    Map<String, String> all(int controllerPort) {
        Map<String, String> all = new HashMap<>(listeners.properties(controllerPort));
        all.put("process.roles", "broker,controller");
        all.put("node.id", String.valueOf(NODE_ID));
        all.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        all.put("log.dirs", dataDirectory.toString());

        all.put("auto.create.topics.enable", "false");
        all.put("default.replication.factor", "1");
        all.put("min.insync.replicas", "1");
        all.put("offsets.topic.num.partitions", "1");
        all.put("offsets.topic.replication.factor", "1");
        all.put("transaction.state.log.num.partitions", "1");
        all.put("transaction.state.log.replication.factor", "1");
        all.put("transaction.state.log.min.isr", "1");
        all.put("share.coordinator.state.topic.num.partitions", "1");
        all.put("share.coordinator.state.topic.replication.factor", "1");
        all.put("share.coordinator.state.topic.min.isr", "1");
        all.put("group.initial.rebalance.delay.ms", "0");

        all.put("num.network.threads", "2");
        all.put("num.io.threads", "2");
        all.put("background.threads", "2");
        all.put("num.replica.fetchers", "1");
        all.put("num.replica.alter.log.dirs.threads", "1");
        all.put("num.recovery.threads.per.data.dir", "1");
        all.put("group.coordinator.threads", "1");
        all.put("share.coordinator.threads", "1");
        all.put("log.cleaner.threads", "1");
        all.put("log.cleaner.dedupe.buffer.size", "2097152");
        all.put("metric.reporters", "");
        all.put(
                "metadata.max.idle.interval.ms",
                "0"); // records that say nothing, twice a second, for other controllers
        bound(all);
        all.putAll(given);
        return all;
    }

    /**
     * Bounds topics that say nothing else, those of an earlier version among them. A partition has at most its bound, the
     * segment that is written to, and what comes between two looks: Kafka deletes whole segments only.
     */
    private void bound(Map<String, String> all) {
        all.put("log.retention.bytes", String.valueOf(RETENTION_BYTES));
        all.put("log.segment.bytes", String.valueOf(segmentBytes()));
        all.put("log.initial.task.delay.ms", "5000");
        all.put("log.retention.check.interval.ms", "5000");
        all.put("log.segment.delete.delay.ms", "1000");
    }

    /** A sixteenth of the bound, so that it is kept closely. */
    private long segmentBytes() {
        try {
            long bound = Long.parseLong(given.getOrDefault("log.retention.bytes", String.valueOf(RETENTION_BYTES)));
            return bound < 0 ? LARGEST_SEGMENT : Math.max(SMALLEST_SEGMENT, Math.min(LARGEST_SEGMENT, bound / 16));
        } catch (NumberFormatException e) {
            return LARGEST_SEGMENT; // the broker will say that it is no number
        }
    }
}
