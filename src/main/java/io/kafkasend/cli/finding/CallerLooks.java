package io.kafkasend.cli.finding;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What the checks of gateway and outbox find by connecting to Kafka, as those who ask portals. Used once. */
public final class CallerLooks {
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final Duration ALL = Duration.ofSeconds(12);

    private final Map<String, Object> connection;
    private final List<TopicLook> topics;

    /**
     * @param bootstrapServers where Kafka is
     * @param security what a client needs to get in, by Kafka's names
     * @param topics what is looked at
     */
    public CallerLooks(String bootstrapServers, Map<String, String> security, List<TopicLook> topics) {
        this.connection = new HashMap<>(security);
        this.connection.put("bootstrap.servers", bootstrapServers);
        this.topics = topics;
    }

    /** Looks at all of them. */
    public List<Finding> findings() throws InterruptedException {
        Looks looks = new Looks(ALL);
        looks.begin("broker", this::kafka);
        return looks.findings();
    }

    private void kafka(Consumer<Finding> found) throws InterruptedException {
        try (Cluster cluster = new Cluster(connection, PATIENCE)) {
            if (TopicLook.all(cluster, topics, found)) {
                Optional.ofNullable(cluster.clock(false)).ifPresent(found);
            }
        }
    }
}
