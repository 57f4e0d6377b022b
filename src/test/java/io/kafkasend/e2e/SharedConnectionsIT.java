package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.http.SloppyServer;
import io.kafkasend.http.SloppyServer.Way;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.security.address.NameService;
import io.kafkasend.tls.TestAuthority;
import io.kafkasend.tls.TlsContexts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Portals before APIs that leave bodies unread, answer HEAD with a body, and say more than was asked, by every method. */
class SharedConnectionsIT {
    private static final byte[] SMUGGLED = "GET /admin HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static EmbeddedBroker broker;

    @TempDir
    private Path directory;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noJobGetsAnothersAnswerAndNothingReachesTheApiThatIsNotAllowed(boolean tls) throws Exception {
        // Given
        TestAuthority authority = new TestAuthority("test authority");
        try (SloppyServer api = new SloppyServer(
                        tls ? TlsContexts.of(authority.issue("localhost").trusting(authority)) : null);
                OwnPortal portal = OwnPortal.start(broker, NameService.system(), settings(api, authority))) {
            for (Way way : Way.values()) {
                for (Method method : Method.values()) {
                    String target = "/api/v1/" + method + "/" + way;

                    // When
                    for (byte[] body : new byte[][] {new byte[0], SMUGGLED}) {
                        JobId job = portal.client.send(method, target, Map.of(), null, "text/plain", body);
                        Awaitility.await().until(() -> WireClient.ended(portal.client.messages(job)));
                        api.sendWhatIsLate();
                    }
                    WireClient.Reply next = portal.client.reply(portal.client.get(target + "/next"));
                    WireClient.Reply last = portal.client.reply(portal.client.get(target + "/last"));

                    // Then
                    assertThat(next.body()).asString().isEqualTo("answer to " + target + "/next");
                    assertThat(last.body()).asString().isEqualTo("answer to " + target + "/last");
                }
            }
            assertThat(api.lines()).allMatch(line -> line.matches("[A-Z]+ /api/v1/[A-Z_/]+(next|last)? HTTP/1\\.1"));
            // HEAD and OPTIONS take no body: those jobs are refused before the call.
            assertThat(api.lines()).hasSize(Way.values().length * (Method.values().length * 4 - 2));
        }
    }

    private Map<String, String> settings(SloppyServer api, TestAuthority authority) {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafkasend.target-api-url", api.url());
        settings.put("kafkasend.retry-max-attempts", "1");
        settings.put(
                "kafkasend.ca-file",
                TestAuthority.write(directory, "ca.pem", authority.pem()).toString());
        return settings;
    }
}
