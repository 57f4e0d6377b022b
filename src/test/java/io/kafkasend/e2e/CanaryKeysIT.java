package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.kafkasend.tls.TestAuthority;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole run on a broker that asks for a password, with a portal that signs assertions and a client that signs requests:
 * neither a password nor a line of a private key, neither an assertion nor a token nor a signature comes out of the two, at DEBUG.
 */
class CanaryKeysIT {
    private static final String TOKEN = "canary-access-token";
    private static final Pattern SIGNATURE = Pattern.compile("\"signature\":\"([^\"]+)\"");
    private static final Pattern ASSERTION = Pattern.compile("client_assertion=([^&]+)");

    @Test
    void noPasswordAndNoPrivateKeyComesOut(@TempDir Path directory) throws Exception {
        // Given
        List<String> assertions = new CopyOnWriteArrayList<>();
        HttpServer tokenServer = tokenServer(assertions);
        try (SecureBroker secure = new SecureBroker(directory);
                ScriptedApi api = ScriptedApi.recording()) {
            secure.grant(MinimalAcls.documented());
            String oauthKey = secure.authority
                    .issueFor("localhost", TestAuthority.keys("RSA", 2048))
                    .privateKey();
            Path keys = Files.createDirectory(directory.resolve("keys"));
            Command keygen = Command.run(Map.of(), "keygen", "--client-id", "reports", "--out", keys.toString());
            assertThat(keygen.code()).as(keygen.err()).isZero();
            Path signingKey = keys.resolve("reports.key.pem");
            String secretsOfClient = Files.readString(signingKey);
            Path moved = Files.move(signingKey, directory.resolve("reports.key.pem"));

            Map<String, String> portal = new HashMap<>(secure.login("SCRAM-SHA-512", "portal"));
            portal.put("PORTAL_TARGET_API_URL", api.url());
            portal.put("PORTAL_ALLOWED_ENDPOINTS", "/api/v1/*");
            portal.put("PORTAL_CLIENT_KEYS", keys.toString());
            portal.put("PORTAL_REQUIRE_SIGNATURE", "true");
            portal.put("PORTAL_LOG_LEVEL", "DEBUG");
            portal.put(
                    "OAUTH2_TOKEN_URL",
                    "http://127.0.0.1:" + tokenServer.getAddress().getPort() + "/token");
            portal.put("OAUTH2_CLIENT_ID", "portal");
            portal.put("OAUTH2_CLIENT_AUTHENTICATION", "private_key_jwt");
            portal.put("OAUTH2_PRIVATE_KEY_FILE", secure.file("oauth.key", oauthKey));
            portal.put("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=io/kafkasend/cli/logback.xml");
            Map<String, String> client = new HashMap<>(secure.login("SCRAM-SHA-512", "client"));
            client.put("CLIENT_LOG_LEVEL", "DEBUG");
            client.put("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=io/kafkasend/cli/logback.xml");
            String signature;
            String said;
            try (CommandProcess running = CommandProcess.start(directory, "256m", portal, "portal")) {
                running.awaitLog("the portal is up");

                // When
                try (CommandProcess signed = CommandProcess.start(
                                directory,
                                "128m",
                                client,
                                "send-request",
                                "--endpoint",
                                "/api/v1/status",
                                "--signing-key",
                                moved.toString(),
                                "--client-id",
                                "reports");
                        CommandProcess unsigned = CommandProcess.start(
                                directory, "128m", client, "send-request", "--endpoint", "/api/v1/status")) {
                    assertThat(signed.awaitEnd(Duration.ofSeconds(60)))
                            .as(signed.log())
                            .isZero();
                    assertThat(unsigned.awaitEnd(Duration.ofSeconds(60))).isEqualTo(1);
                    said = running.log()
                            + running.out()
                            + signed.log()
                            + signed.out()
                            + unsigned.log()
                            + unsigned.out()
                            + String.join("\n", running.jmxAttributes());
                }
                signature = AllRecords.of(secure.broker).stream()
                        .filter(record -> record.topic().equals("api-requests"))
                        .map(record -> SIGNATURE.matcher(new String(record.value(), US_ASCII)))
                        .filter(Matcher::find)
                        .map(found -> found.group(1))
                        .findFirst()
                        .orElseThrow();
            }

            // Then
            assertThat(said).contains("the portal is up", "SIGNATURE_REQUIRED");
            assertThat(assertions).isNotEmpty();
            List<String> secrets = new ArrayList<>(assertions);
            secrets.addAll(List.of("c4nary", "PRIVATE KEY", TOKEN, signature));
            (oauthKey + "\n" + secretsOfClient)
                    .lines()
                    .map(String::strip)
                    .filter(line -> line.length() >= 20 && !line.startsWith("-----"))
                    .forEach(secrets::add);
            assertThat(secrets).hasSizeGreaterThan(20);
            for (String secret : secrets) {
                assertThat(said).doesNotContain(secret);
            }
            assertThat(AllRecords.of(secure.broker))
                    .filteredOn(record -> !record.topic().equals("api-requests") && record.value() != null)
                    .isNotEmpty()
                    .allSatisfy(record ->
                            assertThat(new String(record.value(), ISO_8859_1)).doesNotContain(secrets));
        } finally {
            tokenServer.stop(0);
        }
    }

    private static HttpServer tokenServer(List<String> assertions) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", exchange -> {
            String form = new String(exchange.getRequestBody().readAllBytes(), US_ASCII);
            ASSERTION
                    .matcher(form)
                    .results()
                    .map(found -> URLDecoder.decode(found.group(1), US_ASCII))
                    .forEach(assertions::add);
            byte[] answer = ("{\"access_token\":\"" + TOKEN + "\",\"token_type\":\"Bearer\",\"expires_in\":300}")
                    .getBytes(US_ASCII);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }
}
