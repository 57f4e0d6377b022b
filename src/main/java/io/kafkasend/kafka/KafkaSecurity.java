package io.kafkasend.kafka;

import io.kafkasend.setting.HttpUrl;
import io.kafkasend.setting.Setting;
import io.kafkasend.setting.SettingsException;
import io.kafkasend.setting.UnfitValueException;
import io.kafkasend.tls.PemException;
import io.kafkasend.tls.PemFiles;
import io.kafkasend.tls.TlsMaterial;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How KafkaSend gets into a Kafka cluster: TLS, SASL and client certificates, by settings that portal and clients share.
 * Read and checked together, with files, at start; what is in the files then is used until the end. Immutable.
 */
public final class KafkaSecurity {
    /** Kafka's system property of the URLs that its clients may ask for tokens, with commas between (KIP-1139). */
    public static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    private static final String OAUTHBEARER = "OAUTHBEARER";
    private static final String TOKEN_READER = "com.fasterxml.jackson.databind.ObjectMapper";
    private static final String PACKAGE = "org.apache.kafka.common.security.";

    public static final Setting<String> PROTOCOL = choice(
            "KAFKA_SECURITY_PROTOCOL",
            "PLAINTEXT",
            List.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"),
            "Whether connections to Kafka are encrypted (SSL), and whether they log in (SASL).");
    public static final Setting<String> MECHANISM = choice(
            "KAFKA_SASL_MECHANISM",
            "",
            List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", OAUTHBEARER),
            "How to log in to Kafka (required with SASL).");
    public static final Setting<String> USERNAME =
            text("KAFKA_SASL_USERNAME", "The user at Kafka (required with PLAIN and SCRAM).");
    public static final Setting<String> PASSWORD = secret(
            "KAFKA_SASL_PASSWORD", "The user's password (this or KAFKA_SASL_PASSWORD_FILE, with PLAIN and SCRAM).");
    public static final Setting<String> PASSWORD_FILE =
            secretFile("KAFKA_SASL_PASSWORD_FILE", "A file that holds the password.");
    public static final Setting<String> TOKEN_URL = new Setting<>(
            "KAFKA_OAUTH_TOKEN_URL",
            "",
            "an http or https URL",
            KafkaSecurity::url,
            false,
            "Where the token for Kafka comes from (required with OAUTHBEARER), by the client credentials grant.");
    public static final Setting<String> CLIENT_ID =
            text("KAFKA_OAUTH_CLIENT_ID", "The client id there (required with OAUTHBEARER).");
    public static final Setting<String> CLIENT_SECRET = secret(
            "KAFKA_OAUTH_CLIENT_SECRET",
            "The client's secret there (this or KAFKA_OAUTH_CLIENT_SECRET_FILE, with OAUTHBEARER).");
    public static final Setting<String> CLIENT_SECRET_FILE =
            secretFile("KAFKA_OAUTH_CLIENT_SECRET_FILE", "A file that holds the client's secret.");
    public static final Setting<String> SCOPE =
            text("KAFKA_OAUTH_SCOPE", "The scope to ask for there; empty for none.");
    public static final Setting<String> TOKEN_CA_FILE = text(
            "KAFKA_OAUTH_CA_FILE", "The CAs that may vouch for the token server, as PEM; empty for Java's own list.");
    public static final Setting<String> CA_FILE =
            text("KAFKA_SSL_CA_FILE", "The CAs that may vouch for Kafka's brokers, as PEM; empty for Java's own list.");
    public static final Setting<String> CERTIFICATE_FILE =
            text("KAFKA_SSL_CERTIFICATE_FILE", "The certificate to show to Kafka, its chain after it, as PEM.");
    public static final Setting<String> KEY_FILE =
            text("KAFKA_SSL_KEY_FILE", "The certificate's private key, as PEM, in PKCS#8.");
    public static final Setting<String> KEY_PASSWORD =
            secret("KAFKA_SSL_KEY_PASSWORD", "The private key's password, where it has one.");

