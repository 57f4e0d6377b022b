package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/integrate/change-the-pipeline.md: what stands there is put into the routes, and does what is said of it. */
@Timeout(120)
class ChangedPipelineIT {
    @TempDir
    Path directory;

    private final DocumentedChanges changes = DocumentedChanges.read();
    private EmbeddedBroker broker;
    private ScriptedApi api;

    @BeforeEach
    void start() throws IOException {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 1);
        broker.createTopic("answers", 1);
        api = ScriptedApi.start((head, socket, out) ->
                out.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Internal: secret\r\nConnection: close\r\n\r\nok"
                        .getBytes(StandardCharsets.US_ASCII)));
        Files.writeString(
                directory.resolve("beans.camel.yaml"),
                Files.readString(DocumentedChanges.ROUTES.resolve("beans.camel.yaml")));
    }

    @AfterEach
    void stop() {
        api.close();
        broker.close();
    }

    private Portal portal(String routes, Map<String, String> more) throws Exception {
        Files.writeString(directory.resolve("portal.camel.yaml"), routes);
        Map<String, String> settings = new HashMap<>(more);
        settings.put("camel.main.routes-include-pattern", "file:" + directory + "/*.camel.yaml");
        settings.put("kafkasend.bootstrap-servers", broker.bootstrapServers());
        settings.put("kafkasend.target-api-url", api.url());
        settings.put("kafkasend.allowed-endpoints", "/api/v1/*");
        settings.put("kafkasend.use-oauth", "false");
        return Portal.start(settings);
    }

    @Test
    void eachChangeOfTheReadmeDoesWhatIsSaidOfIt() throws Exception {
        // Given
        assertThat(changes.places()).containsExactly("before until-answered", "after prepare", "after vet-answer");
        assertThat(changes.properties()).containsOnlyKeys("kafkasend.response-topic");
        String routes = changes.applied();

        try (Portal portal = portal(routes, changes.properties());
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "answers")) {
            // When
            JobId job = client.get("/api/v1/x");
            WireClient.Reply reply = client.reply(job);
            JobId refused = client.get("/elsewhere");

            // Then
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.headers()).containsEntry("X-Portal", "north").doesNotContainKey("X-Internal");
            assertThat(api.heads()).singleElement().asString().contains("X-Call-Number: no. " + job.value() + "\r\n");
            assertThat(client.error(refused).code()).isEqualTo("ENDPOINT_NOT_ALLOWED");
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    @Test
    void aHeaderForTheApiThatIsSetTooEarlyIsSaid() throws Exception {
        // Given
        String header = "- setHeader: {id: too-early, name: X-Early, constant: {expression: lost}}\n";
        String routes = DocumentedChanges.insert(DocumentedChanges.routes(), "before", "prepare", header);

        try (CapturedLog log = CapturedLog.begin("io.kafkasend.portal.call.ApiRequest");
                Portal portal = portal(routes, Map.of("kafkasend.response-topic", "answers"));
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "answers")) {
            // When
            client.reply(client.get("/api/v1/x"));
            client.reply(client.get("/api/v1/x"));

            // Then
            assertThat(api.heads()).hasSize(2).noneMatch(head -> head.contains("X-Early"));
            assertThat(log.lines())
                    .containsExactly(
                            "headers that a step set before prepare do not reach the API; set them after it names=X-Early");
            assertThat(portal.context().isStarted()).isTrue();
        }
    }
}
