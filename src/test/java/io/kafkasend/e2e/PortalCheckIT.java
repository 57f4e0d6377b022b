package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.cli.OutputSchema;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclBinding;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code portal --check} says which of all that a portal needs is not there, and nothing of the rest. */
@Timeout(180)
class PortalCheckIT {
    private static final String SECRET = "c4nary-of-oauth";

    @TempDir
    static Path directory;

    private static SecureBroker secure;
    private static TokenServer tokens;
    private static SampleApi api;

    @BeforeAll
    static void start() throws Exception {
        secure = new SecureBroker(directory);
        secure.grant(MinimalAcls.documented());
        tokens = TokenServer.start("portal", SECRET);
        api = SampleApi.start(tokens::isValid);
    }

    @AfterAll
    static void stop() {
        api.close();
        tokens.close();
        secure.close();
    }

    private static Map<String, String> environment(String... changes) {
        Map<String, String> all = new HashMap<>(secure.login("SCRAM-SHA-512", "portal"));
        all.put("PORTAL_TARGET_API_URL", api.url().toString());
        all.put("PORTAL_ALLOWED_ENDPOINTS", "/api/v1/*");
        all.put("PORTAL_SPOOL_DIRECTORY", directory.toString());
        all.put("OAUTH2_TOKEN_URL", tokens.tokenUrl().toString());
        all.put("OAUTH2_CLIENT_ID", "portal");
        all.put("OAUTH2_CLIENT_SECRET", SECRET);
        for (int i = 0; i < changes.length; i += 2) {
            all.put(changes[i], changes[i + 1]);
        }
        return all;
    }

    private static Command check(String... changes) {
        Command run = Command.run(environment(changes), "portal", "--check");
        assertThat(run.out() + run.err()).doesNotContain(SECRET, SecureBroker.PASSWORD, "c4nary");
        return run;
    }

    private static Stream<String> failures(Command run) {
        return run.out().lines().filter(line -> line.matches("\\w+ +fail .*"));
    }

    @Test
    void nothingFailsWhereAllIsThereAndNoRequestIsSent() {
        // When
        Command run = check("PORTAL_STRICT_SECURTY", "true");

        // Then
        assertThat(run.code()).as(run.out()).isZero();
        assertThat(run.out())
                .contains("OAUTH2_CLIENT_SECRET=***")
                .contains("PORTAL_STRICT_SECURTY is not a setting; did you mean PORTAL_STRICT_SECURITY?")
                .containsPattern("(?m)^broker +ok .*1 broker, as the user of SASL_SSL SCRAM-SHA-512$")
                .containsPattern("(?m)^topic +ok +api-requests: 1 partitions, replication factor 1$")
                .containsPattern("(?m)^rights +ok +Read on topic api-responses$")
                .containsPattern("(?m)^tls +warn +KAFKA_SSL_CA_FILE .*: 1 certificate, good until ")
                .containsPattern("(?m)^requests +ok ")
                .containsPattern("(?m)^spool +ok .* has room for ")
                .containsPattern("(?m)^token +ok .* good for \\d+ s$")
                .containsPattern("(?m)^api +ok .*127.0.0.1 port \\d+ takes connections; no request was sent$")
                .containsPattern("(?m)^\\d+ ok, 2 warn, 0 fail$");
    }

    @Test
    void aPortalTellsAtItsStartOfAVariableThatIsNoSetting() throws Exception {
        // Given
        Map<String, String> misspelt = environment("PORTAL_STRICT_SECURTY", "true", "KAFKA_HEAP_OPTS", "-Xmx1g");

        // When
        try (CommandProcess portal = CommandProcess.start(directory, "256m", misspelt, "portal")) {
            // Then
            portal.awaitLog("PORTAL_STRICT_SECURTY is not a setting; did you mean PORTAL_STRICT_SECURITY?");
            assertThat(portal.log()).doesNotContain("KAFKA_HEAP_OPTS");
        }
    }

