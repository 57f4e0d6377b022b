package io.kafkasend.gateway.relay;

import io.kafkasend.client.ClientException;
import io.kafkasend.config.GatewaySettings;
import io.kafkasend.gateway.settings.GatewayConfiguration;
import io.kafkasend.gateway.stored.OwnTopic;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's own topic of answers: made at start where it is missing, as the portals' own topic is. Where Kafka is away, or does not
 * allow it, that is said in one line, and requests tell what is missing. Immutable.
 */
public final class ReplyTopic {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyTopic.class);

    private final String topic;

    /**
     * @param configuration names it
     */
    public ReplyTopic(GatewayConfiguration configuration) {
        GatewaySettings settings = configuration.settings();
        topic = settings.get(GatewaySettings.REPLY_TOPIC);
        if (!topic.isEmpty() && !configuration.isExport()) {
            ensure(settings);
        }
    }

    /** Its name; empty where answers come on the portals' own topic. */
    Optional<String> name() {
        return topic.isEmpty() ? Optional.empty() : Optional.of(topic);
    }

    private void ensure(GatewaySettings settings) {
        try {
            new OwnTopic(settings, topic, "the gateway's reply topic").ensure(0);
        } catch (ClientException e) {
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", e.getMessage())
                    .log("cannot make sure that the gateway's reply topic is there");
        }
    }
}
