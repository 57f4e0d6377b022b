package io.kafkasend.config;

import io.kafkasend.setting.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The tables of the portal's settings in docs/operate/configuration.md, made from their declarations: one for each subject,
 * those that an operator has to set first. After a change of a setting, run this class and put what it prints between the
 * document's two comments.
 */
final class SettingsTable {
    private static final String HEAD = "| Variable | Default | What it does |";
    private static final List<String> FIRST = List.of(
            "KAFKA_BOOTSTRAP_SERVERS",
            "PORTAL_TARGET_API_URL",
            "PORTAL_ALLOWED_ENDPOINTS",
            "OAUTH2_TOKEN_URL",
            "OAUTH2_CLIENT_ID",
            "OAUTH2_CLIENT_SECRET",
            "OAUTH2_CLIENT_SECRET_FILE");

    /** Subjects in their order; a setting belongs to the first that takes it. */
    private static final Map<String, Predicate<String>> SUBJECTS = new LinkedHashMap<>();

    static {
        SUBJECTS.put("Set these first", FIRST::contains);
        SUBJECTS.put("Kafka TLS, SASL and OAUTHBEARER", matching("KAFKA_(SECURITY|SASL|OAUTH|SSL)_.*"));
        SUBJECTS.put("Kafka topics and consumer group", matching("KAFKA_.*|PORTAL_DEAD_LETTER_TOPIC"));
        SUBJECTS.put(
                "Connection to the API",
                matching("PORTAL_(CA_FILE|CLIENT_CERTIFICATE_FILE|CLIENT_KEY_FILE|PROXY_URL|MULTIPART_FIELD)"));
        SUBJECTS.put(
                "Allowed headers and strict mode",
                matching("PORTAL_(ALLOWED_HEADERS|ALLOWED_RESPONSE_HEADERS|STRICT_SECURITY)"));
        SUBJECTS.put(
                "Client signatures, policies and reply topics",
                matching("PORTAL_(CLIENT_KEYS|REQUIRE_SIGNATURE|SIGNATURE_.*|POLICIES|REPLY_TOPICS|MODERN_READERS)"));
        SUBJECTS.put("Concurrency, memory and timeouts", matching("PORTAL_(MAX|SPOOL|JOB)_.*"));
        SUBJECTS.put("Delivery, retries and circuit breaker", matching("PORTAL_(DELIVERY|RETRY_.*|BREAKER_.*)"));
        SUBJECTS.put("Logging, shutdown and health", matching("PORTAL_(LOG_LEVEL|SHUTDOWN_.*|LIVENESS_FILE)"));
        SUBJECTS.put("OAuth2 tokens for the API", matching("OAUTH2_.*|PORTAL_USE_OAUTH"));
    }

    private SettingsTable() {}

    /** Prints the tables. */
    public static void main(String[] arguments) {
        lines().forEach(System.out::println);
    }

    /**
     * The document's lines: each subject's heading, head, rule, and a row for each setting.
     *
     * @throws IllegalStateException when a setting has no subject
     */
    static List<String> lines() {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        SUBJECTS.keySet().forEach(subject -> rows.put(subject, new ArrayList<>()));
        PortalSettings.all().forEach(setting -> rows.get(subject(setting)).add(row(setting)));
        List<String> lines = new ArrayList<>();
        rows.forEach((subject, settings) -> {
            lines.addAll(List.of("## " + subject, "", HEAD, "|---|---|---|"));
            lines.addAll(settings);
            lines.add("");
        });
        return lines;
    }

    private static String subject(Setting<?> setting) {
        return SUBJECTS.entrySet().stream()
                .filter(subject -> subject.getValue().test(setting.variable()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(setting.variable() + " has no subject"))
                .getKey();
    }

    private static Predicate<String> matching(String regex) {
        return variable -> variable.matches(regex);
    }

    private static String row(Setting<?> setting) {
        return "| `%s` | %s | %s |".formatted(setting.variable(), shownDefault(setting), cell(setting.text()));
    }

    private static String shownDefault(Setting<?> setting) {
        if (!setting.defaultValue().isEmpty()) {
            return "`" + cell(setting.defaultValue()) + "`";
        }
        return mayStayEmpty(setting) ? "(none)" : "(required)";
    }

    private static boolean mayStayEmpty(Setting<?> setting) {
        try {
            setting.parse("");
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
