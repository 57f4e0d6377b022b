package io.kafkasend.oauth;

import java.util.Objects;

/**
 * No access token can be had.
 *
 * <p>The message is one line for the operator's log: the token endpoint's host, what went wrong, and the OAuth error code
 * where the server gave one. It never holds a secret, a token or any other part of the server's answer, and there is no
 * cause whose message could. It does name a host that clients of the portal have no business with, so send them {@link
 * #kind()} in words of your own.
 */
public final class TokenException extends Exception {

    /** Why there is no token. */
    public enum Kind {
        /** The token server was not reached or not able: no connection, a timeout, 5xx, 408 or 429. */
        UNAVAILABLE,
        /** The token server refused: bad credentials, a scope that is not ours, a wrong URL, any other 4xx. */
        REJECTED,
        /** The token server answered something that is no token response, or no usable token. */
        MALFORMED,
        /** The token server's name leads only to addresses that the portal does not connect to: nothing was sent. */
        ADDRESS_REFUSED
    }

    private final Kind kind;

    /**
     * Makes one.
     *
     * @param kind why, not null
     * @param message one line without secrets
     */
    public TokenException(Kind kind, String message) {
        super(message);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /**
     * Why there is no token.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Whether the same request may succeed soon without anybody's help.
     *
     * @return true for {@link Kind#UNAVAILABLE} only
     */
    public boolean retryable() {
        return kind == Kind.UNAVAILABLE;
    }

    /** The same failure for another caller: with that caller's stack trace. */
    TokenException again() {
        return new TokenException(kind, getMessage());
    }
}
