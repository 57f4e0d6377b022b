package io.kafkasend.portal.settings;

import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.PortalSettings;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.GroupProtocol;

/**
 * How a portal belongs to its group: by which protocol, and whether under a name of its own (KIP-345) that is its own again
 * after a crash. Immutable.
 *
 * @param protocol as KAFKA_GROUP_PROTOCOL names it
 * @param instanceId KAFKA_GROUP_INSTANCE_ID; empty for none
 * @param sessionTimeout KAFKA_SESSION_TIMEOUT_MS
 */
public record Membership(String protocol, String instanceId, Duration sessionTimeout) {
    /** What brokers have unless told otherwise (group.consumer.session.timeout.ms): in KIP-848 it is theirs. */
    private static final Duration BROKERS_SESSION = Duration.ofSeconds(45);
    /** What Kafka's client refuses to be told under KIP-848, where the brokers say it. */
    private static final List<String> BROKERS_OWN = List.of(
            ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
            ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);

    /** As the operator has set it. */
    public static Membership of(PortalSettings settings) {
        return new Membership(
                settings.get(KafkaSettings.GROUP_PROTOCOL),
                settings.get(KafkaSettings.GROUP_INSTANCE_ID),
                Duration.ofMillis(settings.get(KafkaSettings.SESSION_TIMEOUT_MS)));
    }

    private boolean atBrokers() {
        return protocol.equalsIgnoreCase(GroupProtocol.CONSUMER.name());
    }

    /** After how much silence the group may give this member's partitions to another; where that is not known, at least. */
    public Duration silence() {
        return atBrokers() && sessionTimeout.compareTo(BROKERS_SESSION) > 0 ? BROKERS_SESSION : sessionTimeout;
    }

    /** Puts it into what a consumer is made with. */
    public void into(Properties consumer) {
        if (!instanceId.isEmpty()) {
            consumer.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId);
        }
        if (atBrokers()) {
            consumer.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol);
            BROKERS_OWN.forEach(consumer::remove);
        }
    }
}
