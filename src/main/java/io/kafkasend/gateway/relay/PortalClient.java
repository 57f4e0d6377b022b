package io.kafkasend.gateway.relay;

import io.kafkasend.client.Frames;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.SigningKey;
import io.kafkasend.config.GatewaySettings;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.gateway.http.RequestBody;
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
    private final boolean told;
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
        this.told = modern && replyTopic.name().isPresent();
        this.bootstrapServers = settings.get(KafkaSettings.BOOTSTRAP_SERVERS);
        KafkaSendClient.Builder builder = KafkaSendClient.builder()
                .bootstrapServers(bootstrapServers)
                .requestTopic(settings.get(KafkaSettings.REQUEST_TOPIC))
                .responseTopic(settings.get(KafkaSettings.RESPONSE_TOPIC))
                .portalGroup(settings.get(KafkaSettings.CONSUMER_GROUP))
                .kafkaProperties(settings.kafkaSecurity())
                .replyTo(replyTopic.name().orElse(null))
                .modernPortals(modern)
                .secretHeaders(settings.get(GatewaySettings.SECRET_HEADERS))
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

    /**
     * Whether a body goes to Kafka while it comes. One of unknown length, under a key or with a signature has to be there as a whole
     * first: its length or its digest goes ahead of it.
     */
    boolean passes(RequestBody body, boolean keyed) {
        return body.length().isPresent() && !signs && !keyed;
    }

    /** Whether every portal tells how far a job is: its operator says that none is of before, and the topic is the gateway's own. */
    boolean isTold() {
        return told;
    }

    /** Ends the client within some seconds. */
    @Override
    public void close() {
        client.close();
    }
}