    private static final List<Setting<String>> SETTINGS = List.of(
            PROTOCOL,
            MECHANISM,
            USERNAME,
            PASSWORD,
            PASSWORD_FILE,
            TOKEN_URL,
            CLIENT_ID,
            CLIENT_SECRET,
            CLIENT_SECRET_FILE,
            SCOPE,
            TOKEN_CA_FILE,
            CA_FILE,
            CERTIFICATE_FILE,
            KEY_FILE,
            KEY_PASSWORD);

    private final Map<Setting<?>, Object> values;
    private final Map<String, String> properties;

    private KafkaSecurity(Map<Setting<?>, Object> values) {
        this.values = Map.copyOf(values);
        this.properties = Map.copyOf(propertiesOf(values));
    }

    /** The settings, in the order in which they are documented. */
    public static List<Setting<String>> settings() {
        return SETTINGS;
    }

    /**
     * Reads the settings from environment variables.
     *
     * @throws SettingsException with one line for each fault, when there is any
     */
    public static KafkaSecurity fromEnvironment(Map<String, String> environment) throws SettingsException {
        Map<Setting<?>, Object> values = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        for (Setting<String> setting : SETTINGS) {
            String given = environment.getOrDefault(setting.variable(), "");
            try {
                values.put(setting, setting.parse(given.isBlank() ? setting.defaultValue() : given));
            } catch (IllegalArgumentException e) {
                faults.add(e.getMessage());
            }
        }
        check(values, faults);
        if (!faults.isEmpty()) {
            throw new SettingsException(faults);
        }
        return new KafkaSecurity(values);
    }

    /**
     * Those among the settings of somebody who has read and checked them.
     *
     * @param values the value of each setting
     */
    public static KafkaSecurity of(Function<Setting<String>, String> values) {
        Map<Setting<?>, Object> read = new LinkedHashMap<>();
        SETTINGS.forEach(setting -> read.put(setting, values.apply(setting)));
        return new KafkaSecurity(read);
    }

    /** Adds a line for each fault that is one of several settings together; those that could not be read have theirs. */
    public static void check(Map<Setting<?>, Object> values, List<String> faults) {
        if (!values.keySet().containsAll(SETTINGS)) {
            return;
        }
        Given given = new Given(values);
        String protocol = given.text(PROTOCOL);
        String mechanism = given.text(MECHANISM);
        if (!usesSasl(protocol)) {
            Stream.of(MECHANISM, USERNAME, PASSWORD, PASSWORD_FILE, TOKEN_URL, CLIENT_ID, CLIENT_SECRET)
                    .filter(given::has)
                    .forEach(setting -> faults.add(setting.variable() + " is set, but KAFKA_SECURITY_PROTOCOL is "
                            + protocol + "; it needs SASL_SSL, or SASL_PLAINTEXT"));
        } else if (mechanism.isEmpty()) {
            faults.add("KAFKA_SASL_MECHANISM is not set; KAFKA_SECURITY_PROTOCOL is " + protocol + ", which needs it");
        } else if (mechanism.equals(OAUTHBEARER)) {
            given.require(faults, mechanism, TOKEN_URL);
            given.require(faults, mechanism, CLIENT_ID);
            given.requireOne(faults, mechanism, CLIENT_SECRET, CLIENT_SECRET_FILE);
            given.forbid(faults, mechanism, List.of(USERNAME, PASSWORD, PASSWORD_FILE));
            if (!isThere(TOKEN_READER)) {
                faults.add(
                        "KAFKA_SASL_MECHANISM is OAUTHBEARER, for which Kafka's client needs a library that is not there;"
                                + " add com.fasterxml.jackson.core:jackson-databind to the class path");
            }
        } else {
            given.require(faults, mechanism, USERNAME);
            given.requireOne(faults, mechanism, PASSWORD, PASSWORD_FILE);
            given.forbid(faults, mechanism, List.of(TOKEN_URL, CLIENT_ID, CLIENT_SECRET, CLIENT_SECRET_FILE, SCOPE));
        }
        given.readable(faults, TOKEN_CA_FILE, PemFiles::certificates);
        if (!usesTls(protocol)) {
            Stream.of(CA_FILE, CERTIFICATE_FILE, KEY_FILE, KEY_PASSWORD)
                    .filter(given::has)
                    .forEach(setting -> faults.add(setting.variable() + " is set, but KAFKA_SECURITY_PROTOCOL is "
                            + protocol + "; it needs SSL or SASL_SSL"));
        } else {
            checkTls(given, faults);
        }
    }

