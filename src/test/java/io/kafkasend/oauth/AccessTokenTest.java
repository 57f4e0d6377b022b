package io.kafkasend.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenTest {

    private static final Instant END = Instant.parse("2026-11-24T12:00:00Z");

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "eyJhbGciOiJub25lIn0.e30.", "AZaz09-._~+/==", "0", "00Dx0000000BV7z!AR8AQ", "1|abc", "a:b@c"
            })
    void takesWhatServersIssue(String value) {
        // When
        AccessToken token = new AccessToken(value, END);

        // Then
        assertThat(token.authorizationHeader()).isEqualTo("Bearer " + value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "a b", "a\r\nX-Evil: 1", "a\n", "=", "a=b", "tok\u00e9n", "a\u0000", "a,b", "\"a\""})
    void refusesWhatCouldBreakOutOfAHeader(String value) {
        // When // Then
        assertThatThrownBy(() -> new AccessToken(value, END))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("with an access token whose character \\d+ is none of letters, digits and .*");
    }

    @Test
    void takesSixteenKibibytesAndNoMore() {
        // Given
        String longest = "a".repeat(AccessToken.MAX_LENGTH);

        // When // Then
        assertThat(new AccessToken(longest, END).value()).hasSize(16_384);
        assertThatThrownBy(() -> new AccessToken(longest + "a", END))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("with an access token longer than 16384 characters");
    }

    @Test
    void neverShowsItsValueAsText() {
        // When
        String text = new AccessToken("canary-token", END).toString();

        // Then
        assertThat(text).isEqualTo("AccessToken[value=***, expiresAt=2026-11-24T12:00:00Z]");
    }
}
