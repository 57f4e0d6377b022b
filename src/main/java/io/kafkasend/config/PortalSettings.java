package io.kafkasend.config;

import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.address.AddressPolicy;
import io.kafkasend.setting.Setting;
import io.kafkasend.setting.SettingsException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The portal's settings: every one declared once, in the class of its subject, and read together so that all faults show
 * at once. Immutable.
 *
 * <p>{@code application.properties} maps each to the property that routes name, and docs/operate/configuration.md lists
 * them by subject; tests hold both against the groups.
 */
public final class PortalSettings {
    /** Every subject, in the order in which they are documented. */
    private static final List<SettingsGroup> GROUPS = List.of(
            KafkaSettings.GROUP,
            new SettingsGroup("Kafka TLS, SASL and OAUTHBEARER", List.copyOf(KafkaSecurity.settings())),
            ApiSettings.GROUP,
            AllowListSettings.GROUP,
            RequesterSettings.GROUP,
            JobSettings.GROUP,
            RetrySettings.GROUP,
            OperationSettings.GROUP,
            ManagementSettings.GROUP,
            TracingSettings.GROUP,
            TokenSettings.GROUP);

    private static final List<Setting<?>> ALL = GROUPS.stream()
            .<Setting<?>>flatMap(group -> group.settings().stream())
            .toList();

    private final ReadSettings read;

    private PortalSettings(ReadSettings read) {
        this.read = read;
    }

    /** The settings by their subjects, in the order in which they are documented. */
    public static List<SettingsGroup> groups() {
        return GROUPS;
    }

    /** Every setting, in the order in which they are documented. */
    public static List<Setting<?>> all() {
        return ALL;
    }

    /**
     * Reads all settings, each once.
     *
     * @param source the text of a setting, or null where it is not set; asked by {@link Setting}, so that it may look into
     *     the environment or into properties
     * @throws SettingsException with one line for each fault, when there is any
     */
    public static PortalSettings read(Function<Setting<?>, String> source) throws SettingsException {
        ReadSettings read = ReadSettings.of(ALL, PortalSettings::mayBeEmpty, source);
        List<String> faults = read.faults();
        checkTogether(read.values(), faults);
        if (!faults.isEmpty()) {
            throw new SettingsException(faults);
        }
        PortalSettings settings = new PortalSettings(read);
        faults.addAll(ClientFiles.of(settings).faults());
        if (!faults.isEmpty()) {
            throw new SettingsException(faults);
        }
        return settings;
    }

    /**
     * Reads all settings from environment variables.
     *
     * @throws SettingsException with one line for each fault, when there is any
     */
    public static PortalSettings fromEnvironment(Map<String, String> environment) throws SettingsException {
        return read(setting -> environment.get(setting.variable()));
    }

    /** The value of a setting. */
    public <T> T get(Setting<T> setting) {
        return read.get(setting);
    }

    /** What a client of Kafka that the portal makes needs to get to the brokers and in, by Kafka's names. */
    public Map<String, Object> kafkaConnection() {
        Map<String, Object> connection =
                new HashMap<>(KafkaSecurity.of(this::get).properties());
        connection.put("bootstrap.servers", get(KafkaSettings.BOOTSTRAP_SERVERS));
        return connection;
    }

    /** The files with certificates that are named, each by its setting: Kafka's first. */
    public Map<Setting<?>, Path> certificateFiles() {
        Map<Setting<?>, Path> files = new LinkedHashMap<>();
        for (Setting<String> setting :
                List.of(KafkaSecurity.CA_FILE, KafkaSecurity.CERTIFICATE_FILE, KafkaSecurity.TOKEN_CA_FILE)) {
            if (!get(setting).isEmpty()) {
                files.put(setting, Path.of(get(setting)));
            }
        }
        for (Setting<Optional<Path>> setting : List.of(
                ApiSettings.CA_FILE,
                ApiSettings.CLIENT_CERTIFICATE_FILE,
                TokenSettings.TOKEN_CA_FILE,
                TokenSettings.TOKEN_CERTIFICATE_FILE)) {
            get(setting).ifPresent(file -> files.put(setting, file));
        }
        return files;
    }

    /** Those that are not as by default, in their order, each variable with its value as it may be logged. */
    public Map<String, String> changed() {
        return read.changed();
    }

    /** Each variable with its value as it may be shown: a secret is masked. In the order of {@link #all}. */
    public Map<String, String> shown() {
        return Collections.unmodifiableMap(read.shown());
    }

    /** Each variable with its value as it may be logged. */
    @Override
    public String toString() {
        return read.shown().toString();
    }

