package io.kafkasend.config;

import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.setting.Setting;
import io.kafkasend.setting.UnfitValueException;
import java.util.List;

/** Where the portal reads requests and writes answers, and its consumer group; how it gets in is {@link KafkaSecurity}'s. */
public final class KafkaSettings {
    public static final Setting<String> BOOTSTRAP_SERVERS = Accepts.text(
            "KAFKA_BOOTSTRAP_SERVERS",
            "localhost:9092",
            "host:port, or several with commas between",
            KafkaSettings::servers,
            "Where the Kafka cluster is reached.");
    public static final Setting<String> REQUEST_TOPIC =
            Accepts.topic("KAFKA_REQUEST_TOPIC", "api-requests", "requests");
    public static final Setting<String> RESPONSE_TOPIC =
            Accepts.topic("KAFKA_RESPONSE_TOPIC", "api-responses", "answers");
    public static final Setting<String> DEAD_LETTER_TOPIC = Accepts.text(
            "PORTAL_DEAD_LETTER_TOPIC",
            "api-dead-letters",
            Accepts.TOPIC_NAME + "; or nothing",
            name -> name.isEmpty() ? name : Accepts.topicName(name),
            "The topic of records that name no client; empty for none: they are only logged.");
    public static final Setting<String> CONSUMER_GROUP = Accepts.text(
            "KAFKA_CONSUMER_GROUP",
            "kafkasend-portal",
            "a name",
            Accepts::notBlank,
            "The portals' consumer group: its members share the partitions.");
    public static final Setting<String> GROUP_INSTANCE_ID = Accepts.text(
            "KAFKA_GROUP_INSTANCE_ID",
            "",
            Accepts.TOPIC_NAME + "; or nothing",
            id -> id.isEmpty() ? id : Accepts.topicName(id),
            "This portal's name within the group, which no other may have: a portal that was killed and starts again"
                    + " under it has its partitions back at once. Empty for none.");
    public static final Setting<String> GROUP_PROTOCOL = Accepts.choice(
            "KAFKA_GROUP_PROTOCOL",
            "classic",
            List.of("classic", "consumer"),
            "How the group shares the partitions: among the portals, or, with consumer, at the brokers (KIP-848, from"
                    + " Kafka 4.0 on).");
    public static final Setting<String> AUTO_OFFSET_RESET = Accepts.choice(
            "KAFKA_AUTO_OFFSET_RESET",
            "earliest",
            List.of("earliest", "latest"),
            "Where a new group begins; latest ignores requests that wait.");
    public static final Setting<String> PARTITION_ASSIGNOR = Accepts.choice(
            "KAFKA_PARTITION_ASSIGNOR",
            "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
            List.of(
                    "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
                    "org.apache.kafka.clients.consumer.StickyAssignor",
                    "org.apache.kafka.clients.consumer.RangeAssignor",
                    "org.apache.kafka.clients.consumer.RoundRobinAssignor"),
            "How portals share the partitions; other assignors revoke all partitions on every rebalance.");
    public static final Setting<Integer> SESSION_TIMEOUT_MS = Accepts.number(
            "KAFKA_SESSION_TIMEOUT_MS",
            300_000,
            6_000,
            1_800_000,
            "How long a portal may be silent before its partitions go to another.");
    public static final Setting<Integer> MAX_POLL_INTERVAL_MS = Accepts.number(
            "KAFKA_MAX_POLL_INTERVAL_MS",
            1_200_000,
            10_000,
            86_400_000,
            "How long the poll thread may be away; must exceed PORTAL_JOB_TIMEOUT_SECONDS.");
    public static final Setting<Integer> MAX_POLL_RECORDS = Accepts.number(
            "KAFKA_MAX_POLL_RECORDS",
            50,
            1,
            10_000,
            "How many records one poll takes at most; beyond ten the portal takes no more than one for each 26 MiB of its heap.");
    public static final Setting<Integer> REQUEST_TIMEOUT_MS = Accepts.number(
            "KAFKA_REQUEST_TIMEOUT_MS", 120_000, 1_000, 3_600_000, "How long one request to a broker may take.");

    static final SettingsGroup GROUP = new SettingsGroup(
            "Kafka topics and consumer group",
            List.of(
                    BOOTSTRAP_SERVERS,
                    REQUEST_TOPIC,
                    RESPONSE_TOPIC,
                    DEAD_LETTER_TOPIC,
                    CONSUMER_GROUP,
                    GROUP_INSTANCE_ID,
                    GROUP_PROTOCOL,
                    AUTO_OFFSET_RESET,
                    PARTITION_ASSIGNOR,
                    SESSION_TIMEOUT_MS,
                    MAX_POLL_INTERVAL_MS,
                    MAX_POLL_RECORDS,
                    REQUEST_TIMEOUT_MS));

    private KafkaSettings() {}

    private static String servers(String value) {
        for (String server : value.split(",", -1)) {
            requireServer(server.strip());
        }
        return value;
    }

    private static void requireServer(String server) {
        if (server.isEmpty()) {
            throw new UnfitValueException("of which one is empty");
        }
        if (server.contains("://")) {
            throw new UnfitValueException("of which one is a URL; Kafka's protocol is KAFKA_SECURITY_PROTOCOL's");
        }
        int colon = server.lastIndexOf(':');
        if (colon < 0 || server.endsWith("]")) {
            throw new UnfitValueException("of which one has no port");
        }
        if (colon == 0) {
            throw new UnfitValueException("of which one has no host");
        }
        String port = server.substring(colon + 1);
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            throw new UnfitValueException("of which one has a port outside 1 to 65535");
        }
    }
}