    private static void checkTls(Given given, List<String> faults) {
        given.readable(faults, CA_FILE, PemFiles::certificates);
        if (given.has(CERTIFICATE_FILE) != given.has(KEY_FILE)) {
            boolean certificate = given.has(CERTIFICATE_FILE);
            faults.add((certificate ? CERTIFICATE_FILE : KEY_FILE).variable() + " is set without "
                    + (certificate ? KEY_FILE : CERTIFICATE_FILE).variable() + "; they go together");
        } else if (given.has(KEY_FILE)) {
            given.readable(faults, CERTIFICATE_FILE, PemFiles::certificates);
            given.readable(faults, KEY_FILE, file -> given.identity());
        } else if (given.has(KEY_PASSWORD)) {
            faults.add("KAFKA_SSL_KEY_PASSWORD is set without KAFKA_SSL_KEY_FILE; they go together");
        }
    }

    /**
     * The same in terms of Kafka's clients: their properties; none where nothing is set. Some values are secret. As far as
     * a token is needed, this lets Kafka's clients of this process ask the token server for it.
     */
    public Map<String, String> properties() {
        if (properties.containsKey("sasl.oauthbearer.token.endpoint.url")) {
            allow(properties.get("sasl.oauthbearer.token.endpoint.url"));
        }
        return properties;
    }

    /** What is allowed, and not wise: one line each. */
    public List<String> warnings() {
        Given given = new Given(values);
        List<String> warnings = new ArrayList<>();
        String mechanism = given.text(MECHANISM);
        if (given.text(PROTOCOL).equals("SASL_PLAINTEXT") && mechanism.equals("PLAIN")) {
            warnings.add(
                    "KAFKA_SECURITY_PROTOCOL is SASL_PLAINTEXT and KAFKA_SASL_MECHANISM is PLAIN: the password goes"
                            + " over the network in the clear; use SASL_SSL");
        }
        if (given.text(PROTOCOL).equals("SASL_PLAINTEXT") && mechanism.equals(OAUTHBEARER)) {
            warnings.add("KAFKA_SECURITY_PROTOCOL is SASL_PLAINTEXT and KAFKA_SASL_MECHANISM is OAUTHBEARER: the token"
                    + " goes over the network in the clear; use SASL_SSL");
        }
        if (given.text(TOKEN_URL).toLowerCase(Locale.ROOT).startsWith("http:")) {
            warnings.add("KAFKA_OAUTH_TOKEN_URL is not https: the client's secret goes over the network in the clear");
        }
        return warnings;
    }

    /** Protocol and mechanism; no secret. */
    @Override
    public String toString() {
        return (values.get(PROTOCOL) + " " + values.get(MECHANISM)).strip();
    }

    private static Map<String, String> propertiesOf(Map<Setting<?>, Object> values) {
        Given given = new Given(values);
        Map<String, String> all = new HashMap<>();
        String protocol = given.text(PROTOCOL);
        if (protocol.equals("PLAINTEXT")) {
            return all; // Kafka's own default
        }
        all.put("security.protocol", protocol);
        if (usesTls(protocol)) {
            putTls(given, all);
        }
        if (usesSasl(protocol)) {
            putSasl(given, all);
        }
        return all;
    }

