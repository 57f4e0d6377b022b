package io.kafkasend.e2e;

import static io.kafkasend.tls.TestAuthority.keys;
import static io.kafkasend.tls.TestAuthority.pem;
import static io.kafkasend.tls.TestAuthority.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import io.kafkasend.tls.TestAuthority;
import java.net.MalformedURLException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Portals with tokens of a real Keycloak, which expire while jobs run; the API checks them by Keycloak's own keys. */
@Tag("keycloak")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KeycloakIT {
    private static final int TOKEN_SECONDS = 5;
    private static final int TOKENS = 4;
    private static final String SECRET = "s+e%c/r e:t&=\u00fc";
    private static final TestAuthority AUTHORITY = new TestAuthority("test authority");
    private static final TestAuthority.Issued CERTIFICATE = AUTHORITY.issue("portal-certificate");
    private static final KeyPair RSA = keys("RSA", 2048);
    private static final KeyPair EC = keys("EC", 256);

    @TempDir
    private static Path directory;

    private static KeycloakProcess keycloak;
    private static EmbeddedBroker broker;

    /** What the API has seen: the end of each token, by its id. */
    private final Map<String, Instant> tokens = new ConcurrentSkipListMap<>();

    @BeforeAll
    static void startKeycloakAndBroker() throws Exception {
        String rsaKeys = new JWKSet(new RSAKey.Builder((RSAPublicKey) RSA.getPublic())
                        .keyID("rsa-1")
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.RS256)
                        .build())
                .toString();
        String ecKeys = new JWKSet(new ECKey.Builder(Curve.P_256, (ECPublicKey) EC.getPublic())
                        .keyID("ec-1")
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.ES256)
                        .build())
                .toString();
        keycloak = KeycloakProcess.start(
                Path.of(System.getProperty("keycloak.home")),
                directory,
                AUTHORITY,
                TOKEN_SECONDS,
                List.of(
                        client("portal-basic", "client-secret", Map.of()),
                        client("portal-post", "client-secret", Map.of()),
                        client("portal-rsa", "client-jwt", jwtAttributes("RS256", rsaKeys)),
                        client("portal-ec", "client-jwt", jwtAttributes("ES256", ecKeys)),
                        client(
                                "portal-certificate",
                                "client-x509",
                                Map.of("x509.subjectdn", "CN=portal-certificate"))));
        broker = EmbeddedBroker.start();
    }

    @AfterAll
    static void stopBoth() {
        if (broker != null) {
            broker.close();
        }
        if (keycloak != null) {
            keycloak.close();
        }
    }

    private static Map<String, Object> client(String id, String authenticator, Map<String, Object> attributes) {
        return Map.of(
                "clientId", id,
                "clientAuthenticatorType", authenticator,
                "secret", SECRET,
                "serviceAccountsEnabled", true,
                "standardFlowEnabled", false,
                "publicClient", false,
                "attributes", attributes);
    }

    private static Map<String, Object> jwtAttributes(String algorithm, String keys) {
        return Map.of("token.endpoint.auth.signing.alg", algorithm, "use.jwks.string", "true", "jwks.string", keys);
    }

    private static String file(String name, String text) {
        return write(directory, name, text).toString();
    }

    /** The portal's settings for a client. */
    private static Map<String, String> settings(String client) {
        String prefix = "kafkasend.oauth2-";
        String method = prefix + "client-authentication";
        return switch (client) {
            case "portal-basic" -> Map.of(prefix + "client-secret", SECRET);
            case "portal-post" ->
                Map.of(method, "client_secret_post", prefix + "client-secret-file", file("secret", SECRET + "\n"));
            case "portal-rsa" ->
                Map.of(
                        method,
                        "private_key_jwt",
                        prefix + "private-key-file",
                        file("rsa.pem", pem("PRIVATE KEY", RSA.getPrivate().getEncoded())),
                        prefix + "key-id",
                        "rsa-1",
                        prefix + "assertion-audience",
                        keycloak.issuer());
            case "portal-ec" ->
                Map.of(
                        method,
                        "private_key_jwt",
                        prefix + "private-key-file",
                        file("ec.pem", pem("PRIVATE KEY", EC.getPrivate().getEncoded())),
                        prefix + "key-id",
                        "ec-1");
            case "portal-certificate" ->
                Map.of(
                        method,
                        "tls_client_auth",
                        prefix + "token-url",
                        keycloak.tlsTokenUrl(),
                        prefix + "ca-file",
                        file("ca.pem", AUTHORITY.pem()),
                        prefix + "client-certificate-file",
                        file("portal.pem", CERTIFICATE.certificates()),
                        prefix + "client-certificate-key-file",
                        file("portal.key", CERTIFICATE.privateKey()));
            default -> throw new IllegalArgumentException(client);
        };
    }

    /** What an API checks: signature, issuer, client and, to the second, the end. */
    private boolean accepts(DefaultJWTProcessor<SecurityContext> processor, String token) {
        try {
            JWTClaimsSet claims = processor.process(token, null);
            tokens.putIfAbsent(claims.getJWTID(), claims.getExpirationTime().toInstant());
            return true;
        } catch (ParseException | BadJOSEException | JOSEException | NullPointerException e) {
            return false; // no token, a damaged one, or one that has ended
        }
    }

    private static DefaultJWTProcessor<SecurityContext> processor(String client) throws MalformedURLException {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                JWSAlgorithm.RS256,
                JWKSourceBuilder.create(keycloak.keysUrl().toURL()).build()));
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                new JWTClaimsSet.Builder()
                        .issuer(keycloak.issuer())
                        .claim("azp", client)
                        .build(),
                Set.of("exp", "jti"));
        claims.setMaxClockSkew(0);
        processor.setJWTClaimsSetVerifier(claims);
        return processor;
    }

    private static Portal portal(String name, String client, SampleApi api, Map<String, String> settings)
            throws Exception {
        broker.createTopic(name + "-requests", 3);
        broker.createTopic(name + "-responses", 3);
        Map<String, String> all = new HashMap<>(Map.of(
                "kafkasend.bootstrap-servers",
                broker.bootstrapServers(),
                "kafkasend.request-topic",
                name + "-requests",
                "kafkasend.response-topic",
                name + "-responses",
                "kafkasend.consumer-group",
                name,
                "kafkasend.allowed-endpoints",
                "/api/v1/*",
                "kafkasend.target-api-url",
                api.url().toString(),
                "kafkasend.oauth2-token-url",
                keycloak.tokenUrl(),
                "kafkasend.oauth2-client-id",
                client));
        all.putAll(settings);
        return Portal.start(all);
    }

    private static WireClient wire(String name) {
        return new WireClient(broker.bootstrapServers(), name + "-requests", name + "-responses");
    }

    @ParameterizedTest
    @ValueSource(strings = {"portal-basic", "portal-post", "portal-rsa", "portal-ec", "portal-certificate"})
    void everyJobIsAnsweredWhileTokensExpire(String client) throws Exception {
        // Given
        DefaultJWTProcessor<SecurityContext> processor = processor(client);
        Instant begin = Instant.now();
        int jobs = 0;
        try (SampleApi api = SampleApi.start(token -> accepts(processor, token));
                Portal portal = portal(client, client, api, settings(client));
                WireClient wire = wire(client)) {
            assertThat(portal.context().isStarted()).isTrue();

            // When
            while (tokens.size() < TOKENS && Instant.now().isBefore(begin.plus(Duration.ofMinutes(2)))) {
                List<JobId> batch = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    batch.add(wire.get("/api/v1/status"));
                }
                for (JobId job : batch) {
                    assertThat(wire.reply(job).status()).isEqualTo(200);
                }
                jobs += batch.size();
            }
        }

        // Then
        System.out.println(client + ": " + jobs + " jobs answered with " + tokens.size() + " tokens of " + TOKEN_SECONDS
                + " s each");
        assertThat(tokens).hasSizeGreaterThanOrEqualTo(TOKENS);
        assertThat(tokens.values()).anyMatch(end -> end.isBefore(Instant.now()));
    }

    @Test
    void aWrongSecretIsRefusedAtOnceAndNotTriedInALoop() throws Exception {
        // Given
        Instant begin = Instant.now();
        try (SampleApi api = SampleApi.start(token -> true);
                Portal portal = portal(
                        "wrong",
                        "portal-post",
                        api,
                        Map.of(
                                "kafkasend.oauth2-client-secret",
                                "wrong",
                                "kafkasend.oauth2-client-authentication",
                                "client_secret_post"));
                WireClient wire = wire("wrong")) {
            assertThat(portal.context().isStarted()).isTrue();

            // When
            List<JobId> jobs = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                jobs.add(wire.get("/api/v1/status"));
            }

            // Then
            jobs.forEach(job -> assertThat(wire.error(job).code()).isEqualTo("OAUTH_REJECTED"));
            assertThat(api.calls()).isEmpty();
        }
        long refusals = keycloak.output()
                .lines()
                .filter(line -> line.contains("CLIENT_LOGIN_ERROR") && line.contains("portal-post"))
                .count();
        System.out.println("50 jobs with a wrong secret: " + refusals + " refused token requests");
        assertThat(refusals)
                .isBetween(1L, 1 + Duration.between(begin, Instant.now()).dividedBy(Duration.ofSeconds(10)));
    }
}
