package io.kafkasend.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.kafkasend.oauth.ClientAuthentication.TlsClientAuth;
import io.kafkasend.oauth.TokenException.Kind;
import io.kafkasend.tls.TestAuthority;
import io.kafkasend.tls.TlsContexts;
import io.kafkasend.tls.TlsMaterial;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A token server that knows its clients by their certificates. Real TLS. */
@Timeout(60)
class TlsTransportTest {

    private final TestAuthority authority = new TestAuthority("test authority");
    private final TestAuthority stranger = new TestAuthority("stranger");
    private final TestAuthority.Issued portal = authority.issue("portal");
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final List<String> forms = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpsServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpsServer.create(new InetSocketAddress(0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(TlsContexts.of(authority.issue("server").trusting(authority))) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
                        wanted.setNeedClientAuth(true);
                        parameters.setSSLParameters(wanted);
                    }
                });
        server.createContext("/token", exchange -> {
            seen.add(((HttpsExchange) exchange)
                    .getSSLSession()
                    .getPeerPrincipal()
                    .getName());
            forms.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            }
        });
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private URI url(String host) {
        return URI.create("https://" + host + ":" + server.getAddress().getPort() + "/token");
    }

    private void request(Rotated<TlsMaterial> material) throws TokenException {
        request("localhost", material);
    }

    private void request(String host, Rotated<TlsMaterial> material) throws TokenException {
        ClientCredentials credentials =
                new ClientCredentials(url(host), "portal", new TlsClientAuth(), material, "", "", List.of());
        TlsTransport transport = new TlsTransport(
                material,
                context -> new TokenTransport(TokenTransport.CONNECT_TIMEOUT, TokenTransport.TIMEOUT, context));
        new TokenRequester(credentials, transport).request(Instant.EPOCH);
    }

    @Test
    void showsTheCertificateAndNamesTheClientInTheForm() throws Exception {
        // When
        request(Rotated.fixed(portal.trusting(authority)));

        // Then
        assertThat(seen).containsExactly("CN=portal");
        assertThat(forms.get(0).split("&"))
                .containsExactlyInAnyOrder("grant_type=client_credentials", "client_id=portal");
    }

    @Test
    void connectsWithTheCertificateThatIsThereNow() throws Exception {
        // Given
        TlsMaterial second = authority.issue("portal-renewed").trusting(authority);
        AtomicReference<TlsMaterial> files = new AtomicReference<>(portal.trusting(authority));
        Rotated<TlsMaterial> material = Rotated.from("certificates", files::get);
        ClientCredentials credentials =
                new ClientCredentials(url("localhost"), "portal", new TlsClientAuth(), material, "", "", List.of());
        AccessTokens tokens = new ClientCredentialsTokens(credentials);
        AccessToken first = tokens.current();

        // When
        files.set(second);
        tokens.renew(first);

        // Then
        assertThat(seen).containsExactly("CN=portal", "CN=portal-renewed");
    }

    @Test
    void tellsThatTheServerIsNotTrusted() {
        // Given
        Rotated<TlsMaterial> material = Rotated.fixed(portal.trusting(stranger));

        // When // Then
        assertThatThrownBy(() -> request(material))
                .isInstanceOfSatisfying(TokenException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.UNAVAILABLE))
                .hasMessageContaining(": no TLS connection (");
        assertThat(forms).isEmpty();
    }

    @Test
    void checksTheNameOfTheServer() {
        // Given
        Rotated<TlsMaterial> material = Rotated.fixed(portal.trusting(authority));

        // When // Then
        assertThatThrownBy(() -> request("127.0.0.2", material)).hasMessageContaining(": no TLS connection (");
        assertThat(forms).isEmpty();
    }

    @Test
    void isRefusedWithACertificateOfAnotherAuthority() {
        // Given
        TestAuthority.Issued other = stranger.issue("portal");
        TlsMaterial material = other.trusting(authority);

        // When // Then
        assertThatThrownBy(() -> request(Rotated.fixed(material))).isInstanceOf(TokenException.class);
        assertThat(forms).isEmpty();
    }
}
