package io.kafkasend.tls;

import static io.kafkasend.tls.TestAuthority.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real handshakes on loopback. */
@Timeout(60)
class TlsContextsTest {

    private final TestAuthority authority = new TestAuthority("test authority");
    private final TestAuthority stranger = new TestAuthority("stranger");
    private final TestAuthority.Issued server = authority.issue("server");
    private final TestAuthority.Issued portal = authority.issue("portal");

    @TempDir
    private Path directory;

    /** The name that the server has seen in the client's certificate. */
    private String handshake(TlsMaterial client, String... serverProtocols) throws Exception {
        try (SSLServerSocket listener = (SSLServerSocket) TlsContexts.of(server.trusting(authority))
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener.setNeedClientAuth(true);
            listener.setEnabledProtocols(serverProtocols);
            CompletableFuture<String> seen = CompletableFuture.supplyAsync(() -> accept(listener));
            try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
                    SSLSocket socket = (SSLSocket) TlsContexts.of(client)
                            .getSocketFactory()
                            .createSocket(plain, "127.0.0.1", listener.getLocalPort(), true)) {
                socket.setSSLParameters(TlsContexts.parameters());
                socket.startHandshake();
                // TLS 1.3 tells a client only when it reads that its certificate was refused.
                assertThat(socket.getInputStream().read()).isEqualTo('!');
            }
            return seen.join();
        }
    }

    private static String accept(SSLServerSocket listener) {
        try (SSLSocket socket = (SSLSocket) listener.accept()) {
            String name = socket.getSession().getPeerPrincipal().getName();
            socket.getOutputStream().write('!');
            return name;
        } catch (IOException e) {
            return "refused";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void showsItsCertificateToAServerThatItTrusts(String protocol) throws Exception {
        // Given
        TlsMaterial read = TlsMaterial.read(
                Optional.of(write(directory, "ca.pem", authority.pem())),
                Optional.of(write(directory, "portal.pem", portal.certificates())),
                Optional.of(write(directory, "portal.key", portal.privateKey())));

        // When // Then
        assertThat(handshake(read, protocol)).isEqualTo("CN=portal");
    }

    @Test
    void trustsNoOtherAuthority() {
        // Given
        TlsMaterial client = portal.trusting(stranger);

        // When // Then
        assertThatThrownBy(() -> handshake(client, "TLSv1.3")).isInstanceOf(SSLException.class);
    }

    @Test
    void trustsWhatTheJdkTrustsWhereNothingElseIsSaid() {
        // Given
        TlsMaterial client = new TlsMaterial(List.of(), portal.chain(), portal.key());

        // When // Then
        assertThatThrownBy(() -> handshake(client, "TLSv1.3")).isInstanceOf(SSLException.class);
    }

    @Test
    void hasNoCertificateWhereNoneIsGiven() {
        // Given
        TlsMaterial client = new TlsMaterial(List.of(authority.certificate()), List.of(), null);

        // When // Then
        assertThatThrownBy(() -> handshake(client, "TLSv1.2")).isInstanceOf(IOException.class);
    }

    @Test
    void speaksNothingOlderThanTls12() {
        assertThat(TlsContexts.parameters().getProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
        assertThat(TlsContexts.parameters().getEndpointIdentificationAlgorithm())
                .isEqualTo("HTTPS");
    }

    @Test
    void refusesTheKeyOfAnotherCertificate() {
        // Given
        Path certificate = write(directory, "portal.pem", portal.certificates());
        Path key = write(directory, "server.key", server.privateKey());
        Path rsa = write(
                directory,
                "rsa.key",
                authority.issue("rsa", TestAuthority.keys("RSA", 2048)).privateKey());

        // When // Then
        assertThatThrownBy(() -> TlsMaterial.read(Optional.empty(), Optional.of(certificate), Optional.of(key)))
                .isInstanceOf(PemException.class)
                .hasMessage(key + " holds another private key than that of " + certificate);
        assertThatThrownBy(() -> TlsMaterial.read(Optional.empty(), Optional.of(certificate), Optional.of(rsa)))
                .hasMessage(rsa + " holds another private key than that of " + certificate);
    }

    @Test
    void wantsCertificateAndKeyTogether() {
        // Given
        Path certificate = write(directory, "portal.pem", portal.certificates());

        // When // Then
        assertThatThrownBy(() -> TlsMaterial.read(Optional.empty(), Optional.of(certificate), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a certificate and its private key go together");
        assertThatThrownBy(() -> new TlsMaterial(List.of(), List.of(), portal.key()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isEqualExactlyWhileTheFilesHoldTheSame() throws Exception {
        // Given
        Path ca = write(directory, "ca.pem", authority.pem());
        TlsMaterial first = TlsMaterial.read(Optional.of(ca), Optional.empty(), Optional.empty());

        // When
        TlsMaterial same = TlsMaterial.read(Optional.of(ca), Optional.empty(), Optional.empty());
        write(directory, "ca.pem", stranger.pem());
        TlsMaterial other = TlsMaterial.read(Optional.of(ca), Optional.empty(), Optional.empty());

        // Then
        assertThat(same).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @Test
    void neverShowsTheKeyAsText() {
        assertThat(portal.trusting(authority)).hasToString("TlsMaterial[trusted=1, chain=2, key=***]");
    }
}
