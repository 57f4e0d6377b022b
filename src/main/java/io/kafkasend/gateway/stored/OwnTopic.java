package io.kafkasend.gateway.stored;

import io.kafkasend.client.ClientException;
import io.kafkasend.client.Topics;
import io.kafkasend.config.GatewaySettings;
import io.kafkasend.config.KafkaSettings;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A topic of the gateways alone, which is made where it is missing, as the portals' own topic of answers is.
 *
 * @param settings where Kafka is
 * @param topic its name
 * @param what it is, in a few words
 */
public record OwnTopic(GatewaySettings settings, String topic, String what) {
    private static final Logger LOG = LoggerFactory.getLogger(OwnTopic.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * Makes it where it is missing; waits for Kafka.
     *
     * @param partitions how many; 0 for as many as the portals' topic has
     * @throws ClientException where Kafka is away, or does not allow it
     */
    public void ensure(int partitions) {
        try (Topics topics =
                new Topics(settings.get(KafkaSettings.BOOTSTRAP_SERVERS), settings.kafkaSecurity(), PATIENCE)) {
            if (topics.find(topic).isPresent()) {
                return;
            }
            String model = settings.get(KafkaSettings.RESPONSE_TOPIC);
            Optional<Topics.Shape> shape = topics.find(model);
            if (shape.isEmpty()) {
                throw new ClientException(
                        ClientException.Kind.NO_TOPIC,
                        null,
                        "topic " + topic + " does not exist, and neither does " + model + ", as which it would be made",
                        null);
            }
            boolean made = topics.create(
                    new Topics.Shape(
                            topic,
                            partitions == 0 ? shape.get().partitions() : partitions,
                            shape.get().replicationFactor()),
                    topics.settings(model));
            topics.awaitCreated(topic);
            if (made) {
                LOG.atInfo().addKeyValue("topic", topic).log("{} was made", what);
            }
        }
    }
}
