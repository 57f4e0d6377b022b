package io.kafkasend.e2e;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.kafkasend.tls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A real Keycloak in a process of its own, on loopback, with one realm and its database in memory. It is unpacked by the
 * build ({@code -Pkeycloak}) and runs on this JVM's JDK.
 */
final class KeycloakProcess implements AutoCloseable {
    static final String REALM = "kafkasend";

    private final Process process;
    private final Path output;
    private final int port;
    private final int tlsPort;

    /**
     * @param home where Keycloak is unpacked
     * @param directory for certificates
     * @param authority issues its server certificate, and is whose client certificates it trusts
     * @param tokenSeconds how long its tokens live
     * @param clients the realm's clients, as Keycloak's export has them
     */
    static KeycloakProcess start(
            Path home, Path directory, TestAuthority authority, int tokenSeconds, List<Map<String, Object>> clients)
            throws IOException {
        Path imported = Files.createDirectories(home.resolve("data/import"));
        Map<String, Object> realm = Map.of(
                "realm", REALM,
                "enabled", true,
                "sslRequired", "none",
                "accessTokenLifespan", tokenSeconds,
                "clients", clients);
        TestAuthority.write(imported, "realm.json", JSONObjectUtils.toJSONString(realm));
        KeycloakProcess keycloak = new KeycloakProcess(home, directory, authority);
        try {
            keycloak.awaitRealm();
            return keycloak;
        } catch (RuntimeException e) {
            keycloak.close();
            throw new IllegalStateException("Keycloak did not start:\n" + keycloak.output(), e);
        }
    }

    private KeycloakProcess(Path home, Path directory, TestAuthority authority) throws IOException {
        TestAuthority.Issued server = authority.issue("keycloak");
        port = freePort();
        tlsPort = freePort();
        output = home.resolveSibling("keycloak.log");
        ProcessBuilder builder = new ProcessBuilder(
                home.resolve("bin/kc.sh").toString(),
                "start-dev",
                "--import-realm",
                "--db=dev-mem",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--hostname=http://127.0.0.1:" + port,
                "--https-port=" + tlsPort,
                "--https-certificate-file=" + TestAuthority.write(directory, "server.pem", server.certificates()),
                "--https-certificate-key-file=" + TestAuthority.write(directory, "server.key", server.privateKey()),
                "--https-client-auth=request",
                "--truststore-paths=" + TestAuthority.write(directory, "authority.pem", authority.pem()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        process = builder.start();
        // When the test's own process is told to end.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitRealm() {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create(issuer())).build();
        Awaitility.await()
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(500))
                .failFast("its process has ended", () -> !process.isAlive())
                .ignoreExceptions()
                .until(() -> http.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200);
    }

    /** The realm's issuer, and the beginning of its URLs. */
    String issuer() {
        return "http://127.0.0.1:" + port + "/realms/" + REALM;
    }

    String tokenUrl() {
        return issuer() + "/protocol/openid-connect/token";
    }

    /** The token endpoint that asks for client certificates. */
    String tlsTokenUrl() {
        return "https://localhost:" + tlsPort + "/realms/" + REALM + "/protocol/openid-connect/token";
    }

    /** Where the keys are that sign its tokens. */
    URI keysUrl() {
        return URI.create(issuer() + "/protocol/openid-connect/certs");
    }

    /** What it has printed. */
    String output() {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "no output: " + e;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
