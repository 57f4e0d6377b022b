package io.kafkasend.e2e;

import static io.kafkasend.tls.TestAuthority.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.security.address.NameService;
import io.kafkasend.security.address.ScriptedNames;
import io.kafkasend.tls.TestAuthority;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS to the API with certificates that are made here, through a whole portal. */
class ApiTlsIT {
    private static EmbeddedBroker broker;

    private final TestAuthority authority = new TestAuthority("authority");
    private final TestAuthority stranger = new TestAuthority("stranger");

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

    private Map<String, String> settings(int port, TestAuthority trusted) {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafkasend.target-api-url", "https://localhost:" + port);
        settings.put("kafkasend.retry-max-attempts", "1");
        if (trusted != null) {
            settings.put(
                    "kafkasend.ca-file",
                    write(directory, "ca.pem", trusted.pem()).toString());
        }
        return settings;
    }

    private Map<String, String> settings(int port, TestAuthority trusted, TestAuthority.Issued own) {
        Map<String, String> settings = settings(port, trusted);
        settings.put("kafkasend.client-certificate-file", certificate(own).toString());
        settings.put("kafkasend.client-key-file", key(own).toString());
        return settings;
    }

    private Path certificate(TestAuthority.Issued own) {
        return write(directory, "portal.pem", own.certificates());
    }

    private Path key(TestAuthority.Issued own) {
        return write(directory, "portal.key", own.privateKey());
    }

    private static OwnPortal portal(Map<String, String> settings) throws Exception {
        return OwnPortal.start(broker, NameService.system(), settings);
    }

    private static int status(OwnPortal portal) {
        return portal.client.reply(portal.client.get("/api/v1/status")).status();
    }