    private static void putTls(Given given, Map<String, String> all) {
        all.put("ssl.enabled.protocols", "TLSv1.3,TLSv1.2");
        all.put("ssl.endpoint.identification.algorithm", "https");
        try {
            if (given.has(CA_FILE)) {
                all.put("ssl.truststore.type", "PEM");
                all.put("ssl.truststore.certificates", pem(PemFiles.certificates(given.path(CA_FILE))));
            }
            if (given.has(KEY_FILE)) {
                TlsMaterial identity = given.identity();
                all.put("ssl.keystore.type", "PEM");
                all.put("ssl.keystore.certificate.chain", pem(identity.chain()));
                // Decrypted here: Kafka's own reader knows fewer ciphers than OpenSSL uses.
                all.put("ssl.keystore.key", pem("PRIVATE KEY", identity.key().getEncoded()));
            }
        } catch (PemException | CertificateEncodingException e) {
            throw new IllegalArgumentException("a file that was read is gone: " + e.getMessage(), e);
        }
    }

    private static String pem(List<X509Certificate> certificates) throws CertificateEncodingException {
        StringBuilder all = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            all.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return all.toString();
    }

    private static String pem(String type, byte[] bytes) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
    }

    private static void putSasl(Given given, Map<String, String> all) {
        String mechanism = given.text(MECHANISM);
        all.put("sasl.mechanism", mechanism);
        if (mechanism.equals(OAUTHBEARER)) {
            all.put("sasl.login.callback.handler.class", PACKAGE + "oauthbearer.OAuthBearerLoginCallbackHandler");
            all.put("sasl.oauthbearer.token.endpoint.url", given.text(TOKEN_URL));
            all.put("sasl.oauthbearer.client.credentials.client.id", given.text(CLIENT_ID));
            all.put(
                    "sasl.oauthbearer.client.credentials.client.secret",
                    given.secret(CLIENT_SECRET, CLIENT_SECRET_FILE));
            all.put("sasl.oauthbearer.header.urlencode", "true"); // RFC 6749 §2.3.1
            if (given.has(SCOPE)) {
                all.put("sasl.oauthbearer.scope", given.text(SCOPE));
            }
            String trust = given.has(TOKEN_CA_FILE)
                    ? " ssl.truststore.type=\"PEM\" ssl.truststore.location=" + quoted(given.text(TOKEN_CA_FILE))
                    : "";
            all.put("sasl.jaas.config", PACKAGE + "oauthbearer.OAuthBearerLoginModule required" + trust + ";");
        } else {
            String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
            all.put(
                    "sasl.jaas.config",
                    PACKAGE + module + " required username=" + quoted(given.text(USERNAME)) + " password="
                            + quoted(given.secret(PASSWORD, PASSWORD_FILE)) + ";");
        }
    }

    /** A value of a JAAS configuration; a quote, a backslash or a line's end in it would otherwise end it. */
    static String quoted(String value) {
        return '"'
                + value.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                + '"';
    }

    private static void allow(String url) {
        synchronized (KafkaSecurity.class) {
            String allowed = System.getProperty(ALLOWED_URLS, "");
            if (!List.of(allowed.split(",")).contains(url)) {
                System.setProperty(ALLOWED_URLS, allowed.isEmpty() ? url : allowed + "," + url);
            }
        }
    }

    /** Kafka's client has it as an option, and the SDK does not bring it for those who log in otherwise. */
    private static boolean isThere(String name) {
        try {
            Class.forName(name, false, KafkaSecurity.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static boolean usesSasl(String protocol) {
        return protocol.startsWith("SASL_");
    }

    private static boolean usesTls(String protocol) {
        return protocol.endsWith("SSL");
    }

    /** Reads a PEM file, to see whether it can be read. */
    @FunctionalInterface
    private interface Reading {
        Object of(Path file) throws PemException;
    }

    /** Settings that have been read. */
    private record Given(Map<Setting<?>, Object> values) {
        String text(Setting<String> setting) {
            return (String) values.get(setting);
        }

        boolean has(Setting<String> setting) {
            return !text(setting).isEmpty();
        }

        Path path(Setting<String> setting) {
            return Path.of(text(setting));
        }

        /** The client certificate with its key. */
        TlsMaterial identity() throws PemException {
            return TlsMaterial.read(
                    Optional.empty(),
                    Optional.of(path(CERTIFICATE_FILE)),
                    Optional.of(path(KEY_FILE)),
                    text(KEY_PASSWORD));
        }

        void readable(List<String> faults, Setting<String> setting, Reading reading) {
            if (has(setting)) {
                try {
                    reading.of(path(setting));
                } catch (PemException | InvalidPathException e) {
                    faults.add(setting.variable() + ": " + e.getMessage());
                }
            }
        }

        /** The value, or what the file holds, without the line's end that editors leave there. */
        String secret(Setting<String> value, Setting<String> file) {
            return has(file) ? contents(text(file)).replaceFirst("[\\r\\n]+$", "") : text(value);
        }

        void require(List<String> faults, String mechanism, Setting<String> setting) {
            if (!has(setting)) {
                faults.add(
                        setting.variable() + " is not set; KAFKA_SASL_MECHANISM is " + mechanism + ", which needs it");
            }
        }

        void requireOne(List<String> faults, String mechanism, Setting<String> value, Setting<String> file) {
            if (!has(value) && !has(file)) {
                faults.add(value.variable() + " is not set, nor " + file.variable() + "; KAFKA_SASL_MECHANISM is "
                        + mechanism + ", which needs one of them");
            } else if (has(value) && has(file)) {
                faults.add(value.variable() + " and " + file.variable() + " are both set; one of them is wanted");
            }
        }

        void forbid(List<String> faults, String mechanism, List<Setting<String>> settings) {
            settings.stream()
                    .filter(this::has)
                    .forEach(setting -> faults.add(setting.variable() + " is set, but KAFKA_SASL_MECHANISM is "
                            + mechanism + ", which does not use it"));
        }
    }

    private static Setting<String> text(String variable, String text) {
        return new Setting<>(variable, "", "text", value -> value, false, text);
    }

    /** Camel would take braces for a placeholder of its own, and the value for none. */
    private static Setting<String> secret(String variable, String text) {
        return new Setting<>(
                variable,
                "",
                "text without {{ and }}, which a file may hold",
                value -> {
                    if (value.contains("{{") || value.contains("}}")) {
                        throw new IllegalArgumentException();
                    }
                    return value;
                },
                true,
                text);
    }

    private static Setting<String> secretFile(String variable, String text) {
        return new Setting<>(
                variable,
                "",
                "a readable file that is not empty",
                path -> path.isEmpty() ? path : fileWithText(path),
                false,
                text);
    }

    private static Setting<String> choice(String variable, String value, List<String> choices, String text) {
        return new Setting<>(
                variable,
                value,
                "one of " + String.join(", ", choices),
                given -> given.isEmpty() && value.isEmpty()
                        ? given
                        : choices.stream()
                                .filter(choice -> choice.equalsIgnoreCase(given))
                                .findFirst()
                                .orElseThrow(IllegalArgumentException::new),
                false,
                text);
    }

    private static String fileWithText(String path) {
        if (contents(path).isBlank()) {
            throw new IllegalArgumentException();
        }
        return path;
    }

    private static String contents(String path) {
        try {
            return Files.readString(Path.of(path), StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException("cannot read " + path, e);
        }
    }

    private static String url(String value) {
        if (!value.isEmpty()) {
            URI url = URI.create(value);
            boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            if (http && url.getHost() == null) {
                throw new UnfitValueException(HttpUrl.hostRule(url.getRawAuthority()));
            }
            if (!http || url.getHost() == null || url.getRawUserInfo() != null || value.contains(",")) {
                throw new IllegalArgumentException();
            }
        }
        return value;
    }
}