    @Test
    void aRightThatIsMissingIsNamed() throws Exception {
        for (AclBinding acl : MinimalAcls.documented()) {
            if (!acl.entry().principal().equals("User:portal")) {
                continue;
            }
            // Given
            String name = acl.pattern().name();
            boolean harmless = name.equals("api-dead-letters") // it goes on without
                    || name.equals("api-responses")
                            && acl.entry().operation().name().equals("READ");

            // When
            secure.revoke(acl);
            try {
                // Then
                Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                    Command run = check();
                    assertThat(run.out())
                            .as(acl.toString())
                            .containsPattern("(?m)^\\w+ +(warn|fail) .*" + name)
                            .contains(name.equals("kafkasend-portal") ? "on group " + name : "on topic " + name);
                    if (!harmless) {
                        assertThat(run.code()).isEqualTo(1);
                        assertThat(failures(run)).anyMatch(line -> line.contains(name));
                    }
                });
            } finally {
                secure.grant(java.util.List.of(acl));
            }
        }
    }

    @Test
    void aBrokerThatIsAwayHoldsUpNothingElse() {
        // When
        long begin = System.nanoTime();
        Command run = check("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9");
        Duration took = Duration.ofNanos(System.nanoTime() - begin);

        // Then
        assertThat(run.code()).isEqualTo(1);
        assertThat(failures(run))
                .singleElement()
                .asString()
                .contains("no answer from Kafka at 127.0.0.1:9 within 4 s: 127.0.0.1:9 takes no connection");
        assertThat(run.out()).containsPattern("(?m)^token +ok").containsPattern("(?m)^api +ok");
        assertThat(took).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aBrokerThatRefusesIsToldFromOneThatIsAway() {
        assertThat(failures(check("KAFKA_SASL_USERNAME", "nobody")))
                .singleElement()
                .asString()
                .contains("no way into Kafka", "it does not take the credentials");
        assertThat(failures(check("KAFKA_BOOTSTRAP_SERVERS", "no-such-host.invalid:9092")))
                .singleElement()
                .asString()
                .contains("the host of no-such-host.invalid:9092 is unknown");
    }

    @Test
    void topicsThatAreMissingOrUnfitAreNamed() {
        // Given: who comes to the plain listener may see everything
        String[] asOperator = {
            "KAFKA_BOOTSTRAP_SERVERS", secure.broker.bootstrapServers(),
            "KAFKA_SECURITY_PROTOCOL", "PLAINTEXT",
            "KAFKA_SASL_MECHANISM", "",
            "KAFKA_SASL_USERNAME", "",
            "KAFKA_SASL_PASSWORD_FILE", "",
            "KAFKA_SSL_CA_FILE", "",
            "KAFKA_REQUEST_TOPIC", "nowhere",
            "PORTAL_REPLY_TOPICS", "compacted",
            "PORTAL_DEAD_LETTER_TOPIC", "nowhere-else"
        };
        secure.broker.createTopic(
                "compacted",
                1,
                Map.of("cleanup.policy", "compact", "retention.ms", "1000", "max.message.bytes", "1000"));

        // When
        Command run = check(asOperator);

        // Then
        assertThat(run.code()).isEqualTo(1);
        assertThat(failures(run))
                .hasSize(2)
                .anyMatch(line -> line.contains("nowhere does not exist"))
                .anyMatch(line -> line.contains("compacted: 1 partitions")
                        && line.contains("max.message.bytes is below 1048576")
                        && line.contains("the retention is shorter than the 900 s")
                        && line.contains("cleanup.policy is compact"));
        assertThat(run.out())
                .contains("kafkasend topics --create --request-topic nowhere creates it")
                .containsPattern("(?m)^topic +warn +nowhere-else does not exist$")
                .containsPattern("(?m)^topic +ok +api-responses: .* max.message.bytes \\d+, retention ")
                .containsPattern("(?m)^clock +ok ");
    }

    @Test
    void anApiThatIsAwayIsToldFromAHostThatIsUnknown() {
        assertThat(failures(check("PORTAL_TARGET_API_URL", "https://no-such-host.invalid")))
                .singleElement()
                .asString()
                .contains("https://no-such-host.invalid: the host is unknown");
        assertThat(failures(check("PORTAL_TARGET_API_URL", "http://127.0.0.1:9")))
                .singleElement()
                .asString()
                .contains("http://127.0.0.1:9 takes no connection");
    }

    @Test
    void anApiBehindTlsShowsItsCertificate() throws Exception {
        // Given
        var authority = new io.kafkasend.tls.TestAuthority("API's CA");
        String file = secure.file("api-ca.pem", authority.pem());
        try (TlsApi secured =
                new TlsApi(authority.issueFor("localhost", io.kafkasend.tls.TestAuthority.keys("RSA", 2048)), null)) {
            String url = "https://localhost:" + secured.port();

            // When
            Command trusted = check("PORTAL_TARGET_API_URL", url, "PORTAL_CA_FILE", file);
            Command unknown = check("PORTAL_TARGET_API_URL", url);

            // Then
            assertThat(trusted.out()).containsPattern("(?m)^api +ok .*, TLSv1.3, its certificate is good until ");
            assertThat(failures(unknown))
                    .singleElement()
                    .asString()
                    .contains("is of no authority trusted by the JDK; set PORTAL_CA_FILE");
            assertThat(secured.callers()).isEmpty();
        }
    }

    @Test
    void aTokenServerThatRefusesIsTold() {
        // When
        Command run = check("OAUTH2_CLIENT_ID", "somebody");

        // Then
        assertThat(run.code()).isEqualTo(1);
        assertThat(failures(run)).singleElement().asString().startsWith("token").contains("invalid_client");
        assertThat(run.out()).contains("-> check OAUTH2_CLIENT_ID, its secret or key");
    }

    @Test
    void theSameComesAsJson() throws Exception {
        // When
        Command run = Command.run(environment("OAUTH2_CLIENT_ID", "somebody"), "portal", "--check", "--json");

        // Then
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).hasLineCount(1).doesNotContain(SECRET);
        OutputSchema.require(run.out());
        assertThat(run.out()).contains("\"error_code\":\"CHECK_FAILED\"", "\"check\":\"api\",\"level\":\"ok\"");
    }

    @Test
    void offlineNothingIsConnectedTo() {
        // When
        Command run = Command.run(
                environment("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9", "PORTAL_TARGET_API_URL", "http://127.0.0.1:9"),
                "portal",
                "--check",
                "--offline");

        // Then
        assertThat(run.code()).as(run.out()).isZero();
        assertThat(run.out()).doesNotContain("broker").containsPattern("(?m)^heap +ok ");
    }
}
