package io.kafkasend.kafka;

import io.kafkasend.setting.HttpUrl;
import io.kafkasend.setting.Setting;
import io.kafkasend.setting.SettingsException;
import io.kafkasend.setting.UnfitValueException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * How KafkaSend gets into a Kafka cluster: TLS, SASL and client certificates, by settings that portal and clients share.
 * Read and checked together, with files, at start; what is in the files then is used until the end. Immutable.
 */
public final class KafkaSecurity {
    /** Kafka's system property of the URLs that its clients may ask for tokens, with commas between (KIP-1139). */
    public static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    static final String OAUTHBEARER = "OAUTHBEARER";

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
        this.properties = Map.copyOf(SecurityProperties.of(new SecurityValues(values)));
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
        new SecurityRules(new SecurityValues(values), faults).check();
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
        SecurityValues given = new SecurityValues(values);
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

    private static void allow(String url) {
        synchronized (KafkaSecurity.class) {
            String allowed = System.getProperty(ALLOWED_URLS, "");
            if (!List.of(allowed.split(",")).contains(url)) {
                System.setProperty(ALLOWED_URLS, allowed.isEmpty() ? url : allowed + "," + url);
            }
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
        if (SecurityValues.contents(path).isBlank()) {
            throw new IllegalArgumentException();
        }
        return path;
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