    /** An empty allow-list is a choice (nothing passes), as is no dead-letter topic: neither is an unset variable. */
    private static boolean mayBeEmpty(Setting<?> setting) {
        return setting == AllowListSettings.ALLOWED_HEADERS
                || setting == AllowListSettings.ALLOWED_RESPONSE_HEADERS
                || setting == KafkaSettings.DEAD_LETTER_TOPIC;
    }

    private static void checkTogether(Map<Setting<?>, Object> values, List<String> faults) {
        Object pollInterval = values.get(KafkaSettings.MAX_POLL_INTERVAL_MS);
        Object jobTimeout = values.get(JobSettings.JOB_TIMEOUT_SECONDS);
        if (pollInterval instanceof Integer interval
                && jobTimeout instanceof Integer timeout
                && interval <= timeout * 1_000L) {
            faults.add("KAFKA_MAX_POLL_INTERVAL_MS is " + interval + " and PORTAL_JOB_TIMEOUT_SECONDS is " + timeout
                    + "; the interval must be longer than the timeout, here over " + timeout * 1_000L);
        }
        if ("consumer".equals(values.get(KafkaSettings.GROUP_PROTOCOL))
                && values.get(KafkaSettings.GROUP_INSTANCE_ID) instanceof String id
                && !id.isEmpty()) {
            faults.add("KAFKA_GROUP_INSTANCE_ID is set and KAFKA_GROUP_PROTOCOL is consumer; there the brokers keep a"
                    + " name that a killed portal had until its session is over, and refuse the portal that starts"
                    + " again under it: set one of the two");
        }
        if (Boolean.TRUE.equals(values.get(TokenSettings.USE_OAUTH))) {
            faults.addAll(new TokenRules(values).faults());
        }
        if (values.containsKey(KafkaSettings.REQUEST_TOPIC)
                && values.get(KafkaSettings.REQUEST_TOPIC).equals(values.get(KafkaSettings.RESPONSE_TOPIC))) {
            faults.add("KAFKA_REQUEST_TOPIC and KAFKA_RESPONSE_TOPIC are the same; they must be two topics");
        }
        KafkaSecurity.check(values, faults);
        for (Setting<?> url : List.of(
                ApiSettings.TARGET_API_URL,
                TokenSettings.TOKEN_URL,
                ApiSettings.PROXY_URL,
                TokenSettings.TOKEN_PROXY_URL)) {
            checkHost(url, values.get(url), faults);
        }
        if (values.get(ApiSettings.CLIENT_CERTIFICATE_FILE) instanceof Optional<?> certificate
                && values.get(ApiSettings.CLIENT_KEY_FILE) instanceof Optional<?> key
                && certificate.isPresent() != key.isPresent()) {
            faults.add("one of PORTAL_CLIENT_CERTIFICATE_FILE and PORTAL_CLIENT_KEY_FILE is not set; they go together");
        }
        Object deadLetters = values.get(KafkaSettings.DEAD_LETTER_TOPIC);
        if (deadLetters != null
                && (deadLetters.equals(values.get(KafkaSettings.REQUEST_TOPIC))
                        || deadLetters.equals(values.get(KafkaSettings.RESPONSE_TOPIC)))) {
            faults.add("PORTAL_DEAD_LETTER_TOPIC is " + deadLetters + "; it must be a topic of its own");
        }
        if (Boolean.TRUE.equals(values.get(RequesterSettings.REQUIRE_SIGNATURE))
                && Optional.empty().equals(values.get(RequesterSettings.CLIENT_KEYS))) {
            faults.add("PORTAL_CLIENT_KEYS is not set; PORTAL_REQUIRE_SIGNATURE is true, which needs it");
        }
        if (values.get(RequesterSettings.REPLY_TOPICS) instanceof String replyTopics) {
            for (Setting<String> own : List.of(KafkaSettings.REQUEST_TOPIC, KafkaSettings.DEAD_LETTER_TOPIC)) {
                String topic = (String) values.get(own);
                if (topic != null
                        && !topic.isEmpty()
                        && List.of(replyTopics.split("\\s*,\\s*")).contains(topic)) {
                    faults.add("PORTAL_REPLY_TOPICS holds " + topic + ", which is " + own.variable()
                            + "; answers must not go there");
                }
            }
        }
    }

    /** The topics of {@link RequesterSettings#REPLY_TOPICS}. */
    public Set<String> replyTopics() {
        return Arrays.stream(get(RequesterSettings.REPLY_TOPICS).split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static void checkHost(Setting<?> setting, Object url, List<String> faults) {
        if (url == null || "".equals(url)) {
            return;
        }
        try {
            AddressPolicy.checkHost(URI.create(url.toString()).getHost());
        } catch (PolicyViolation e) {
            faults.add(setting.variable() + " is \"" + url + "\", to which the portal never connects: " + e.detail());
        }
    }
}
