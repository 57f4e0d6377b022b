package io.kafkasend.config;

import io.kafkasend.oauth.ClientCredentials;
import io.kafkasend.oauth.ClientSecret;
import io.kafkasend.setting.HttpUrl;
import io.kafkasend.setting.Setting;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The portal's own access tokens, by the client credentials grant; what they must be together is in {@link TokenRules}. */
public final class TokenSettings {
    public static final Setting<Boolean> USE_OAUTH =
            Accepts.flag("PORTAL_USE_OAUTH", true, "Whether calls carry an OAuth2 access token of the portal's own.");
    public static final Setting<String> TOKEN_URL = Accepts.text(
            "OAUTH2_TOKEN_URL",
            "",
            "an http or https URL",
            value -> value.isEmpty() ? value : HttpUrl.read(value).toString(),
            "The token endpoint (required with PORTAL_USE_OAUTH).");
    public static final Setting<String> CLIENT_ID = Accepts.text(
            "OAUTH2_CLIENT_ID", "", "text", value -> value, "The portal's client id (required with PORTAL_USE_OAUTH).");
    /** The value of {@link #CLIENT_AUTHENTICATION} for the secret in the form. */
    public static final String CLIENT_SECRET_POST = "client_secret_post";
    /** The value of {@link #CLIENT_AUTHENTICATION} for a signed assertion. */
    public static final String PRIVATE_KEY_JWT = "private_key_jwt";
    /** The value of {@link #CLIENT_AUTHENTICATION} for the client's certificate. */
    public static final String TLS_CLIENT_AUTH = "tls_client_auth";

    public static final Setting<String> CLIENT_AUTHENTICATION = Accepts.choice(
            "OAUTH2_CLIENT_AUTHENTICATION",
            "client_secret_basic",
            List.of("client_secret_basic", CLIENT_SECRET_POST, PRIVATE_KEY_JWT, TLS_CLIENT_AUTH),
            "How the portal proves to the token server who it is: a secret in a header or in the form, a signed assertion, or"
                    + " a certificate.");
    public static final Setting<String> CLIENT_SECRET = new Setting<>(
            "OAUTH2_CLIENT_SECRET",
            "",
            "text without control characters, 4096 characters at most",
            value -> value.isEmpty() ? value : Accepts.ruled("client secret", () -> new ClientSecret(value).value()),
            true,
            "The portal's client secret (client_secret_basic and client_secret_post need it, or its file).");
    public static final Setting<Optional<Path>> CLIENT_SECRET_FILE =
            Accepts.file("OAUTH2_CLIENT_SECRET_FILE", "A file with the client secret, read again when it changes.");
    public static final Setting<Optional<Path>> PRIVATE_KEY_FILE = Accepts.file(
            "OAUTH2_PRIVATE_KEY_FILE",
            "The key that signs assertions (private_key_jwt needs it): PEM, PKCS#8, RSA for RS256 or P-256 for ES256; read"
                    + " again when it changes.");
    public static final Setting<String> KEY_ID = Accepts.text(
            "OAUTH2_KEY_ID",
            "",
            "text",
            TokenSettings::words,
            "The key's id (kid) at the token server; empty for none.");
    public static final Setting<String> ASSERTION_AUDIENCE = Accepts.text(
            "OAUTH2_ASSERTION_AUDIENCE",
            "",
            "text",
            TokenSettings::words,
            "Whom assertions are for (aud), such as the token server's issuer; empty for OAUTH2_TOKEN_URL.");
    public static final Setting<Optional<Path>> TOKEN_CERTIFICATE_FILE = Accepts.file(
            "OAUTH2_CLIENT_CERTIFICATE_FILE",
            "The portal's certificate for the token server, then its issuers (tls_client_auth needs it): PEM; read again when"
                    + " it changes.");
    public static final Setting<Optional<Path>> TOKEN_KEY_FILE =
            Accepts.file("OAUTH2_CLIENT_CERTIFICATE_KEY_FILE", "That certificate's key: PEM, PKCS#8, RSA or EC.");
    public static final Setting<Optional<Path>> TOKEN_CA_FILE = Accepts.file(
            "OAUTH2_CA_FILE",
            "The authorities trusted for the token server, in place of Java's own: PEM; read again when it changes.");
    public static final Setting<String> SCOPE = Accepts.text(
            "OAUTH2_SCOPE",
            "",
            "scope names with spaces between, in printable ASCII without quotes and backslashes",
            value -> Accepts.ruled("scope", () -> ClientCredentials.scope(value)),
            "The scope to ask for; empty for none.");
    public static final Setting<String> AUDIENCE = Accepts.text(
            "OAUTH2_AUDIENCE", "", "text", TokenSettings::words, "The audience to ask for; empty for none.");
    public static final Setting<List<URI>> RESOURCE = new Setting<>(
            "OAUTH2_RESOURCE",
            "",
            "absolute URIs without fragment, with spaces between",
            value -> Accepts.ruled("resource", () -> ClientCredentials.resources(value)),
            false,
            "The resources to ask for (RFC 8707), with spaces between; empty for none.");
    public static final Setting<String> TOKEN_PROXY_URL = Accepts.text(
            "OAUTH2_PROXY_URL",
            "",
            Accepts.PROXY,
            Accepts::proxyUrl,
            "The HTTP proxy to the token server; empty for none.");

    static final SettingsGroup GROUP = new SettingsGroup(
            "OAuth2 tokens for the API",
            List.of(
                    USE_OAUTH,
                    TOKEN_URL,
                    CLIENT_ID,
                    CLIENT_AUTHENTICATION,
                    CLIENT_SECRET,
                    CLIENT_SECRET_FILE,
                    PRIVATE_KEY_FILE,
                    KEY_ID,
                    ASSERTION_AUDIENCE,
                    TOKEN_CERTIFICATE_FILE,
                    TOKEN_KEY_FILE,
                    TOKEN_CA_FILE,
                    SCOPE,
                    AUDIENCE,
                    RESOURCE,
                    TOKEN_PROXY_URL));

    private TokenSettings() {}

    private static String words(String value) {
        return Accepts.ruled("audience", () -> ClientCredentials.audience(value));
    }
}
