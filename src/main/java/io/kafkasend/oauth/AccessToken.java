package io.kafkasend.oauth;

import java.time.Instant;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bearer token (RFC 6750) and when it ends. Immutable. Its {@link #toString()} never shows the token.
 *
 * @param value the token itself, a secret: 1 to {@value #MAX_LENGTH} characters of RFC 6750's {@code b64token}
 *     (letters, digits, {@code - . _ ~ + /}, then any number of {@code =}), and of what servers issue beside it:
 *     {@code ! # $ % & ' * ^ ` | : @}. So it can break out of no header, and is one word of it (RFC 9110 §5.6.2)
 * @param expiresAt when it ends by this machine's clock, not null
 */
public record AccessToken(String value, Instant expiresAt) {

    /** The longest token taken, in characters: 16 KiB, more than most servers accept as a header. */
    public static final int MAX_LENGTH = 16 * 1024;

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9\\-._~+/!#$%&'*^`|:@]*+");

    /**
     * Checks the token's characters and length.
     *
     * @throws IllegalArgumentException if they are not as described above; the message ends a sentence about who sent
     *     it, and does not show the token
     */
    public AccessToken {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(expiresAt, "expiresAt");
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("with an access token longer than " + MAX_LENGTH + " characters");
        }
        Matcher token = TOKEN.matcher(value);
        int end = token.lookingAt() ? token.end() : 0;
        if (end == 0 || value.chars().skip(end).anyMatch(character -> character != '=')) {
            throw new IllegalArgumentException("with an access token whose character " + (end + 1)
                    + " is none of letters, digits and -._~+/!#$%&'*^`|:@ (a = only at its end)");
        }
    }

    /**
     * The value of the {@code Authorization} header that carries this token (RFC 6750 section 2.1). A secret.
     *
     * @return {@code Bearer} and the token
     */
    public String authorizationHeader() {
        return "Bearer " + value;
    }

    /**
     * For logs: without the token.
     *
     * @return when the token ends, and a mask
     */
    @Override
    public String toString() {
        return "AccessToken[value=***, expiresAt=" + expiresAt + "]";
    }
}
