package io.kafkasend.config;

import static io.kafkasend.tls.TestAuthority.keys;
import static io.kafkasend.tls.TestAuthority.pem;
import static io.kafkasend.tls.TestAuthority.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.setting.SettingsException;
import io.kafkasend.tls.TestAuthority;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRulesTest {
    private static final TestAuthority AUTHORITY = new TestAuthority("test authority");
    private static final TestAuthority.Issued PORTAL = AUTHORITY.issue("portal");

    @TempDir
    private Path directory;

    /** The faults of a portal that needs nothing but its client's proof, with these variables. */
    private List<String> faults(String... pairs) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PORTAL_TARGET_API_URL", "https://api.example.com",
                "OAUTH2_TOKEN_URL", "https://login.example.com/token",
                "OAUTH2_CLIENT_ID", "portal"));
        for (int i = 0; i < pairs.length; i += 2) {
            environment.put(pairs[i], pairs[i + 1]);
        }
        try {
            PortalSettings.fromEnvironment(environment);
            return List.of();
        } catch (SettingsException e) {
            return e.faults();
        }
    }

    private String file(String name, String text) {
        return write(directory, name, text).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_secret_basic", "client_secret_post"})
    void takesASecretFromEitherPlaceAndFromOneOnly(String method) {
        // Given
        String secret = file("secret", "canary\n");

        // When // Then
        assertThat(faults("OAUTH2_CLIENT_AUTHENTICATION", method, "OAUTH2_CLIENT_SECRET", "canary"))
                .isEmpty();
        assertThat(faults("OAUTH2_CLIENT_AUTHENTICATION", method, "OAUTH2_CLIENT_SECRET_FILE", secret))
                .isEmpty();
        assertThat(faults("OAUTH2_CLIENT_AUTHENTICATION", method))
                .containsExactly("OAUTH2_CLIENT_SECRET is not set; PORTAL_USE_OAUTH is true, which needs it or"
                        + " OAUTH2_CLIENT_SECRET_FILE");
        assertThat(faults(
                        "OAUTH2_CLIENT_AUTHENTICATION",
                        method,
                        "OAUTH2_CLIENT_SECRET",
                        "canary",
                        "OAUTH2_CLIENT_SECRET_FILE",
                        secret))
                .containsExactly(
                        "OAUTH2_CLIENT_SECRET and OAUTH2_CLIENT_SECRET_FILE are both set; it takes one of them");
    }

    @Test
    void namesTheFileThatCannotBeUsed() {
        // Given
        String missing = directory.resolve("missing").toString();
        String empty = file("empty", "\n");

        // When // Then
        assertThat(faults("OAUTH2_CLIENT_SECRET_FILE", missing))
                .containsExactly("OAUTH2_CLIENT_SECRET_FILE: " + missing + " does not exist");
        assertThat(faults("OAUTH2_CLIENT_SECRET_FILE", empty))
                .containsExactly("OAUTH2_CLIENT_SECRET_FILE: " + empty + " is unfit: client secret is missing");
        assertThat(faults("OAUTH2_CLIENT_SECRET", "s", "OAUTH2_CA_FILE", empty))
                .containsExactly("OAUTH2_CA_FILE: " + empty + " holds no certificate (-----BEGIN CERTIFICATE-----)");
    }

    @Test
    void wantsAKeyThatSignsForPrivateKeyJwt() {
        // Given
        String good = file(
                "good.pem", pem("PRIVATE KEY", keys("RSA", 2048).getPrivate().getEncoded()));
        String curve = file(
                "curve.pem", pem("PRIVATE KEY", keys("EC", 384).getPrivate().getEncoded()));

        // When // Then
        assertThat(faults("OAUTH2_CLIENT_AUTHENTICATION", "private_key_jwt", "OAUTH2_PRIVATE_KEY_FILE", good))
                .isEmpty();
        assertThat(faults("OAUTH2_CLIENT_AUTHENTICATION", "private_key_jwt"))
                .containsExactly("OAUTH2_PRIVATE_KEY_FILE is not set; OAUTH2_CLIENT_AUTHENTICATION is private_key_jwt,"
                        + " which needs it");
        assertThat(faults("OAUTH2_CLIENT_AUTHENTICATION", "private_key_jwt", "OAUTH2_PRIVATE_KEY_FILE", curve))
                .containsExactly("OAUTH2_PRIVATE_KEY_FILE: " + curve
                        + " holds an EC key of another curve than P-256, which ES256 needs");
    }

    @Test
    void wantsACertificateAndHttpsForTlsClientAuth() {
        // Given
        String certificate = file("portal.pem", PORTAL.certificates());
        String key = file("portal.key", PORTAL.privateKey());
        String other = file("other.key", AUTHORITY.issue("other").privateKey());

        // When // Then
        assertThat(faults(
                        "OAUTH2_CLIENT_AUTHENTICATION",
                        "tls_client_auth",
                        "OAUTH2_CLIENT_CERTIFICATE_FILE",
                        certificate,
                        "OAUTH2_CLIENT_CERTIFICATE_KEY_FILE",
                        key))
                .isEmpty();
        assertThat(faults(
                        "OAUTH2_CLIENT_AUTHENTICATION",
                        "tls_client_auth",
                        "OAUTH2_TOKEN_URL",
                        "http://login.example.com"))
                .containsExactly(
                        "OAUTH2_CLIENT_CERTIFICATE_FILE is not set; OAUTH2_CLIENT_AUTHENTICATION is tls_client_auth,"
                                + " which needs it",
                        "OAUTH2_TOKEN_URL is \"http://login.example.com\"; OAUTH2_CLIENT_AUTHENTICATION is"
                                + " tls_client_auth, which needs an https URL");
        assertThat(faults(
                        "OAUTH2_CLIENT_AUTHENTICATION",
                        "tls_client_auth",
                        "OAUTH2_CLIENT_CERTIFICATE_FILE",
                        certificate,
                        "OAUTH2_CLIENT_CERTIFICATE_KEY_FILE",
                        other))
                .containsExactly("OAUTH2_CLIENT_CERTIFICATE_FILE: " + other + " holds another private key than that of "
                        + certificate);
        assertThat(faults("OAUTH2_CLIENT_SECRET", "s", "OAUTH2_CLIENT_CERTIFICATE_KEY_FILE", key))
                .containsExactly(
                        "OAUTH2_CLIENT_CERTIFICATE_FILE and OAUTH2_CLIENT_CERTIFICATE_KEY_FILE go together; only"
                                + " OAUTH2_CLIENT_CERTIFICATE_KEY_FILE is set");
    }

    @Test
    void looksAtNoFileWithoutOauth() {
        assertThat(faults("PORTAL_USE_OAUTH", "false", "OAUTH2_CLIENT_SECRET_FILE", "/no/such/file"))
                .isEmpty();
    }
}
