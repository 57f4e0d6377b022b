package io.kafkasend.gateway.relay;

import io.kafkasend.client.Frames;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.SigningKey;
import io.kafkasend.config.GatewaySettings;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.gateway.settings.GatewayConfiguration;
import io.kafkasend.sending.SentRequests;
import java.nio.file.Path;
import java.util.Optional;

/** The SDK's client, set up as the gateway is, which all requests share. Thread-safe. */
public final class PortalClient implements AutoCloseable {
    /** Each upload under way holds a chunk and its record. */
    private static final long HEAP_OF_UPLOAD = 16L << 20;

    private static final int LEAST_UPLOADS = 8;

    private final KafkaSendClient client;
    private final SentRequests sent;
    private final Frames frames;
    private final boolean signs;
    private final String bootstrapServers;

    /**
     * @param configuration how Kafka is reached, and what portals know
     * @param replyTopic looked for before the client reads it
     */
    public PortalClient(GatewayConfiguration configuration, ReplyTopic replyTopic) {
        GatewaySettings settings = configuration.settings();
        boolean modern = settings.get(GatewaySettings.MODERN_PORTALS);
        Optional<Path> key = settings.get(GatewaySettings.SIGNING_KEY_FILE);
        long uploads = Math.max(LEAST_UPLOADS, Runtime.getRuntime().maxMemory() / HEAP_OF_UPLOAD);
        this.frames = modern ? Frames.REQUEST_AND_ANSWER : Frames.ANSWER;
        this.signs = key.isPresent();
        this.bootstrapServers = settings.get(KafkaSettings.BOOTSTRAP_SERVERS);
        KafkaSendClient.Builder builder = KafkaSendClient.builder()
                .bootstrapServers(bootstrapServers)
                .requestTopic(settings.get(KafkaSettings.REQUEST_TOPIC))
                .responseTopic(settings.get(KafkaSettings.RESPONSE_TOPIC))
                .portalGroup(settings.get(KafkaSettings.CONSUMER_GROUP))
                .kafkaProperties(settings.kafkaSecurity())
                .replyTo(replyTopic.name().orElse(null))
                .modernPortals(modern)
                .signingKey(key.map(file -> SigningKey.read(settings.get(GatewaySettings.CLIENT_ID), file))
                        .orElse(null))
                .uploadThreads((int) Math.min(settings.get(GatewaySettings.IN_FLIGHT), uploads))
                .defaultTimeout(configuration.timeout())
                .streamTimeout(configuration.streamTimeout().orElse(null));
        this.client = builder.build();
        this.sent = new SentRequests(settings.get(KafkaSettings.REQUEST_TOPIC), builder::consumerProperties);
    }

    KafkaSendClient client() {
        return client;
    }

    /** Which requests Kafka has. */
    SentRequests sent() {
        return sent;
    }

    /** Where Kafka is. */
    String bootstrapServers() {
        return bootstrapServers;
    }

    /** Which CHUNKs may be binary frames. */
    Frames frames() {
        return frames;
    }

    /** Whether requests are signed, for which a body's checksum has to go ahead of it. */
    boolean signs() {
        return signs;
    }

    /** Ends the client within some seconds. */
    @Override
    public void close() {
        client.close();
    }
}
