package io.kafkasend.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCredentialsTest {

    private static ClientCredentials of(String url) {
        return Credentials.of(url, "portal", "canary-secret", null, null);
    }

    @Test
    void tidiesScopeAndAudience() {
        // When
        ClientCredentials credentials = Credentials.of(
                "https://auth.example.com:8443/token?tenant=a", "portal", "s", " read  write ", " https://api ");

        // Then
        assertThat(credentials.tokenUrl()).hasToString("https://auth.example.com:8443/token?tenant=a");
        assertThat(credentials.host()).isEqualTo("auth.example.com:8443");
        assertThat(credentials.scope()).isEqualTo("read write");
        assertThat(credentials.audience()).isEqualTo("https://api");
        assertThat(credentials.cleartext()).isFalse();
    }

    @Test
    void treatsNoScopeAndNoAudienceAsEmpty() {
        // When
        ClientCredentials credentials = of("https://auth.example.com/token");

        // Then
        assertThat(credentials.scope()).isEmpty();
        assertThat(credentials.audience()).isEmpty();
        assertThat(credentials.host()).isEqualTo("auth.example.com");
    }

    @Test
    void tellsThatHttpIsCleartext() {
        // When // Then
        assertThat(of("HTTP://auth/token").cleartext()).isTrue();
        assertThat(of("HTTPS://auth/token").cleartext()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | token URL must begin with https:// or, for development, http://",
                "auth.example.com/token | token URL must begin with https:// or, for development, http://",
                "ftp://auth/token | token URL must begin with https:// or, for development, http://",
                "file:///etc/passwd | token URL must begin with https:// or, for development, http://",
                "https:///token | token URL has no valid host name (an underscore is not allowed in one)",
                "https:token | token URL has no valid host name (an underscore is not allowed in one)",
                "https://token_server/x | token URL has no valid host name (an underscore is not allowed in one)",
                "https://auth:0/token | token URL has a port outside 1 to 65535",
                "https://auth:65536/token | token URL has a port outside 1 to 65535",
                "https://user:canary@auth/token | token URL must not hold a user name or password",
                "https://auth/token#part | token URL must not have a fragment (#...)",
            })
    void refusesATokenUrlInOneLineThatDoesNotShowIt(String url, String message) {
        // When // Then
        assertThatIllegalArgumentException().isThrownBy(() -> of(url)).withMessage(message);
    }

    @Test
    void refusesMissingAndOverlongIdsAndSecrets() {
        // Given
        String tooLong = "x".repeat(ClientCredentials.MAX_LENGTH + 1);

        // When // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.of("https://a/t", null, "s", "", ""))
                .withMessage("client id is missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.of("https://a/t", "id", "  ", "", ""))
                .withMessage("client secret is missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.of("https://a/t", "id", tooLong, "", ""))
                .withMessage("client secret is longer than 4096 characters");
    }

    @Test
    void refusesASecretWithALineEndWithoutShowingIt() {
        // When // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.of("https://a/t", "id", "canary\n", "", ""))
                .withMessage("client secret holds a control character (perhaps a line end after it)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\\b", "a\nb", "l\u00e4se"})
    void refusesAScopeThatRfc6749DoesNotAllow(String scope) {
        // When // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.of("https://a/t", "id", "s", scope, ""))
                .withMessageStartingWith("scope holds a quote, a backslash");
    }

    @Test
    void refusesAnAudienceWithControlCharacters() {
        // When // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.of("https://a/t", "id", "s", "", "a\rb"))
                .withMessageStartingWith("audience holds a control character");
    }

    @Test
    void neverShowsTheSecretOrTheQueryAsText() {
        // When
        String text = Credentials.of("https://auth/token?key=canary-key", "portal", "canary-secret", "r", "api")
                .toString();

        // Then
        assertThat(text)
                .isEqualTo("ClientCredentials[tokenUrl=https://auth/token, clientId=portal,"
                        + " authentication=client_secret_basic, scope=r, audience=api, resources=[]]");
    }

    @Test
    void readsResourcesAndRefusesWhatRfc8707DoesNotAllow() {
        // When // Then
        assertThat(ClientCredentials.resources(" https://a.example/x?y=1   urn:api:b "))
                .containsExactly(URI.create("https://a.example/x?y=1"), URI.create("urn:api:b"));
        assertThat(ClientCredentials.resources(null)).isEmpty();
        for (String refused : List.of("/api", "api", "https://a.example/#x", "http://a b c%")) {
            assertThatIllegalArgumentException().isThrownBy(() -> ClientCredentials.resources(refused));
        }
    }

    @Test
    void wantsHttpsAndACertificateForTlsClientAuth() {
        // Given
        ClientAuthentication method = new ClientAuthentication.TlsClientAuth();

        // When // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.with(URI.create("http://auth/token"), method))
                .withMessage("tls_client_auth needs a token URL that begins with https://");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.with(URI.create("https://auth/token"), method))
                .withMessage("tls_client_auth needs a client certificate");
    }
}
