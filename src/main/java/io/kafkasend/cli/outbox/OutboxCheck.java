package io.kafkasend.cli.outbox;

import io.kafkasend.cli.finding.CallerLooks;
import io.kafkasend.cli.finding.Finding;
import io.kafkasend.cli.finding.SettingsFindings;
import io.kafkasend.cli.finding.TopicLook;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.OutboxSettings;
import io.kafkasend.config.UnknownSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;

/** Looks at all that an outbox needs before it is started. Used once. */
final class OutboxCheck {
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
        List<Finding> found = new ArrayList<>(SettingsFindings.of(
                OutboxSettings.all().size(), settings.changed().size(), UnknownSettings.ofOutbox(environment)));
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
        return new CallerLooks(settings.get(KafkaSettings.BOOTSTRAP_SERVERS), settings.kafkaSecurity(), topics())
                .findings();
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
