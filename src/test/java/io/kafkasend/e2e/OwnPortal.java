package io.kafkasend.e2e;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.security.address.NameService;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A portal on topics of its own at a broker that others share, and a wire client of it. Calls once, without OAuth. */
final class OwnPortal implements AutoCloseable {
    final Portal portal;
    final WireClient client;
    final String requestTopic;

    private OwnPortal(Portal portal, WireClient client, String requestTopic) {
        this.portal = portal;
        this.client = client;
        this.requestTopic = requestTopic;
    }

    static OwnPortal start(EmbeddedBroker broker, NameService names, Map<String, String> overrides) throws Exception {
        String name = UUID.randomUUID().toString();
        broker.createTopic(name + "-requests", 1);
        broker.createTopic(name + "-responses", 1);
        Map<String, String> settings = new HashMap<>();
        settings.put("kafkasend.bootstrap-servers", broker.bootstrapServers());
        settings.put("kafkasend.allowed-endpoints", Stack.ALLOWED);
        settings.put("kafkasend.request-topic", name + "-requests");
        settings.put("kafkasend.response-topic", name + "-responses");
        settings.put("kafkasend.consumer-group", name);
        settings.put("kafkasend.use-oauth", "false");
        settings.putAll(overrides);
        Portal portal = Portal.start(settings, names);
        return new OwnPortal(
                portal,
                new WireClient(broker.bootstrapServers(), name + "-requests", name + "-responses"),
                name + "-requests");
    }

    @Override
    public void close() {
        client.close();
        portal.close();
    }
}
