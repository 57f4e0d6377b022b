package io.kafkasend.oauth;

import io.kafkasend.tls.TlsMaterial;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Who the portal is at the token server, how it proves that, and what it asks for. Immutable but for what is {@link Rotated};
 * checked when made.
 *
 * @param tokenUrl the token endpoint: an absolute {@code http} or {@code https} URL with a host, without user info or
 *     fragment (RFC 6749 section 3.2); a query is kept
 * @param clientId the client's id: 1 to {@value #MAX_LENGTH} characters, no control characters
 * @param authentication how it proves that it is this client
 * @param tls whom it trusts on the way to an {@code https} token URL, and its certificate there, if it has one
 * @param scope the scopes asked for, separated by spaces (RFC 6749 section 3.3); null or blank for the server's default
 * @param audience the API that the token is for, sent as the form parameter {@code audience}, as Auth0 and others expect
 *     it; null or blank to send none
 * @param resources the same by RFC 8707: absolute URIs without fragment, each sent as a form parameter {@code resource}
 */
public record ClientCredentials(
        URI tokenUrl,
        String clientId,
        ClientAuthentication authentication,
        Rotated<TlsMaterial> tls,
        String scope,
        String audience,
        List<URI> resources) {

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
        Objects.requireNonNull(authentication, "authentication");
        Objects.requireNonNull(tls, "tls");
        resources = List.copyOf(resources);
        resources.forEach(ClientCredentials::checkResource);
        scope = scope(scope);
        audience = audience(audience);
        if (authentication instanceof ClientAuthentication.TlsClientAuth) {
            if (!isHttps(tokenUrl)) {
                throw new IllegalArgumentException("tls_client_auth needs a token URL that begins with https://");
            }
            if (tls.value().key() == null) {
                throw new IllegalArgumentException("tls_client_auth needs a client certificate");
            }
        }
    }

    /**
     * Reads a list of scopes.
     *
     * @param text scope names separated by spaces; null or blank for none
     * @return the same with single spaces
     * @throws IllegalArgumentException in one line that says what is taken
     */
    public static String scope(String text) {
        String scope = text == null ? "" : text.strip().replaceAll(" {2,}", " ");
        if (scope.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("scope is longer than " + MAX_LENGTH + " characters");
        }
        if (!SCOPE.matcher(scope).matches()) {
            throw new IllegalArgumentException(
                    "scope holds a quote, a backslash, or a character that is not printable ASCII (RFC 6749, 3.3)");
        }
        return scope;
    }

    /**
     * Reads an audience.
     *
     * @param text what the server calls the API; null or blank for none
     * @return the same without space around it
     * @throws IllegalArgumentException in one line that says what is wrong
     */
    public static String audience(String text) {
        String audience = text == null ? "" : text.strip();
        if (!audience.isEmpty()) {
            checkText("audience", audience);
        }
        return audience;
    }

    /**
     * Reads a list of resources.
     *
     * @param text absolute URIs without fragment, separated by spaces; null or blank for none
     * @return each of them
     * @throws IllegalArgumentException in one line that says what is wrong
     */
    public static List<URI> resources(String text) {
        if (text == null || text.isBlank()) {
            return List.of();
        }
        return Stream.of(text.strip().split(" +"))
                .map(ClientCredentials::uri)
                .map(ClientCredentials::checkResource)
                .toList();
    }

    /**
     * Reads again what comes from files: secret, keys, certificates.
     *
     * @return whether any of it is new
     */
    boolean refresh() {
        // Both, not only the first that is new.
        return authentication.refresh() | tls.refresh();
    }

    /**
     * Whether the client's proof and the tokens travel in the clear, because the token URL is {@code http}. That is for
     * development; the portal should warn of it at start.
     *
     * @return true if the token URL is not {@code https}
     */
    public boolean cleartext() {
        return !isHttps(tokenUrl);
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
     * For logs: without secrets and keys, the URL without its query.
     *
     * @return all settings that are no secret
     */
    @Override
    public String toString() {
        return "ClientCredentials[tokenUrl=" + tokenUrl.getScheme() + "://" + host() + tokenUrl.getRawPath()
                + ", clientId=" + clientId + ", authentication=" + authentication.method() + ", scope=" + scope
                + ", audience=" + audience + ", resources=" + resources + "]";
    }

    private static boolean isHttps(URI url) {
        return "https".equalsIgnoreCase(url.getScheme());
    }

    private static URI checkResource(URI resource) {
        if (!resource.isAbsolute()) {
            throw new IllegalArgumentException(
                    "resource is no absolute URI: it does not begin with a scheme, such as https:");
        }
        if (resource.getRawFragment() != null) {
            throw new IllegalArgumentException("resource has a fragment (#...)");
        }
        if (resource.toString().length() > MAX_LENGTH) {
            throw new IllegalArgumentException("resource is longer than " + MAX_LENGTH + " characters");
        }
        return resource;
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("resource is no URI (RFC 3986): " + e.getReason());
        }
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

    static void checkText(String name, String text) {
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
