package io.kafkasend.config;

import io.kafkasend.oauth.ClientAuthentication.PrivateKeyJwt;
import io.kafkasend.oauth.ClientSecret;
import io.kafkasend.setting.Setting;
import io.kafkasend.tls.TlsMaterial;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the OAUTH2_ settings must be together, and whether their files can be used. Of one reading of the settings. */
final class TokenRules {
    private final Map<Setting<?>, Object> values;
    private final List<String> faults = new ArrayList<>();

    /**
     * @param values what has been read; what could not be is missing
     */
    TokenRules(Map<Setting<?>, Object> values) {
        this.values = values;
    }

    /** One line for each fault. */
    List<String> faults() {
        needed(TokenSettings.TOKEN_URL, "PORTAL_USE_OAUTH is true, which needs it");
        needed(TokenSettings.CLIENT_ID, "PORTAL_USE_OAUTH is true, which needs it");
        Object method = values.get(TokenSettings.CLIENT_AUTHENTICATION);
        if (TokenSettings.PRIVATE_KEY_JWT.equals(method)) {
            needed(TokenSettings.PRIVATE_KEY_FILE, "OAUTH2_CLIENT_AUTHENTICATION is private_key_jwt, which needs it");
        } else if (TokenSettings.TLS_CLIENT_AUTH.equals(method)) {
            needed(
                    TokenSettings.TOKEN_CERTIFICATE_FILE,
                    "OAUTH2_CLIENT_AUTHENTICATION is tls_client_auth, which needs it");
            overHttps();
        } else if (method != null && file(TokenSettings.CLIENT_SECRET_FILE).isEmpty()) {
            needed(
                    TokenSettings.CLIENT_SECRET,
                    "PORTAL_USE_OAUTH is true, which needs it or OAUTH2_CLIENT_SECRET_FILE");
        }
        oneSecret();
        readable(TokenSettings.CLIENT_SECRET_FILE, ClientSecret::read);
        readable(TokenSettings.PRIVATE_KEY_FILE, PrivateKeyJwt::signingKey);
        certificates();
        return faults;
    }

    private void oneSecret() {
        Object secret = values.get(TokenSettings.CLIENT_SECRET);
        if (secret != null
                && !secret.equals("")
                && file(TokenSettings.CLIENT_SECRET_FILE).isPresent()) {
            faults.add("OAUTH2_CLIENT_SECRET and OAUTH2_CLIENT_SECRET_FILE are both set; it takes one of them");
        }
    }

    private void overHttps() {
        Object url = values.get(TokenSettings.TOKEN_URL);
        if (url != null
                && !url.equals("")
                && !"https".equalsIgnoreCase(URI.create(url.toString()).getScheme())) {
            faults.add("OAUTH2_TOKEN_URL is \"" + url
                    + "\"; OAUTH2_CLIENT_AUTHENTICATION is tls_client_auth, which needs an https URL");
        }
    }

    private void certificates() {
        Optional<Path> certificate = file(TokenSettings.TOKEN_CERTIFICATE_FILE);
        Optional<Path> key = file(TokenSettings.TOKEN_KEY_FILE);
        if (certificate.isPresent() != key.isPresent()) {
            faults.add("OAUTH2_CLIENT_CERTIFICATE_FILE and OAUTH2_CLIENT_CERTIFICATE_KEY_FILE go together; only "
                    + (key.isPresent() ? "OAUTH2_CLIENT_CERTIFICATE_KEY_FILE" : "OAUTH2_CLIENT_CERTIFICATE_FILE")
                    + " is set");
            return;
        }
        readable(
                TokenSettings.TOKEN_CA_FILE,
                authorities -> TlsMaterial.read(Optional.of(authorities), Optional.empty(), Optional.empty()));
        readable(TokenSettings.TOKEN_CERTIFICATE_FILE, own -> TlsMaterial.read(Optional.empty(), certificate, key));
    }

    private void needed(Setting<?> setting, String why) {
        Object value = values.get(setting);
        if ("".equals(value) || Optional.empty().equals(value)) {
            faults.add(setting.variable() + " is not set; " + why);
        }
    }

    private void readable(Setting<Optional<Path>> setting, Reading reading) {
        if (file(setting).isPresent()) {
            try {
                reading.read(file(setting).get());
            } catch (IOException e) {
                faults.add(setting.variable() + ": " + e.getMessage());
            }
        }
    }

    private Optional<Path> file(Setting<Optional<Path>> setting) {
        return values.get(setting) instanceof Optional<?> file ? file.map(Path.class::cast) : Optional.empty();
    }

    /** Reads a file, for its faults. */
    private interface Reading {
        Object read(Path file) throws IOException;
    }
}
