package io.kafkasend.tls;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;

/**
 * A token server that issues signed JWTs by the client credentials grant over https, as identity providers do, and tells
 * their key over plain http. Thread-safe.
 */
public final class JwtIssuer implements AutoCloseable {
    /** What its tokens name as their issuer. */
    public static final String NAME = "test";

    private final RSAKey key;
    private final Map<String, String> secrets;
    private final HttpsServer tokens;
    private final HttpServer keys;

    private JwtIssuer(TlsMaterial identity, Map<String, String> secrets) throws IOException {
        this.secrets = secrets;
        this.key = TestAuthority.jsonWebKey("test");
        this.tokens = HttpsServer.create(new InetSocketAddress("localhost", 0), 0);
        tokens.setHttpsConfigurator(new HttpsConfigurator(TlsContexts.of(identity)));
        tokens.createContext("/token", this::issue);
        tokens.start();
        this.keys = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
        keys.createContext("/keys", exchange -> send(exchange, 200, new JWKSet(key.toPublicJWK()).toString()));
        keys.start();
    }

    /**
     * Starts one.
     *
     * @param identity shown to whom asks for tokens
     * @param secrets of the clients, by their ids, which become the tokens' subjects
     */
    public static JwtIssuer start(TlsMaterial identity, Map<String, String> secrets) {
        try {
            return new JwtIssuer(identity, Map.copyOf(secrets));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where tokens are to be had. */
    public String tokenUrl() {
        return "https://localhost:" + tokens.getAddress().getPort() + "/token";
    }

    /** Where the key is to be had (RFC 7517). */
    public String keysUrl() {
        return "http://localhost:" + keys.getAddress().getPort() + "/keys";
    }

    private void issue(HttpExchange exchange) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        String[] credentials = new String(
                        Base64.getDecoder().decode(authorization.substring("Basic ".length())), StandardCharsets.UTF_8)
                .split(":", 2);
        String id = decoded(credentials[0]);
        if (!decoded(credentials[1]).equals(secrets.get(id))) {
            send(exchange, 401, "{\"error\":\"invalid_client\"}");
            return;
        }
        Instant now = Instant.now();
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    new JWTClaimsSet.Builder()
                            .subject(id)
                            .issuer(NAME)
                            .audience("kafka")
                            .claim("scope", "kafka")
                            .issueTime(Date.from(now))
                            .expirationTime(Date.from(now.plusSeconds(300)))
                            .build());
            token.sign(new RSASSASigner(key));
            send(
                    exchange,
                    200,
                    "{\"access_token\":\"" + token.serialize() + "\",\"token_type\":\"Bearer\",\"expires_in\":300}");
        } catch (JOSEException e) {
            send(exchange, 500, "{}");
        }
    }

    private static String decoded(String value) {
        return URLDecoder.decode(value, StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        tokens.stop(0);
        keys.stop(0);
    }
}
