package io.kafkasend.oauth;

import static io.kafkasend.tls.TestAuthority.keys;
import static io.kafkasend.tls.TestAuthority.pem;
import static io.kafkasend.tls.TestAuthority.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import io.kafkasend.oauth.ClientAuthentication.PrivateKeyJwt;
import io.kafkasend.oauth.ClientAuthentication.SecretPost;
import io.kafkasend.tls.TlsMaterial;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a client proves who it is, as it goes over the wire. */
@Timeout(60)
class ClientAuthenticationTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final TokenServer server = new TokenServer();

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        server.close();
    }

    /** The form that the server gets. */
    private Map<String, String> asked(ClientAuthentication method) throws Exception {
        new TokenRequester(Credentials.with(server.url("/token"), method), new TokenTransport()).request(NOW);
        TokenServer.Asked asked = server.asked.get(server.count() - 1);
        assertThat(asked.authorization()).isNull();
        Map<String, String> form = new TreeMap<>();
        for (String pair : asked.body().split("&")) {
            String[] parts = pair.split("=", 2);
            form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        assertThat(form.remove("grant_type")).isEqualTo("client_credentials");
        return form;
    }

    private SignedJWT assertion(ClientAuthentication method) throws Exception {
        Map<String, String> form = asked(method);
        assertThat(form.remove("client_assertion_type"))
                .isEqualTo("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        SignedJWT jwt = SignedJWT.parse(form.remove("client_assertion"));
        form.remove("client_id");
        assertThat(form).isEmpty();
        return jwt;
    }

    @Test
    void sendsIdAndSecretInTheForm() throws Exception {
        // When
        Map<String, String> form = asked(new SecretPost(Rotated.fixed(new ClientSecret("p+a%s s\u00fc&="))));

        // Then
        assertThat(form).containsOnly(Map.entry("client_id", "portal"), Map.entry("client_secret", "p+a%s s\u00fc&="));
    }

    @Test
    void signsAnAssertionWithAnRsaKey() throws Exception {
        // Given
        KeyPair pair = keys("RSA", 2048);

        // When
        SignedJWT jwt =
                assertion(new PrivateKeyJwt(Rotated.fixed(pair.getPrivate()), " key-1 ", " https://issuer.example "));

        // Then
        assertThat(jwt.getHeader().toJSONObject()).containsOnly(Map.entry("alg", "RS256"), Map.entry("kid", "key-1"));
        assertThat(jwt.verify(new RSASSAVerifier((RSAPublicKey) pair.getPublic())))
                .isTrue();
        assertThat(jwt.getJWTClaimsSet().getAudience()).containsExactly("https://issuer.example");
    }

    @Test
    void signsAnAssertionWithAnEcKey() throws Exception {
        // Given
        KeyPair pair = keys("EC", 256);
        JWSVerifier verifier = new ECDSAVerifier((ECPublicKey) pair.getPublic());

        // When
        SignedJWT jwt = assertion(new PrivateKeyJwt(Rotated.fixed(pair.getPrivate()), null, null));

        // Then
        assertThat(jwt.getHeader().toJSONObject()).containsOnly(Map.entry("alg", "ES256"));
        assertThat(jwt.verify(verifier)).isTrue();
        assertThat(jwt.getJWTClaimsSet().getIssuer()).isEqualTo("portal");
        assertThat(jwt.getJWTClaimsSet().getSubject()).isEqualTo("portal");
        assertThat(jwt.getJWTClaimsSet().getAudience())
                .containsExactly(server.url("/token").toString());
        assertThat(jwt.getJWTClaimsSet().getIssueTime()).isEqualTo(Date.from(NOW));
        assertThat(jwt.getJWTClaimsSet().getExpirationTime()).isEqualTo(Date.from(NOW.plusSeconds(60)));
    }

    @Test
    void signsANewAssertionForEachRequest() throws Exception {
        // Given
        PrivateKeyJwt method = new PrivateKeyJwt(Rotated.fixed(keys("EC", 256).getPrivate()), "", "");

        // When
        String first = assertion(method).getJWTClaimsSet().getJWTID();
        String second = assertion(method).getJWTClaimsSet().getJWTID();

        // Then
        assertThat(first).hasSizeGreaterThan(20).isNotEqualTo(second);
    }

    @Test
    void signsWithTheKeyThatIsInTheFileNow() throws Exception {
        // Given
        KeyPair next = keys("RSA", 2048);
        Path file = write(
                directory,
                "key.pem",
                pem("PRIVATE KEY", keys("EC", 256).getPrivate().getEncoded()));
        PrivateKeyJwt method = new PrivateKeyJwt(Rotated.from("key", () -> PrivateKeyJwt.signingKey(file)), "", "");
        assertion(method);

        // When
        write(directory, "key.pem", pem("PRIVATE KEY", next.getPrivate().getEncoded()));

        // Then
        assertThat(assertion(method).verify(new RSASSAVerifier((RSAPublicKey) next.getPublic())))
                .isTrue();
    }

    @Test
    void takesNoKeyOfAnotherCurve() {
        // Given
        Path file = write(
                directory,
                "key.pem",
                pem("PRIVATE KEY", keys("EC", 384).getPrivate().getEncoded()));

        // When // Then
        assertThatThrownBy(() -> PrivateKeyJwt.signingKey(file))
                .hasMessage(file + " holds an EC key of another curve than P-256, which ES256 needs");
    }

    @Test
    void sendsEachResource() throws Exception {
        // Given
        ClientCredentials plain = server.credentials();
        ClientCredentials credentials = new ClientCredentials(
                plain.tokenUrl(),
                "portal",
                plain.authentication(),
                Rotated.fixed(TlsMaterial.NONE),
                "read",
                "api",
                ClientCredentials.resources("https://a.example/x?y=1 urn:b"));

        // When
        new TokenRequester(credentials, new TokenTransport()).request(NOW);

        // Then
        assertThat(List.of(server.asked.get(0).body().split("&")))
                .containsExactlyInAnyOrder(
                        "grant_type=client_credentials",
                        "scope=read",
                        "audience=api",
                        "resource=https%3A%2F%2Fa.example%2Fx%3Fy%3D1",
                        "resource=urn%3Ab");
    }

    @Test
    void namesItsMethodAndShowsNothingElse() {
        // Given
        Rotated<ClientSecret> secret = Rotated.fixed(new ClientSecret("canary"));
        PrivateKeyJwt jwt = new PrivateKeyJwt(Rotated.fixed(keys("EC", 256).getPrivate()), "k", "a");

        // When // Then
        assertThat(new ClientAuthentication.SecretBasic(secret).method()).isEqualTo("client_secret_basic");
        assertThat(new SecretPost(secret).method()).isEqualTo("client_secret_post");
        assertThat(jwt.method()).isEqualTo("private_key_jwt");
        assertThat(new ClientAuthentication.TlsClientAuth().method()).isEqualTo("tls_client_auth");
        assertThat(jwt).hasToString("PrivateKeyJwt[key=Rotated[], keyId=k, audience=a]");
    }
}
