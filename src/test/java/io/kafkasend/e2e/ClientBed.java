package io.kafkasend.e2e;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the clients of {@code clients/} are tried against: a broker, and a portal with the API of {@code clients/suite.json}. On the topics
 * {@code odd-...} there is no portal: the clients' tests play one there.
 */
record ClientBed(EmbeddedBroker broker, TokenServer tokens, SampleApi api, Portal portal) {
    /** The clients' document of 50 MB. */
    private static final long LARGE = 50_000_000;

    static ClientBed start() throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start();
        for (String topic : List.of("api-requests", "api-responses", "replies", "odd-requests", "odd-responses")) {
            broker.createTopic(topic, 4);
        }
        TokenServer tokens = TokenServer.start("portal", Stack.SECRET);
        SampleApi api = SampleApi.start(tokens::isValid);
        Map<String, String> settings = new HashMap<>(Stack.settings(broker, tokens));
        settings.put("kafkasend.target-api-url", api.url().toString());
        settings.put(
                "kafkasend.allowed-endpoints",
                "/api/v1/upload,/api/v1/documents/*,/api/v1/status,/api/v1/status/*,/api/v1/slow*");
        settings.put("kafkasend.client-keys", "src/test/resources/vectors/client-keys");
        settings.put("kafkasend.reply-topics", "replies");
        return new ClientBed(broker, tokens, api, Portal.start(settings));
    }

    /** What tells the clients' tests of it. */
    Map<String, String> environment() {
        return Map.of(
                "KAFKASEND_TEST_BOOTSTRAP", broker.bootstrapServers(),
                "KAFKASEND_TEST_SHA256", SampleApi.documentSha256("a", LARGE));
    }

    void close() throws Exception {
        for (AutoCloseable part : List.of(portal, api, tokens, broker)) {
            part.close();
        }
    }
}
