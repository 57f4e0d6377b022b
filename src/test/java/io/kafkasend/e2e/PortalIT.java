package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.dev.SampleApi;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole way on real parts: broker, token server, API, portal. */
class PortalIT {
    private static Stack stack;

    @BeforeAll
    static void startEverything() throws Exception {
        stack = Stack.start(Map.of());
    }

    @AfterAll
    static void stopEverything() throws Exception {
        stack.close();
    }

    @Test
    void answersASmallGetAsText() {
        // When
        WireClient.Reply reply = stack.client.reply(stack.client.get("/api/v1/status"));

        // Then
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).isTrue();
        assertThat(reply.string()).startsWith("{");
    }

    @Test
    void uploadsFiftyMegabytes() {
        // Given
        byte[] file = new byte[50_000_000];
        new Random(1).nextBytes(file);

        // When
        JobId id = stack.client.send(
                Method.POST, "/api/v1/upload", Map.of(), "photo \uD83D\uDCC4.bin", "application/octet-stream", file);
        WireClient.Reply reply = stack.client.reply(id);

        // Then
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.string()).contains("\"size\":50000000", "photo \uD83D\uDCC4.bin");
    }

    @Test
    void downloadsFiftyMegabytes() throws Exception {
        // When
        WireClient.Reply reply = stack.client.reply(stack.client.get("/api/v1/documents/big?size=50000000"));

        // Then
        assertThat(reply.body()).hasSize(50_000_000);
        assertThat(reply.body()).isEqualTo(SampleApi.document("big", 50_000_000).readAllBytes());
    }
}
