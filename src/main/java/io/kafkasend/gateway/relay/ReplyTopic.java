package io.kafkasend.gateway.relay;

import io.kafkasend.client.ClientException;
import io.kafkasend.client.Topics;
import io.kafkasend.config.GatewaySettings;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.gateway.settings.GatewayConfiguration;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's own topic of answers: made at start where it is missing, as the portals' own topic is. Where Kafka is away, or does not
 * allow it, that is said in one line, and requests tell what is missing. Immutable.
 */
public final class ReplyTopic {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyTopic.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

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
        try (Topics topics =
                new Topics(settings.get(KafkaSettings.BOOTSTRAP_SERVERS), settings.kafkaSecurity(), PATIENCE)) {
            if (topics.find(topic).isPresent()) {
                return;
            }
            String model = settings.get(KafkaSettings.RESPONSE_TOPIC);
            Optional<Topics.Shape> shape = topics.find(model);
            if (shape.isEmpty()) {
                LOG.atWarn()
                        .log("topic {} does not exist, and neither does {}, as which it would be made", topic, model);
                return;
            }
            boolean made = topics.create(
                    new Topics.Shape(
                            topic, shape.get().partitions(), shape.get().replicationFactor()),
                    topics.settings(model));
            topics.awaitCreated(topic);
            if (made) {
                LOG.atInfo().addKeyValue("topic", topic).log("the gateway's reply topic was made");
            }
        } catch (ClientException e) {
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", e.getMessage())
                    .log("cannot make sure that the gateway's reply topic is there");
        }
    }
}
