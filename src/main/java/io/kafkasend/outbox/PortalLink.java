package io.kafkasend.outbox;

import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Receipt;
import io.kafkasend.client.SigningKey;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.OutboxSettings;
import io.kafkasend.sending.SentRequests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The SDK's client, set up as the outbox is, which all files share. Thread-safe. */
public final class PortalLink implements AutoCloseable {
    private final KafkaSendClient client;
    private final SentRequests sent;

    /**
     * @param configuration how Kafka is reached
     */
    public PortalLink(OutboxConfiguration configuration) {
        OutboxSettings settings = configuration.settings();
        Optional<Path> key = settings.get(OutboxSettings.SIGNING_KEY_FILE);
        String replyTopic = settings.get(OutboxSettings.REPLY_TOPIC);
        KafkaSendClient.Builder builder = KafkaSendClient.builder()
                .bootstrapServers(settings.get(KafkaSettings.BOOTSTRAP_SERVERS))
                .requestTopic(settings.get(KafkaSettings.REQUEST_TOPIC))
                .responseTopic(settings.get(KafkaSettings.RESPONSE_TOPIC))
                .portalGroup(settings.get(KafkaSettings.CONSUMER_GROUP))
                .kafkaProperties(settings.kafkaSecurity())
                .replyTo(replyTopic.isEmpty() ? null : replyTopic)
                .signingKey(key.map(file -> SigningKey.read(settings.get(OutboxSettings.CLIENT_ID), file))
                        .orElse(null))
                .secretHeaders(settings.get(OutboxSettings.SECRET_HEADERS))
                .uploadThreads(settings.get(OutboxSettings.IN_FLIGHT))
                .defaultTimeout(Duration.ofSeconds(settings.get(OutboxSettings.TIMEOUT_SECONDS)));
        this.client = builder.build();
        this.sent = new SentRequests(settings.get(KafkaSettings.REQUEST_TOPIC), builder::consumerProperties);
    }

    KafkaSendClient client() {
        return client;
    }

    /** Whether Kafka has the START of a receipt; waits for it to say so. */
    boolean has(Receipt receipt) {
        return sent.has(receipt);
    }

    /** Ends the client within some seconds. */
    @Override
    public void close() {
        client.close();
    }
}
