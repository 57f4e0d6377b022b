package io.kafkasend.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kafkasend.setting.SettingsException;
import io.kafkasend.tls.TestAuthority;
import io.kafkasend.tls.TestAuthority.Issued;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.login.AppConfigurationEntry;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaSecurityTest {
    private static final Map<String, String> SCRAM = Map.of(
            "KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
            "KAFKA_SASL_MECHANISM", "SCRAM-SHA-512",
            "KAFKA_SASL_USERNAME", "portal",
            "KAFKA_SASL_PASSWORD", "c4nary");
    private static final Map<String, String> OAUTH = Map.of(
            "KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
            "KAFKA_SASL_MECHANISM", "OAUTHBEARER",
            "KAFKA_OAUTH_TOKEN_URL", "https://login.example.com/token",
            "KAFKA_OAUTH_CLIENT_ID", "portal",
            "KAFKA_OAUTH_CLIENT_SECRET", "c4nary");

    @TempDir
    Path directory;

    private final TestAuthority authority = new TestAuthority("CA");

    @Test
    void setsNothingWhereNothingIsSet() throws SettingsException {
        assertThat(KafkaSecurity.fromEnvironment(Map.of()).properties()).isEmpty();
    }

    @Property(tries = 500)
    void noUserNameAndNoPasswordEndsItsQuotes(@ForAll String username, @ForAll String password) {
        // Given
        String quoted = "x.Module required username=" + SecurityProperties.quoted(username) + " password="
                + SecurityProperties.quoted(password) + ";";

        // When
        List<AppConfigurationEntry> entries = JaasContext.loadClientContext(
                        Map.of("sasl.jaas.config", new Password(quoted)))
                .configurationEntries();

        // Then
        assertThat(entries).hasSize(1);
        assertThat(entries.get(0).getOptions()).isEqualTo(Map.of("username", username, "password", password));
    }

    @Test
    void takesAPasswordFromAFileWithoutItsLastLinesEnd() throws SettingsException {
        // Given
        Map<String, String> environment = with(SCRAM, "KAFKA_SASL_PASSWORD", "");
        environment.put("KAFKA_SASL_PASSWORD_FILE", file("password", " two\nlines \r\n"));

        // Then
        assertThat(KafkaSecurity.fromEnvironment(environment).properties().get("sasl.jaas.config"))
                .endsWith(" username=\"portal\" password=\" two\\nlines \";");
    }

    @Test
    void letsKafkaAskTheTokenServer() throws SettingsException {
        // Given
        String before = System.getProperty(KafkaSecurity.ALLOWED_URLS);
        try {
            System.setProperty(KafkaSecurity.ALLOWED_URLS, "https://other.example.com");

            // When
            KafkaSecurity security = KafkaSecurity.fromEnvironment(OAUTH);
            security.properties();
            Map<String, String> properties = security.properties();

            // Then
            assertThat(System.getProperty(KafkaSecurity.ALLOWED_URLS))
                    .isEqualTo("https://other.example.com,https://login.example.com/token");
            assertThat(properties)
                    .containsEntry("sasl.oauthbearer.client.credentials.client.secret", "c4nary")
                    .doesNotContainKey("sasl.oauthbearer.scope");
        } finally {
            if (before == null) {
                System.clearProperty(KafkaSecurity.ALLOWED_URLS);
            } else {
                System.setProperty(KafkaSecurity.ALLOWED_URLS, before);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "KAFKA_SASL_MECHANISM     |               | KAFKA_SASL_MECHANISM is not set",
                "KAFKA_SASL_MECHANISM     | GSSAPI        | KAFKA_SASL_MECHANISM is \"GSSAPI\"; it takes one of PLAIN",
                "KAFKA_SASL_USERNAME      |               | KAFKA_SASL_USERNAME is not set",
                "KAFKA_SASL_PASSWORD      |               | KAFKA_SASL_PASSWORD is not set, nor KAFKA_SASL_PASSWORD_FILE",
                "KAFKA_SASL_PASSWORD      | c4nary{{x}}   | KAFKA_SASL_PASSWORD has an unfit value; it takes text without",
                "KAFKA_SASL_PASSWORD_FILE | pom.xml       | KAFKA_SASL_PASSWORD and KAFKA_SASL_PASSWORD_FILE are both set",
                "KAFKA_SASL_PASSWORD_FILE | no/such       | KAFKA_SASL_PASSWORD_FILE is \"no/such\"",
                "KAFKA_OAUTH_CLIENT_ID    | x             | KAFKA_OAUTH_CLIENT_ID is set, but KAFKA_SASL_MECHANISM is SCRAM",
                "KAFKA_SSL_CA_FILE        | pom.xml       | KAFKA_SSL_CA_FILE: pom.xml holds no certificate",
                "KAFKA_SSL_KEY_FILE       | pom.xml       | KAFKA_SSL_KEY_FILE is set without KAFKA_SSL_CERTIFICATE_FILE",
                "KAFKA_SSL_KEY_PASSWORD   | x             | KAFKA_SSL_KEY_PASSWORD is set without KAFKA_SSL_KEY_FILE",
                "KAFKA_SECURITY_PROTOCOL  | TLS           | KAFKA_SECURITY_PROTOCOL is \"TLS\"; it takes one of PLAINTEXT"
            })
    void saysInOneLineWhatDoesNotFit(String variable, String value, String fault) {
        assertThat(faults(with(SCRAM, variable, value == null ? "" : value)))
                .singleElement()
                .asString()
                .startsWith(fault)
                .doesNotContain("c4nary");
    }

    @Test
    void saysWhatIsSetInVain() {
        assertThat(faults(with(SCRAM, "KAFKA_SECURITY_PROTOCOL", "SSL")))
                .hasSize(3)
                .allMatch(fault -> fault.endsWith(
                        " is set, but KAFKA_SECURITY_PROTOCOL is SSL; it needs SASL_SSL, or" + " SASL_PLAINTEXT"));
        assertThat(faults(Map.of("KAFKA_SSL_CA_FILE", file("ca.pem", authority.pem()))))
                .singleElement()
                .asString()
                .contains("KAFKA_SECURITY_PROTOCOL is PLAINTEXT; it needs SSL or SASL_SSL");
    }

    @Test
    void wantsCertificateAndKeyTogether() {
        // Given
        Issued identity = authority.issue("portal");
        String certificate = file("portal.pem", identity.certificates());
        String key = file("portal.key", identity.privateKey());
        Map<String, String> tls = Map.of("KAFKA_SECURITY_PROTOCOL", "SSL");

        // Then
        assertThat(faults(with(tls, "KAFKA_SSL_CERTIFICATE_FILE", certificate)))
                .containsExactly("KAFKA_SSL_CERTIFICATE_FILE is set without KAFKA_SSL_KEY_FILE; they go together");
        assertThat(faults(with(tls, "KAFKA_SSL_KEY_FILE", key)))
                .containsExactly("KAFKA_SSL_KEY_FILE is set without KAFKA_SSL_CERTIFICATE_FILE; they go together");
    }

    @ParameterizedTest
    @CsvSource({"EC, 256", "RSA, 2048"})
    void refusesTheKeyOfAnotherCertificate(String algorithm, int bits) {
        // Given
        Map<String, String> environment = pair(authority.issue("portal"));
        environment.put(
                "KAFKA_SSL_KEY_FILE",
                file(
                        "other.key",
                        authority
                                .issue("x", TestAuthority.keys(algorithm, bits))
                                .privateKey()));

        // Then
        assertThat(faults(environment))
                .singleElement()
                .asString()
                .startsWith("KAFKA_SSL_KEY_FILE: ")
                .contains("holds another private key than that of ");
    }

    @Test
    void readsAnEncryptedKeyWithItsPasswordOnly() throws SettingsException {
        // Given
        Issued identity = authority.issue("portal", TestAuthority.keys("RSA", 2048));
        Map<String, String> environment = pair(identity);
        environment.put("KAFKA_SSL_KEY_FILE", file("encrypted.key", identity.encryptedKey("c4nary")));

        // Then
        assertThat(faults(environment))
                .singleElement()
                .asString()
                .startsWith("KAFKA_SSL_KEY_FILE: ")
                .contains("holds an encrypted private key");
        assertThat(faults(with(environment, "KAFKA_SSL_KEY_PASSWORD", "wrong-c4nary")))
                .singleElement()
                .asString()
                .contains("holds a private key that this passphrase does not open")
                .doesNotContain("c4nary");
        assertThat(KafkaSecurity.fromEnvironment(with(environment, "KAFKA_SSL_KEY_PASSWORD", "c4nary"))
                        .properties()
                        .get("ssl.keystore.key"))
                .isEqualTo(identity.privateKey());
    }

    @Test
    void warnsOfWhatGoesInTheClear() throws SettingsException {
        assertThat(KafkaSecurity.fromEnvironment(SCRAM).warnings()).isEmpty();
        assertThat(KafkaSecurity.fromEnvironment(with(
                                with(SCRAM, "KAFKA_SASL_MECHANISM", "plain"),
                                "KAFKA_SECURITY_PROTOCOL",
                                "SASL_PLAINTEXT"))
                        .warnings())
                .singleElement()
                .asString()
                .contains("the password goes over the network in the clear");
        assertThat(KafkaSecurity.fromEnvironment(with(OAUTH, "KAFKA_OAUTH_TOKEN_URL", "http://login/token"))
                        .warnings())
                .singleElement()
                .asString()
                .contains("KAFKA_OAUTH_TOKEN_URL is not https");
    }

    @Test
    void showsNoSecret() throws SettingsException {
        assertThat(KafkaSecurity.fromEnvironment(SCRAM)).hasToString("SASL_SSL SCRAM-SHA-512");
    }

    private Map<String, String> pair(Issued identity) {
        return new HashMap<>(Map.of(
                "KAFKA_SECURITY_PROTOCOL", "SSL",
                "KAFKA_SSL_CERTIFICATE_FILE", file("pair.pem", identity.certificates()),
                "KAFKA_SSL_KEY_FILE", file("pair.key", identity.privateKey())));
    }

    private String file(String name, String text) {
        return TestAuthority.write(directory, name, text).toString();
    }

    private static Map<String, String> with(Map<String, String> environment, String variable, String value) {
        Map<String, String> all = new HashMap<>(environment);
        all.put(variable, value);
        return all;
    }

    private static List<String> faults(Map<String, String> environment) {
        return catchThrowableOfType(SettingsException.class, () -> KafkaSecurity.fromEnvironment(environment))
                .faults();
    }
}
