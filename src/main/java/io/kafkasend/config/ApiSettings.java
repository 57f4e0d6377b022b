package io.kafkasend.config;

import io.kafkasend.setting.HttpUrl;
import io.kafkasend.setting.Setting;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the API is, and how the portal connects to it. */
public final class ApiSettings {
    public static final Setting<URI> TARGET_API_URL = new Setting<>(
            "PORTAL_TARGET_API_URL",
            "",
            "an http or https URL without user, query and fragment, such as https://api.example.com/base",
            HttpUrl::read,
            false,
            "The API's base URL.");
    public static final Setting<Optional<Path>> CA_FILE = Accepts.pemFile(
            "PORTAL_CA_FILE",
            "The authorities that the API's certificate may come from, in place of the JDK's; empty for the JDK's.");
    public static final Setting<Optional<Path>> CLIENT_CERTIFICATE_FILE = Accepts.pemFile(
            "PORTAL_CLIENT_CERTIFICATE_FILE",
            "The portal's certificate for the API, then its issuers; empty for none.");
    public static final Setting<Optional<Path>> CLIENT_KEY_FILE = Accepts.pemFile(
            "PORTAL_CLIENT_KEY_FILE", "The key of PORTAL_CLIENT_CERTIFICATE_FILE, in PKCS#8, not encrypted.");
    public static final Setting<String> PROXY_URL = Accepts.text(
            "PORTAL_PROXY_URL",
            "",
            Accepts.PROXY,
            Accepts::proxyUrl,
            "The HTTP proxy to the API; empty for none: JVM and environment proxy settings are ignored.");
    public static final Setting<String> MULTIPART_FIELD = Accepts.text(
            "PORTAL_MULTIPART_FIELD",
            "file",
            "1 to 255 characters without \\ and controls",
            name -> Accepts.require(name.matches("[^\\p{Cntrl}\\\\]{1,255}"), name),
            "The name of a form's field that the file goes in, where the client names none.");

    static final SettingsGroup GROUP = new SettingsGroup(
            "Connection to the API",
            List.of(TARGET_API_URL, CA_FILE, CLIENT_CERTIFICATE_FILE, CLIENT_KEY_FILE, PROXY_URL, MULTIPART_FIELD));

    private ApiSettings() {}
}
