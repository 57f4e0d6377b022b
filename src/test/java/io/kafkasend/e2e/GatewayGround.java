package io.kafkasend.e2e;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.gateway.Gateway;
import io.kafkasend.portal.Portal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A broker and a portal before an API, and gateways as a test wants them. */
final class GatewayGround implements AutoCloseable {
    /** The topic of answers that portals tell on how far a job is. */
    static final String REPLY_TOPIC = "gateway";

    private final EmbeddedBroker broker;
    private final List<Runnable> opened = new ArrayList<>();

    /**
     * @param apiUrl whose every path under {@code /api/v1/} may be called
     * @param allowedHeaders what the portal passes
     */
    GatewayGround(String apiUrl, String allowedHeaders) throws Exception {
        this(apiUrl, allowedHeaders, EmbeddedBroker.start());
    }

    /**
     * @param broker closed with the ground
     */
    GatewayGround(String apiUrl, String allowedHeaders, EmbeddedBroker broker) throws Exception {
        this.broker = broker;
        opened.add(broker::close);
        List.of("requests", "responses", REPLY_TOPIC, "dead").forEach(topic -> broker.createTopic(topic, 2));
        try {
            Portal portal = Portal.start(Map.ofEntries(
                    Map.entry("kafkasend.bootstrap-servers", broker.bootstrapServers()),
                    Map.entry("kafkasend.request-topic", "requests"),
                    Map.entry("kafkasend.response-topic", "responses"),
                    Map.entry("kafkasend.dead-letter-topic", "dead"),
                    Map.entry("kafkasend.reply-topics", REPLY_TOPIC),
                    Map.entry("kafkasend.target-api-url", apiUrl),
                    Map.entry("kafkasend.allowed-endpoints", "/api/v1/*"),
                    Map.entry("kafkasend.allowed-headers", allowedHeaders),
                    Map.entry("kafkasend.management-port", "off"),
                    Map.entry("kafkasend.use-oauth", "false")));
            opened.add(0, portal::close);
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    EmbeddedBroker broker() {
        return broker;
    }

    /** Starts a gateway with a reply topic of its own; it ends with the ground. */
    Gateway gateway() throws Exception {
        return gateway(Map.of("kafkasend.gateway-reply-topic", REPLY_TOPIC));
    }

    /** Starts a gateway; it ends with the ground. */
    Gateway gateway(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "kafkasend.bootstrap-servers",
                broker.bootstrapServers(),
                "kafkasend.request-topic",
                "requests",
                "kafkasend.response-topic",
                "responses",
                "kafkasend.gateway-port",
                "0",
                "kafkasend.gateway-management-port",
                "0"));
        settings.putAll(more);
        Gateway gateway = Gateway.start(settings);
        opened.add(0, gateway::close);
        return gateway;
    }

    @Override
    public void close() {
        opened.forEach(Runnable::run);
    }
}
