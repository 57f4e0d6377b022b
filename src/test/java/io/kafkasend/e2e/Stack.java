package io.kafkasend.e2e;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.ledger.Ledger;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** Broker, token server, API, portal and a wire client, all real, on free ports. */
final class Stack implements AutoCloseable {
    static final String ALLOWED = "/api/v1/*";
    static final String SECRET = "s3cret-canary";

    final EmbeddedBroker broker;
    final TokenServer tokens;
    final SampleApi api;
    final Portal portal;
    final WireClient client;

    private Stack(Map<String, String> overrides) throws Exception {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 3);
        broker.createTopic("api-responses", 3);
        tokens = TokenServer.start("portal", SECRET);
        api = SampleApi.start(tokens::isValid);
        Map<String, String> settings = new HashMap<>(settings(broker, tokens));
        settings.put("kafkasend.target-api-url", api.url().toString());
        settings.putAll(overrides);
        portal = Portal.start(settings);
        client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses");
    }

    static Stack start(Map<String, String> overrides) throws Exception {
        return new Stack(overrides);
    }

    /** Until a portal has its partitions: what was there before may have been called by another one, for all that it knows. */
    static void awaitPartitions(Portal portal) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> !portal.bean("ledger", Ledger.class).counts().isEmpty());
    }

    /** How many records of the request topic are not committed, as an operator sees it. */
    long lag() throws Exception {
        return lag(broker.bootstrapServers(), "kafkasend-portal");
    }

    static long lag(String bootstrapServers, String group) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
            committed.keySet().forEach(partition -> asked.put(partition, OffsetSpec.latest()));
            long lag = committed.isEmpty() ? 1 : 0;
            for (var end : admin.listOffsets(asked).all().get().entrySet()) {
                lag += end.getValue().offset() - committed.get(end.getKey()).offset();
            }
            return lag;
        }
    }

    static Map<String, String> settings(EmbeddedBroker broker, TokenServer tokens) {
        return Map.of(
                "kafkasend.bootstrap-servers",
                broker.bootstrapServers(),
                "kafkasend.allowed-endpoints",
                ALLOWED,
                "kafkasend.oauth2-token-url",
                tokens.tokenUrl().toString(),
                "kafkasend.oauth2-client-id",
                "portal",
                "kafkasend.oauth2-client-secret",
                SECRET);
    }

    @Override
    public void close() {
        client.close();
        portal.close();
        api.close();
        tokens.close();
        broker.close();
    }
}
