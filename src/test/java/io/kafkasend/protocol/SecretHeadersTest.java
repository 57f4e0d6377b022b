package io.kafkasend.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SecretHeadersTest {
    @Test
    void credentialsAreSecretWithoutBeingNamed() {
        assertThat(SecretHeaders.OF_EVERYBODY.among(List.of(
                        "Accept", "AUTHORIZATION", "Cookie", "Proxy_Authorization", "X-Api-Key", "Cookie-Policy")))
                .containsExactly("AUTHORIZATION", "Cookie", "Proxy_Authorization");
    }

    @Test
    void aListAddsToThemAndTakesNoneAway() {
        // Given
        SecretHeaders secrets = SecretHeaders.and(" X-Api-Key ,,x_session");

        // Then
        assertThat(secrets.among(List.of("authorization", "x-api-key", "X-Session", "X-Other")))
                .containsExactly("authorization", "x-api-key", "X-Session");
        assertThat(SecretHeaders.and("").has("Cookie")).isTrue();
        assertThat(SecretHeaders.and("").has("")).isFalse();
    }
}
