package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkasend.api.ApiDocument;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A portal's management port answers on each path as {@code api/management.openapi.yaml} says. */
@Timeout(120)
class DocumentedPagesIT {
    private final ApiDocument document = ApiDocument.of("management.openapi.yaml");

    @Test
    void eachPageHasTheTypeAndTheFormThatAreDocumented() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopic("api-requests", 1);
            broker.createTopic("api-responses", 1);
            try (Portal portal = Portal.start(Map.of(
                    "kafkasend.bootstrap-servers", broker.bootstrapServers(),
                    "kafkasend.target-api-url", "http://127.0.0.1:1",
                    "kafkasend.use-oauth", "false",
                    "kafkasend.management-port", "0"))) {
                ManagementClient management = ManagementClient.of(portal);
                await().until(management::isReady);
                Set<String> paths = ApiDocument.names(document.json().path("paths"));
                paths.removeIf(path -> !document.json().path("paths").path(path).has("get"));
                assertThat(paths).hasSizeGreaterThan(10);

                for (String path : paths) {
                    // When: events have no end
                    HttpResponse<String> answer = management.send(path.endsWith("/events") ? "HEAD" : "GET", path);

                    // Then
                    JsonNode content = document.followed(document.json()
                                    .path("paths")
                                    .path(path)
                                    .path("get")
                                    .path("responses")
                                    .path("200"))
                            .path("content");
                    String type = ApiDocument.names(content).iterator().next();
                    assertThat(answer.statusCode()).as(path).isEqualTo(200);
                    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                            .as(path)
                            .startsWith(type);
                    if (type.equals("application/json")) {
                        assertThat(document.faults(content.path(type).path("schema"), answer.body()))
                                .as(path + " " + answer.body())
                                .isEmpty();
                    }
                }
            }
        }
    }
}
