package io.kafkasend.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.Problem;
import io.kafkasend.tls.TestAuthority;
import io.kafkasend.tls.TlsContexts;
import io.kafkasend.tls.TlsFiles;
import io.kafkasend.tls.TlsMaterial;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServerTlsTest {
    private final TestAuthority authority = new TestAuthority("servers");
    private CallerServer server;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws IOException {
        Path certificate = issue();
        ServerTls tls = new ServerTls(
                new TlsFiles(Optional.empty(), Optional.of(certificate), Optional.of(directory.resolve("server.key"))));
        server = new CallerServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ConnectionBounds(4, 4, Duration.ofSeconds(10)),
                tls,
                call -> call.answer(Problem.of(GatewayError.CALLER_RATE, "planned")));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(Duration.ZERO);
    }

    /** Writes a new certificate and its key over those of before. */
    private Path issue() {
        TestAuthority.Issued issued = authority.issueFor("localhost", TestAuthority.keys("EC", 256));
        TestAuthority.write(directory, "server.key", issued.privateKey());
        return TestAuthority.write(directory, "server.pem", issued.certificates());
    }

    /** The certificate that a new connection is shown. */
    private X509Certificate shown() throws IOException, InterruptedException {
        HttpResponse<Void> answer = HttpClient.newBuilder()
                .sslContext(TlsContexts.of(new TlsMaterial(List.of(authority.certificate()), List.of(), null)))
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "https://localhost:" + server.address().getPort() + "/"))
                                .build(),
                        BodyHandlers.discarding());
        assertThat(answer.statusCode()).isEqualTo(429);
        return (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
    }

    @Test
    void newConnectionsAreShownWhatTheFilesHoldThen() throws Exception {
        // Given
        X509Certificate first = shown();

        // When
        issue();

        // Then
        assertThat(shown()).isNotEqualTo(first);
    }

    @Test
    void aFileThatIsOfNoUseLeavesTheCertificateOfBefore() throws Exception {
        // Given
        X509Certificate first = shown();

        // When
        Files.writeString(directory.resolve("server.pem"), "no certificate");

        // Then
        assertThat(shown()).isEqualTo(first);
    }
}
