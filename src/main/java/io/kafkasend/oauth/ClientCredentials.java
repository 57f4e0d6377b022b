package io.kafkasend.oauth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Who the portal is at the token server, and what it asks for. Immutable; checked when made.
 *
 * <p>The client authenticates by {@code client_secret_basic} (RFC 6749 section 2.3.1: id and secret are form-encoded, then
 * put into a Basic header).
 *
 * @param tokenUrl the token endpoint: an absolute {@code http} or {@code https} URL with a host, without user info or
 *     fragment (RFC 6749 section 3.2); a query is kept
 * @param clientId the client's id: 1 to {@value #MAX_LENGTH} characters, no control characters
 * @param clientSecret the client's secret: likewise
 * @param scope the scopes asked for, separated by spaces (RFC 6749 section 3.3); null or blank for the server's default
 * @param audience the API that the token is for, sent as the form parameter {@code audience}, as Auth0 and others expect
 *     it; null or blank to send none
 */
public record ClientCredentials(URI tokenUrl, String clientId, String clientSecret, String scope, String audience) {

    /** The longest id, secret, scope or audience taken, in characters. */
    public static final int MAX_LENGTH = 4096;

    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E ]*+");

    /**
     * Checks everything. Scope and audience become {@code ""} where there is none.
     *
     * @throws IllegalArgumentException in one line that names the part at fault and never shows id, secret or URL
     */
    public ClientCredentials {
        checkUrl(tokenUrl);
        checkText("client id", clientId);
        checkText("client secret", clientSecret);
        scope = scope == null ? "" : scope.strip().replaceAll(" {2,}", " ");
        audience = audience == null ? "" : audience.strip();
        if (!SCOPE.matcher(scope).matches() || scope.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "scope must be scope names separated by spaces, in printable ASCII without"
                            + " quotes and backslashes, " + MAX_LENGTH + " characters at most");
        }
        if (!audience.isEmpty()) {
            checkText("audience", audience);
        }
    }

    /**
     * The same from text, as it comes from settings.
     *
     * @param tokenUrl see the record's {@code tokenUrl}
     * @param clientId see the record's {@code clientId}
     * @param clientSecret see the record's {@code clientSecret}
     * @param scope see the record's {@code scope}
     * @param audience see the record's {@code audience}
     * @return the settings, checked
     * @throws IllegalArgumentException in one line that names the part at fault and never shows id, secret or URL
     */
    public static ClientCredentials of(
            String tokenUrl, String clientId, String clientSecret, String scope, String audience) {
        URI url;
        try {
            url = tokenUrl == null ? null : new URI(tokenUrl.strip());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("token URL is not a valid URL (at position " + e.getIndex() + ")");
        }
        return new ClientCredentials(url, clientId, clientSecret, scope, audience);
    }

    /**
     * Whether the client secret and the tokens travel in the clear, because the token URL is {@code http}. That is for
     * development; the portal should warn of it at start.
     *
     * @return true if the token URL is not {@code https}
     */
    public boolean cleartext() {
        return !"https".equalsIgnoreCase(tokenUrl.getScheme());
    }

    /**
     * The token endpoint's host, and its port where the URL names one: what errors and logs call it.
     *
     * @return for example {@code auth.example.com:8443}
     */
    public String host() {
        return tokenUrl.getPort() < 0 ? tokenUrl.getHost() : tokenUrl.getHost() + ":" + tokenUrl.getPort();
    }

    /**
     * For logs: the secret masked, the URL without its query.
     *
     * @return all settings that are no secret
     */
    @Override
    public String toString() {
        return "ClientCredentials[tokenUrl=" + tokenUrl.getScheme() + "://" + host() + tokenUrl.getRawPath()
                + ", clientId=" + clientId + ", clientSecret=***, scope=" + scope + ", audience=" + audience + "]";
    }

    private static void checkUrl(URI url) {
        if (url == null) {
            throw new IllegalArgumentException("token URL is missing");
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException("token URL must begin with https:// or, for development, http://");
        }
        if (url.getHost() == null || url.getHost().isEmpty()) {
            throw new IllegalArgumentException(
                    "token URL has no valid host name (an underscore is not allowed in one)");
        }
        if (url.getPort() == 0 || url.getPort() > 65535) {
            throw new IllegalArgumentException("token URL has a port outside 1 to 65535");
        }
        if (url.getRawUserInfo() != null) {
            throw new IllegalArgumentException("token URL must not hold a user name or password");
        }
        if (url.getRawFragment() != null) {
            throw new IllegalArgumentException("token URL must not have a fragment (#...)");
        }
    }

    private static void checkText(String name, String text) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException(name + " is missing");
        }
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(name + " is longer than " + MAX_LENGTH + " characters");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(name + " holds a control character (perhaps a line end after it)");
        }
    }
}