    /** What the log says of a call that could not be made; the client is told nothing of it. */
    private static String refusal(OwnPortal portal) {
        try (CapturedLog log = CapturedLog.begin("io.kafkasend.portal.report.JobEnd")) {
            ResponseError error = portal.client.error(portal.client.get("/api/v1/status"));
            assertThat(error.code()).isEqualTo(ErrorCode.API_UNREACHABLE.name());
            assertThat(error.message()).isEqualTo("the API could not be reached");
            assertThat(log.lines()).hasSize(1);
            return log.lines().get(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void callsAnApiOfTheAuthorityThatIsSet(String protocol) throws Exception {
        try (TlsApi api = new TlsApi(authority.issue("api"), null, protocol);
                OwnPortal portal = portal(settings(api.port(), authority))) {
            // When
            int status = status(portal);

            // Then
            assertThat(status).isEqualTo(200);
            assertThat(api.callers()).containsExactly("anonymous " + protocol);
        }
    }

    @Test
    void refusesAnApiOfAnotherAuthorityAndSaysSo() throws Exception {
        try (TlsApi api = new TlsApi(authority.issue("api"), null);
                OwnPortal portal = portal(settings(api.port(), stranger))) {
            // When
            String line = refusal(portal);

            // Then
            assertThat(line)
                    .contains("the certificate of localhost is of no authority trusted by PORTAL_CA_FILE")
                    .doesNotContain("\n");
            assertThat(api.callers()).isEmpty();
        }
    }

    @Test
    void trustsTheJdksAuthoritiesWhereNoneIsSet() throws Exception {
        try (TlsApi api = new TlsApi(authority.issue("api"), null);
                OwnPortal portal = portal(settings(api.port(), null))) {
            // When
            String line = refusal(portal);

            // Then
            assertThat(line).contains("is of no authority trusted by the JDK; set PORTAL_CA_FILE");
            assertThat(api.callers()).isEmpty();
        }
    }

    @Test
    void refusesAnApiWhoseCertificateHasAnotherName() throws Exception {
        // Given
        ScriptedNames names = new ScriptedNames().host("api.example.test", "127.0.0.1");
        try (TlsApi api = new TlsApi(authority.issue("api"), null)) {
            Map<String, String> settings = settings(api.port(), authority);
            settings.put("kafkasend.target-api-url", "https://api.example.test:" + api.port());
            try (OwnPortal portal = OwnPortal.start(broker, names, settings)) {
                // When
                String line = refusal(portal);

                // Then
                assertThat(line).contains("No subject alternative DNS name matching api.example.test found");
                assertThat(api.callers()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void showsItsCertificateToAnApiThatWantsOne(String protocol) throws Exception {
        try (TlsApi api = new TlsApi(authority.issue("api"), authority, protocol);
                OwnPortal portal = portal(settings(api.port(), authority, authority.issue("portal")))) {
            // When
            int status = status(portal);

            // Then
            assertThat(status).isEqualTo(200);
            assertThat(api.callers()).containsExactly("CN=portal " + protocol);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void isNotLetInWithoutTheCertificateThatAnApiWants(String protocol) throws Exception {
        try (TlsApi api = new TlsApi(authority.issue("api"), authority, protocol);
                OwnPortal portal = portal(settings(api.port(), authority))) {
            // When
            ResponseError error = portal.client.error(portal.client.get("/api/v1/status"));

            // Then: with TLS 1.3 the client is through before the server judges, and may find the connection closed
            assertThat(error.code()).isIn(ErrorCode.API_UNREACHABLE.name(), ErrorCode.API_BROKEN.name());
            assertThat(api.callers()).isEmpty();
        }
    }

    @Test
    void takesNewFilesForNewConnectionsAndKeepsTheOldWhileTheNewAreOfNoUse() throws Exception {
        try (TlsApi before = new TlsApi(authority.issue("api"), authority, "TLSv1.2");
                CapturedLog log = CapturedLog.begin("io.kafkasend.portal.connect.RotatingTls");
                OwnPortal portal = portal(settings(before.port(), authority, authority.issue("old")))) {
            // When
            status(portal);
            write(directory, "ca.pem", "not yet written");
            status(portal);
            write(directory, "ca.pem", authority.pem());
            certificate(stranger.issue("half"));
            status(portal);
            TestAuthority.Issued renewed = authority.issue("a longer new name");
            certificate(renewed);
            key(renewed);
            status(portal);

            // Then
            assertThat(before.callers())
                    .containsExactly(
                            "CN=old TLSv1.2", "CN=old TLSv1.2", "CN=old TLSv1.2", "CN=a longer new name TLSv1.2");
            assertThat(log.lines()).hasSize(3);
            assertThat(log.lines().subList(0, 2)).allMatch(line -> line.contains("those before them stay"));
            assertThat(log.lines().get(2)).startsWith("certificates have changed files=");
        }
    }

    @Test
    void offersTls12And13AndTakesNoOlder() throws Exception {
        // Given
        try (ServerSocket old = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<byte[]> hello = CompletableFuture.supplyAsync(() -> answerInTls11(old));
            try (OwnPortal portal = portal(settings(old.getLocalPort(), authority))) {
                // When
                String line = refusal(portal);

                // Then
                assertThat(line).contains("TLS11 is not accepted");
                assertThat(offeredVersions(hello.join())).containsExactly(0x0303, 0x0304);
            }
        }
    }

    /** Reads a ClientHello, and answers with a ServerHello of TLS 1.1 (RFC 4346), as a server would that has no newer. */
    private static byte[] answerInTls11(ServerSocket server) {
        try (Socket socket = server.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readNBytes(3);
            byte[] hello = in.readNBytes(in.readUnsignedShort());
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            answer.writeBytes(new byte[] {22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2});
            answer.writeBytes(new byte[32]); // random
            answer.writeBytes(new byte[] {0, (byte) 0xC0, 0x13, 0}); // no session, ECDHE_RSA_WITH_AES_128_CBC_SHA
            socket.getOutputStream().write(answer.toByteArray());
            socket.getOutputStream().flush();
            in.read(); // until the client hangs up
            return hello;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The extension supported_versions (RFC 8446, 4.2.1). */
    private static TreeSet<Integer> offeredVersions(byte[] clientHello) {
        ByteBuffer hello = ByteBuffer.wrap(clientHello);
        hello.position(4 + 2 + 32);
        hello.position(hello.get() + hello.position()); // session
        hello.position(hello.getShort() + hello.position()); // cipher suites
        hello.position(hello.get() + hello.position()); // compressions
        hello.getShort();
        TreeSet<Integer> versions = new TreeSet<>();
        while (hello.hasRemaining()) {
            int type = hello.getShort();
            int end = hello.getShort() + hello.position();
            if (type == 43) {
                hello.get();
                while (hello.position() < end) {
                    versions.add((int) hello.getShort());
                }
            }
            hello.position(end);
        }
        return versions;
    }

    @Test
    void goesThroughAProxyToTheApiItself() throws Exception {
        try (RecordingProxy proxy = RecordingProxy.start();
                TlsApi api = new TlsApi(authority.issue("api"), authority)) {
            Map<String, String> settings = settings(api.port(), authority, authority.issue("portal"));
            settings.put("kafkasend.proxy-url", proxy.url());
            try (OwnPortal portal = portal(settings)) {
                // When
                int status = status(portal);

                // Then
                assertThat(status).isEqualTo(200);
                assertThat(proxy.lines()).containsExactly("CONNECT localhost:" + api.port() + " HTTP/1.1");
                assertThat(api.callers()).containsExactly("CN=portal TLSv1.3");
            }
        }
    }

    @Test
    void doesNotStartWithFilesThatAreOfNoUse() {
        // Given
        TestAuthority.Issued own = authority.issue("portal");
        Map<String, String> noCertificate = settings(1, authority);
        noCertificate.put("kafkasend.ca-file", write(directory, "empty.pem", "").toString());
        Map<String, String> otherKey = settings(1, authority, own);
        key(authority.issue("another"));
        Map<String, String> missing = settings(1, authority);
        missing.put("kafkasend.ca-file", directory.resolve("none.pem").toString());
        Map<String, String> alone = settings(1, authority);
        alone.put("kafkasend.client-key-file", key(authority.issue("another")).toString());

        // When // Then
        assertThat(fault(noCertificate)).contains("empty.pem holds no certificate");
        assertThat(fault(otherKey)).contains("portal.key holds another private key than that of");
        assertThat(fault(missing))
                .contains("PORTAL_CA_FILE is \"", "none.pem\", which does not exist; it takes a readable PEM file");
        assertThat(fault(alone)).contains("PORTAL_CLIENT_CERTIFICATE_FILE and PORTAL_CLIENT_KEY_FILE is not set");
    }

    /** The line that tells why a portal does not start. */
    private static String fault(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("kafkasend.use-oauth", "false");
        all.put("kafkasend.bootstrap-servers", broker.bootstrapServers());
        try (CapturedLog log = CapturedLog.begin("io.kafkasend.portal")) {
            Throwable failure =
                    catchThrowable(() -> Portal.start(all, NameService.system()).close());
            assertThat(failure).isNotNull();
            List<String> lines = log.lines().stream()
                    .filter(line -> !line.startsWith("setting differs") && !line.startsWith("PORTAL_ALLOWED_ENDPOINTS"))
                    .filter(line -> !line.startsWith("needs up to ")) // of its heap
                    .filter(line -> !line.startsWith("answers on ")) // and in which form
                    .filter(line -> !line.startsWith("the management port is open"))
                    .distinct()
                    .toList();
            assertThat(lines).hasSize(1);
            return lines.get(0);
        }
    }
}
