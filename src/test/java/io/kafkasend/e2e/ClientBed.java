package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.cli.OutputSchema;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import java.io.IOException;
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

    /** Fails where {@code check-client} finds a fault in what the clients have sent. */
    void requireCleanRecords() throws IOException {
        Command run = Command.run(
                Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()),
                "check-client",
                "--from-beginning",
                "--time",
                "100",
                "--json");
        OutputSchema.require(run.out());
        assertThat(run.err()).isEmpty(); // it came to the end
        JsonNode told = new ObjectMapper().readTree(run.out());
        assertThat(told.path("messages").asInt()).isGreaterThan(50);
        // A client that was refused sends no more: such a job is not whole, and its records are right.
        assertThat(told.path("verdicts"))
                .allMatch(verdict -> verdict.path("kind").asText().equals("JOB"), run.out());
    }

    void close() throws Exception {
        for (AutoCloseable part : List.of(portal, api, tokens, broker)) {
            part.close();
        }
    }
}
