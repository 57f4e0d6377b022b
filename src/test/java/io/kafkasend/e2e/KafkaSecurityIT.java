package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.Portal;
import io.kafkasend.tls.TestAuthority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS and every login, for portal and client, on a real broker; and what is said when they do not fit. */
@Timeout(120)
class KafkaSecurityIT {
    @TempDir
    static Path directory;

    private static SecureBroker secure;
    private static ScriptedApi api;

    @BeforeAll
    static void start() throws Exception {
        secure = new SecureBroker(directory);
        secure.grant(MinimalAcls.documented());
        api = ScriptedApi.recording();
    }

    @AfterAll
    static void stop() {
        api.close();
        secure.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"})
    void portalAndClientLogInOverTls(String mechanism) throws Exception {
        answersWith(secure.login(mechanism, "portal"), secure.login(mechanism, "client"));
    }

    @Test
    void portalAndClientShowCertificates() throws Exception {
        answersWith(secure.certificate("portal"), secure.certificate("client"));
    }

    @Test
    void aPasswordInTheClearWorksAndIsWarnedOf() throws Exception {
        // Given
        Map<String, String> portal = inTheClear("portal");

        // When
        try (CapturedLog log = CapturedLog.begin("io.kafkasend.portal");
                Portal started = SecuredPortal.start(portal, api.url())) {
            assertThat(started.context().isStarted()).isTrue();
            Command asked = Command.ask(inTheClear("client"), 30);

            // Then
            assertThat(asked.code()).isZero();
            assertThat(asked.err()).startsWith("kafkasend: warning: ").contains("the password goes");
            assertThat(log.lines()).anyMatch(line -> line.contains("the password goes over the network in the clear"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-512"})
    void aWrongPasswordIsOneLine(String mechanism) {
        // Given
        Map<String, String> client = secure.login(mechanism, "client");
        client.remove("KAFKA_SASL_PASSWORD_FILE");
        client.put("KAFKA_SASL_PASSWORD", "wr0ng-c4nary");

        // Then
        assertThat(refusal(client))
                .contains("no connection to Kafka at " + secure.at("SECURE"), "it does not take the credentials")
                .contains("KAFKA_SASL_USERNAME");
    }

    @Test
    void aWrongClientSecretIsOneLine() {
        // Given
        Map<String, String> client = secure.login("OAUTHBEARER", "client");
        client.put("KAFKA_OAUTH_CLIENT_SECRET", "wr0ng-c4nary");

        // Then
        assertThat(refusal(client)).contains("no login", "401", "KAFKA_OAUTH_CLIENT_ID");
    }

    @Test
    void aPortalThatKafkaRefusesSaysSoAndGoesOnOnceItIsLetIn() throws Exception {
        // Given
        secure.password("portal", ScramMechanism.SCRAM_SHA_256, "another one");
        Map<String, String> login = secure.login("SCRAM-SHA-256", "portal");

        // When
        try (CapturedLog log = CapturedLog.begin("io.kafkasend.portal")) {
            CompletableFuture<Portal> starting = CompletableFuture.supplyAsync(() -> started(login));
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> log.lines().stream()
                    .anyMatch(line -> line.contains("Kafka refuses the portal")
                            && line.contains("it does not take the credentials")));
            secure.password("portal", ScramMechanism.SCRAM_SHA_256, SecureBroker.PASSWORD);

            // Then
            try (Portal portal = starting.get(60, TimeUnit.SECONDS)) {
                assertThat(portal.context().isStarted()).isTrue();
                assertThat(Command.ask(secure.login("PLAIN", "client"), 30).code())
                        .isZero();
            }
            assertThat(log.lines()).noneMatch(line -> line.contains("c4nary"));
        }
    }

    private static Portal started(Map<String, String> environment) {
        try {
            return SecuredPortal.start(environment, api.url());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theCommandOfAPortalThatKafkaRefusesWaitsAndSaysWhy() throws Exception {
        // Given
        Map<String, String> portal = new HashMap<>(secure.login("PLAIN", "portal"));
        portal.put("KAFKA_SASL_PASSWORD", "wr0ng-c4nary");
        portal.put("PORTAL_TARGET_API_URL", api.url());
        portal.put("PORTAL_USE_OAUTH", "false");

        // When
        try (CommandProcess command = CommandProcess.start(directory, "256m", portal, "portal")) {
            // Then
            command.awaitLog("it does not take the credentials");
            assertThat(command.log())
                    .containsPattern("it does not take the credentials[^\n]*; waiting")
                    .doesNotContain("wr0ng-c4nary");
        }
    }

    @Test
    void aBrokerOfAStrangeCaIsNotTrusted() {
        // Given
        Map<String, String> client = secure.login("PLAIN", "client");
        client.put("KAFKA_SSL_CA_FILE", secure.file("other.pem", new TestAuthority("other").pem()));

        // Then
        assertThat(refusal(client)).contains("no CA that is trusted here", "KAFKA_SSL_CA_FILE");
    }

    @Test
    void aCertificateForAnotherHostIsNotTrusted() {
        // Given
        Map<String, String> client = secure.login("PLAIN", "client");
        client.put("KAFKA_BOOTSTRAP_SERVERS", secure.at("SECURE").replace("localhost", "127.0.0.1"));

        // Then
        assertThat(refusal(client)).contains("its certificate is for another host name");
    }

    @Test
    void aMissingClientCertificateIsOneLine() {
        // Given
        Map<String, String> client = new HashMap<>(secure.certificate("client"));
        client.remove("KAFKA_SSL_CERTIFICATE_FILE");
        client.remove("KAFKA_SSL_KEY_FILE");

        // Then
        assertThat(refusal(client)).contains("it wants a client certificate", "KAFKA_SSL_CERTIFICATE_FILE");
    }

    @Test
    void tlsToAPlainPortIsOneLine() {
        // Given
        Map<String, String> client = secure.login("PLAIN", "client");
        client.put("KAFKA_BOOTSTRAP_SERVERS", secure.broker.bootstrapServers());

        // Then
        assertThat(refusal(client)).contains("no answer from Kafka", "whether it wants TLS or SASL");
    }

    @Test
    void noTlsToATlsPortIsOneLine() {
        assertThat(refusal(Map.of("KAFKA_BOOTSTRAP_SERVERS", secure.at("SECURE"))))
                .contains("no answer from Kafka", "whether it wants TLS or SASL");
    }

    @Test
    void halfALoginInAFileAndHalfInVariablesIsRefused() {
        // Given
        Map<String, String> client = secure.login("PLAIN", "client");
        client.put("KAFKA_CLIENT_CONFIG", secure.file("client.properties", "security.protocol=SASL_PLAINTEXT\n"));

        // When
        Command asked = Command.ask(client, 5);

        // Then
        assertThat(asked.code()).isEqualTo(2);
        assertThat(asked.err())
                .contains("the Kafka client configuration sets security.protocol", "say it in one place")
                .hasLineCount(1);
    }

    private static void answersWith(Map<String, String> portal, Map<String, String> client) throws Exception {
        try (CapturedLog log = CapturedLog.begin("io.kafkasend", "org.apache.kafka", "org.apache.camel");
                Portal started = SecuredPortal.start(portal, api.url())) {
            assertThat(started.context().isStarted()).isTrue();
            Command asked = Command.ask(client, 30);

            assertThat(asked.err()).isEmpty();
            assertThat(asked.code()).isZero();
            assertThat(log.lines())
                    .as("Kafka shows its settings")
                    .anyMatch(line -> line.contains("security.protocol = " + client.get("KAFKA_SECURITY_PROTOCOL")))
                    .noneMatch(line -> line.contains("c4nary") || line.contains("PRIVATE KEY"));
        }
    }

    private static Map<String, String> inTheClear(String user) {
        Map<String, String> login = secure.login("PLAIN", user);
        login.put("KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT");
        login.put("KAFKA_BOOTSTRAP_SERVERS", secure.at("CLEAR"));
        login.remove("KAFKA_SSL_CA_FILE");
        return login;
    }

    /** The one line of a command that Kafka does not let in. */
    private static String refusal(Map<String, String> client) {
        Command asked = Command.ask(client, 10);
        assertThat(asked.code()).isEqualTo(1);
        assertThat(asked.err()).startsWith("kafkasend: ").hasLineCount(1).doesNotContain("c4nary", "Exception");
        return asked.err();
    }
}
