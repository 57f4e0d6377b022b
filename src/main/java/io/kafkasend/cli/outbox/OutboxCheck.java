package io.kafkasend.cli.outbox;

import io.kafkasend.cli.finding.Cluster;
import io.kafkasend.cli.finding.Finding;
import io.kafkasend.cli.finding.Looks;
import io.kafkasend.cli.finding.TopicLook;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.OutboxSettings;
import io.kafkasend.config.UnknownSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.acl.AclOperation;

/** Looks at all that an outbox needs before it is started. Used once. */
final class OutboxCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final Duration ALL = Duration.ofSeconds(12);

    private final OutboxSettings settings;
    private final Map<String, String> environment;

    /**
     * @param settings those of an environment, without a fault
     */
    OutboxCheck(OutboxSettings settings, Map<String, String> environment) {
        this.settings = settings;
        this.environment = environment;
    }

    /** What there is to find without a connection. */
    List<Finding> offline() {
        List<Finding> found = new ArrayList<>();
        found.add(Finding.ok(
                "settings",
                OutboxSettings.all().size() + " are good, of which "
                        + settings.changed().size() + " differ from their defaults"));
        UnknownSettings.ofOutbox(environment)
                .forEach(unknown -> found.add(Finding.warn(
                        "settings", unknown.toString(), "correct its name, or take it away: it has no effect")));
        String endpoint = settings.get(OutboxSettings.ENDPOINT);
        found.add(Finding.ok(
                "requests",
                endpoint.isEmpty()
                        ? "each file's own .request says where it goes"
                        : settings.get(OutboxSettings.METHOD) + " " + endpoint));
        found.add(Finding.ok("folders", "all are in " + settings.get(OutboxSettings.DIRECTORY)));
        return found;
    }

    /** What there is to find by connecting. */
    List<Finding> online() throws InterruptedException {
        Looks looks = new Looks(ALL);
        looks.begin("broker", this::kafka);
        return looks.findings();
    }

    private void kafka(Consumer<Finding> found) throws InterruptedException {
        Map<String, Object> connection = new HashMap<>(settings.kafkaSecurity());
        connection.put("bootstrap.servers", settings.get(KafkaSettings.BOOTSTRAP_SERVERS));
        try (Cluster cluster = new Cluster(connection, PATIENCE)) {
            if (!TopicLook.all(cluster, topics(), found)) {
                return;
            }
            Optional.ofNullable(cluster.clock(false)).ifPresent(found);
        }
    }

    private List<TopicLook> topics() {
        String replyTopic = settings.get(OutboxSettings.REPLY_TOPIC);
        boolean own = !replyTopic.isEmpty();
        return List.of(
                new TopicLook(
                        settings.get(KafkaSettings.REQUEST_TOPIC),
                        Map.of(
                                AclOperation.WRITE, "no request gets to a portal",
                                AclOperation.READ, "no file goes on that was under way at a crash"),
                        Map.of(),
                        true,
                        "--request-topic"),
                new TopicLook(
                        own ? replyTopic : settings.get(KafkaSettings.RESPONSE_TOPIC),
                        Map.of(AclOperation.READ, "no answer is seen"),
                        Map.of(),
                        true,
                        own ? "--reply-to" : "--response-topic"));
    }
}
