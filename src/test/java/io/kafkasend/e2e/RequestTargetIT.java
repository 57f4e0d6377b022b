package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What policy judged is what the API is asked, byte for byte, seen at a raw socket. */
class RequestTargetIT {
    @Test
    void everyLegitimateEndpointReachesTheApiByteForByte() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                TokenServer tokens = TokenServer.start("portal", Stack.SECRET);
                ScriptedApi api = ScriptedApi.recording()) {
            // Given
            broker.createTopic("api-requests", 1);
            broker.createTopic("api-responses", 1);
            Map<String, String> settings = new HashMap<>(Stack.settings(broker, tokens));
            settings.put("kafkasend.target-api-url", api.url() + "/base/");
            settings.put("kafkasend.allowed-endpoints", "/api/v1/upload,/api/v1/documents/*");
            List<String> endpoints = new ArrayList<>();
            for (String line : resource("/corpora/endpoints-legit.txt").split("\n")) {
                endpoints.add(new ObjectMapper().readValue(line, String.class));
            }
            try (Portal portal = Portal.start(settings);
                    WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses")) {
                // When
                Map<JobId, String> jobs = new LinkedHashMap<>();
                endpoints.forEach(endpoint -> jobs.put(client.get(endpoint), endpoint));

                // Then
                jobs.forEach((id, endpoint) -> {
                    assertThat(client.reply(id).status()).isEqualTo(200);
                    String head = api.heads().stream()
                            .filter(sent -> sent.contains(id.value()))
                            .findFirst()
                            .orElseThrow();
                    assertThat(head).startsWith("GET /base" + endpoint + " HTTP/1.1\r\n");
                });
                assertThat(portal.context().isStarted()).isTrue();
            }
        }
    }

    private static String resource(String name) throws Exception {
        try (var stream = RequestTargetIT.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
