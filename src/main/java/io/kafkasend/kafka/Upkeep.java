package io.kafkasend.kafka;

import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * What every client of Kafka that lives on has in common, in place of defaults of Kafka's that are slow for requests somebody waits
 * for. Immutable.
 */
public final class Upkeep {
    /** So soon a partition that was added is known to all, in milliseconds; Kafka's default is five minutes. */
    private static final int METADATA_MILLIS = 30_000;
    /**
     * So long a connection may lie idle, in milliseconds. Load balancers and firewalls forget one after four or five minutes without a
     * word, upon which the next request of it waits for its timeout; Kafka's default is nine minutes.
     */
    private static final int IDLE_MILLIS = 180_000;

    private Upkeep() {}

    /** A producer's properties, by Kafka's names: milliseconds, at most so many. */
    public static Map<String, Integer> ofProducer() {
        return Map.of(
                CommonClientConfigs.METADATA_MAX_AGE_CONFIG, METADATA_MILLIS,
                CommonClientConfigs.CONNECTIONS_MAX_IDLE_MS_CONFIG, IDLE_MILLIS);
    }

    /** A consumer's, likewise; its connections are not idle, since it asks for records all the time. */
    public static Map<String, Integer> ofConsumer() {
        return Map.of(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, METADATA_MILLIS);
    }
}
