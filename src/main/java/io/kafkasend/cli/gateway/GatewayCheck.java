package io.kafkasend.cli.gateway;

import io.kafkasend.cli.finding.CallerLooks;
import io.kafkasend.cli.finding.Finding;
import io.kafkasend.cli.finding.SettingsFindings;
import io.kafkasend.cli.finding.TopicLook;
import io.kafkasend.config.GatewaySettings;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.UnknownSettings;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;

/** Looks at all that a gateway needs before it is started. Changes nothing. Used once. */
final class GatewayCheck {
    private final GatewaySettings settings;
    private final Map<String, String> environment;

    /**
     * @param settings those of an environment, without a fault
     */
    GatewayCheck(GatewaySettings settings, Map<String, String> environment) {
        this.settings = settings;
        this.environment = environment;
    }

    /** What there is to find without a connection. */
    List<Finding> offline() {
        List<Finding> found = new ArrayList<>(SettingsFindings.of(
                GatewaySettings.all().size(), settings.changed().size(), UnknownSettings.ofGateway(environment)));
        found.add(callers());
        String replyTopic = settings.get(GatewaySettings.REPLY_TOPIC);
        found.add(
                replyTopic.isEmpty()
                        ? Finding.warn(
                                "answers",
                                "they come on " + settings.get(KafkaSettings.RESPONSE_TOPIC)
                                        + ", which others read, too; as JSON, and without a word of how far a job is",
                                "set GATEWAY_REPLY_TOPIC, and PORTAL_REPLY_TOPICS at the portals")
                        : Finding.ok("answers", "they come on " + replyTopic + ", this gateway's own"));
        return found;
    }

    private Finding callers() {
        boolean tokens = settings.get(GatewaySettings.CALLERS).isPresent();
        boolean certificates = settings.get(GatewaySettings.CALLER_CA_FILE).isPresent();
        String where = settings.get(GatewaySettings.HOST) + ", port " + settings.get(GatewaySettings.PORT);
        boolean plain = settings.get(GatewaySettings.CERTIFICATE_FILE).isEmpty();
        if (tokens && plain && !GatewaySettings.isLoopback(settings.get(GatewaySettings.HOST))) {
            return Finding.warn(
                    "callers",
                    "tokens come without TLS at " + where + ": whoever is on the way reads them",
                    "set GATEWAY_CERTIFICATE_FILE and GATEWAY_KEY_FILE");
        }
        return Finding.ok(
                "callers",
                tokens
                        ? "those that the file names, at " + where
                        : certificates
                                ? "whoever has a certificate of the authorities, at " + where
                                : "whoever is on this machine, at " + where);
    }

    /** What there is to find by connecting. */
    List<Finding> online() throws InterruptedException {
        return new CallerLooks(settings.get(KafkaSettings.BOOTSTRAP_SERVERS), settings.kafkaSecurity(), topics())
                .findings();
    }

    private List<TopicLook> topics() {
        String replyTopic = settings.get(GatewaySettings.REPLY_TOPIC);
        boolean own = !replyTopic.isEmpty();
        String jobs = settings.get(GatewaySettings.JOBS_TOPIC);
        Map<AclOperation, String> rights = new EnumMap<>(Map.of(AclOperation.WRITE, "no request gets to a portal"));
        if (!jobs.isEmpty()) {
            rights.put(AclOperation.READ, "an Idempotency-Key of a gateway that dies may be left without an answer");
        }
        List<TopicLook> topics = new ArrayList<>(List.of(
                new TopicLook(settings.get(KafkaSettings.REQUEST_TOPIC), rights, Map.of(), true, "--request-topic"),
                new TopicLook(
                        own ? replyTopic : settings.get(KafkaSettings.RESPONSE_TOPIC),
                        Map.of(AclOperation.READ, "no answer is seen"),
                        Map.of(),
                        true,
                        own ? "--reply-to" : "--response-topic")));
        if (!jobs.isEmpty()) {
            topics.add(new TopicLook(
                    jobs,
                    Map.of(
                            AclOperation.READ, "no job is found again",
                            AclOperation.WRITE, "requests with Idempotency-Key or Prefer fail"),
                    Map.of(),
                    true,
                    ""));
        }
        return topics;
    }
}
