package io.kafkasend.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.kafkasend.tls.TestAuthority;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IssuedTokensTest {
    private HttpServer server;
    private String issuer;
    private RSAKey key;

    @BeforeEach
    void anIssuer() throws Exception {
        key = TestAuthority.jsonWebKey("one");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer = "http://127.0.0.1:" + server.getAddress().getPort() + "/realms/test";
        serves("/realms/test/.well-known/openid-configuration", metadata());
        serves("/realms/test/keys", new JWKSet(key.toPublicJWK()).toString());
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private void serves(String path, String json) {
        server.createContext(path, exchange -> {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private JWTClaimsSet claims(String by, long seconds) {
        Date end = Date.from(Instant.now().plusSeconds(seconds));
        return new JWTClaimsSet.Builder()
                .issuer(by)
                .subject("portal")
                .expirationTime(end)
                .build();
    }

    private static String signed(RSAKey by, JWTClaimsSet claims) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(by.getKeyID()).build(), claims);
        token.sign(new RSASSASigner(by));
        return token.serialize();
    }

    @Test
    void takesWhatTheIssuerSignedAndNothingElse() throws Exception {
        // Given
        server.start();
        IssuedTokens tokens = new IssuedTokens(issuer);
        RSAKey other = TestAuthority.jsonWebKey("one");

        // Then
        assertThat(tokens.isValid(signed(key, claims(issuer, 60)))).isTrue();
        assertThat(tokens.isValid(signed(key, claims(issuer, -120))))
                .as("expired")
                .isFalse();
        assertThat(tokens.isValid(signed(key, claims("http://other", 60))))
                .as("of another")
                .isFalse();
        assertThat(tokens.isValid(signed(other, claims(issuer, 60))))
                .as("forged")
                .isFalse();
        assertThat(tokens.isValid(new PlainJWT(claims(issuer, 60)).serialize()))
                .as("unsigned")
                .isFalse();
        assertThat(tokens.isValid("no token")).isFalse();
        assertThat(tokens.isValid(null)).isFalse();
    }

    @Test
    void anIssuerThatComesLaterIsAskedAgain() throws Exception {
        // Given: it listens, and serves nothing yet
        server.removeContext("/realms/test/.well-known/openid-configuration");
        server.start();
        IssuedTokens tokens = new IssuedTokens(issuer);
        String token = signed(key, claims(issuer, 60));
        assertThat(tokens.isValid(token)).isFalse();

        // When
        serves("/realms/test/.well-known/openid-configuration", metadata());

        // Then
        assertThat(tokens.isValid(token)).isTrue();
    }

    private String metadata() {
        return """
                {"issuer":"%1$s","jwks_uri":"%1$s/keys","authorization_endpoint":"%1$s/auth",
                "response_types_supported":["code"],"subject_types_supported":["public"],
                "id_token_signing_alg_values_supported":["RS256"]}""".formatted(issuer);
    }
}
