package io.kafkasend.config;

import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.protocol.ClientName;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.setting.Setting;
import io.kafkasend.setting.SettingsException;
import io.kafkasend.setting.UnfitValueException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The outbox's settings, read together so that all faults show at once; how Kafka is reached is set by the same variables as the
 * portal's. Immutable.
 */
public final class OutboxSettings {
    private static final int DAY = 86_400;

    public static final Setting<Path> DIRECTORY = new Setting<>(
            "OUTBOX_DIRECTORY",
            "",
            "a directory that this user may read and write",
            OutboxSettings::directory,
            false,
            "The folder whose files are sent; the others are made in it: answers, done, failed and .sending.");
    public static final Setting<Integer> QUIET_SECONDS = Accepts.number(
            "OUTBOX_QUIET_SECONDS",
            2,
            0,
            DAY,
            "How long a file must not have changed before it is taken; 0 takes what is there, for files that are moved in.");
    public static final Setting<Integer> IN_FLIGHT =
            Accepts.number("OUTBOX_IN_FLIGHT", 4, 1, 64, "How many files are sent, or waited for, at once.");
    public static final Setting<Boolean> SIDECARS = Accepts.flag(
            "OUTBOX_SIDECARS",
            true,
            "Whether NAME.request says of the file NAME what is to be asked, over the settings here; false takes such a file like any"
                    + " other.");
    public static final Setting<String> METHOD = Accepts.choice(
            "OUTBOX_METHOD",
            "POST",
            Stream.of(Method.values()).map(Method::name).toList(),
            "The method of each request.");
    public static final Setting<String> ENDPOINT = Accepts.text(
            "OUTBOX_ENDPOINT",
            "",
            "a path such as /api/v1/upload/{name}; or nothing",
            OutboxSettings::endpoint,
            "The path, and query, of each request; {name} is the file's name, percent-encoded. Empty: each file needs a NAME.request.");
    public static final Setting<String> CONTENT_TYPE = Accepts.text(
            "OUTBOX_CONTENT_TYPE",
            "application/octet-stream",
            "a media type such as application/pdf",
            value -> Accepts.require(value.matches("[!-~]+/[!-~]+( *;[ -~]*)?"), value),
            "The media type of each file.");
    public static final Setting<Boolean> FORM = Accepts.flag(
            "OUTBOX_FORM",
            false,
            "Whether the API gets the file by its name in a form (multipart/form-data); false is the file as the body.");
    public static final Setting<List<String>> SECRET_HEADERS = Accepts.headerNames(
            "OUTBOX_SECRET_HEADERS",
            "Headers that are never sent, since they are secrets, beside Authorization, Cookie and Proxy-Authorization; a file whose"
                    + " NAME.request has one is in failed.");
    public static final Setting<Integer> TIMEOUT_SECONDS = Accepts.number(
            "OUTBOX_TIMEOUT_SECONDS", 900, 1, DAY, "How long a request may take, from its first record to its answer.");
    public static final Setting<Integer> GIVE_UP_SECONDS = Accepts.number(
            "OUTBOX_GIVE_UP_SECONDS",
            DAY,
            1,
            31_536_000,
            "How long a file is tried again that failed in a way by which nothing was done, and how long an answer is waited for; after"
                    + " that it is in failed. No longer than answers are kept in Kafka.");
    public static final Setting<String> REPLY_TOPIC = Accepts.text(
            "OUTBOX_REPLY_TOPIC",
            "",
            Accepts.TOPIC_NAME + "; or nothing",
            name -> name.isEmpty() ? name : Accepts.topicName(name),
            "The topic of this outbox's own answers, which must exist and which the portal must allow (PORTAL_REPLY_TOPICS). Empty for"
                    + " KAFKA_RESPONSE_TOPIC.");
    public static final Setting<Optional<Path>> SIGNING_KEY_FILE =
            Accepts.pemFile("OUTBOX_SIGNING_KEY_FILE", "The private key that signs requests to the portal.");
    public static final Setting<String> CLIENT_ID = Accepts.text(
            "OUTBOX_CLIENT_ID",
            "",
            ClientName.FORM + "; or nothing",
            name -> Accepts.require(name.isEmpty() || ClientName.fits(name), name),
            "The name under which the portal has the public key.");
    public static final Setting<String> LOG_LEVEL = Accepts.logLevel("OUTBOX_LOG_LEVEL", "How much the outbox logs.");
    public static final Setting<String> LOG_FORMAT = Accepts.choice(
            "OUTBOX_LOG_FORMAT",
            "text",
            List.of("text", OperationSettings.JSON_LOG),
            "How the command kafkasend outbox writes its log: text for people, json for one object a line.");

    private static final List<SettingsGroup> GROUPS = List.of(
            new SettingsGroup("Files", List.of(DIRECTORY, QUIET_SECONDS, IN_FLIGHT, SIDECARS)),
            new SettingsGroup(
                    "Requests",
                    List.of(METHOD, ENDPOINT, CONTENT_TYPE, FORM, SECRET_HEADERS, TIMEOUT_SECONDS, GIVE_UP_SECONDS)),
            new SettingsGroup("Portals", List.of(REPLY_TOPIC, SIGNING_KEY_FILE, CLIENT_ID)),
            new SettingsGroup("Logging", List.of(LOG_LEVEL, LOG_FORMAT)));

    private static final SettingsGroup KAFKA = new SettingsGroup(
            "Kafka",
            List.of(
                    KafkaSettings.BOOTSTRAP_SERVERS,
                    KafkaSettings.REQUEST_TOPIC,
                    KafkaSettings.RESPONSE_TOPIC,
                    KafkaSettings.CONSUMER_GROUP));

    private static final List<Setting<?>> ALL = Stream.concat(
                    Stream.concat(GROUPS.stream(), Stream.of(KAFKA)).flatMap(group -> group.settings().stream()),
                    KafkaSecurity.settings().stream())
            .<Setting<?>>map(setting -> setting)
            .toList();

    private final ReadSettings read;

    private OutboxSettings(ReadSettings read) {
        this.read = read;
    }

    /** The outbox's own settings by their subjects, in the order in which they are documented. */
    public static List<SettingsGroup> groups() {
        return GROUPS;
    }

    /** Every setting that the outbox reads, those of Kafka included. */
    public static List<Setting<?>> all() {
        return ALL;
    }

    /**
     * Reads all settings, each once.
     *
     * @param source the text of a setting, or null where it is not set
     * @throws SettingsException with one line for each fault, when there is any
     */
    public static OutboxSettings read(Function<Setting<?>, String> source) throws SettingsException {
        ReadSettings read = ReadSettings.of(ALL, setting -> false, source);
        checkTogether(read.values(), read.faults());
        if (!read.faults().isEmpty()) {
            throw new SettingsException(read.faults());
        }
        return new OutboxSettings(read);
    }

    /**
     * Reads all settings from environment variables.
     *
     * @throws SettingsException with one line for each fault, when there is any
     */
    public static OutboxSettings fromEnvironment(Map<String, String> environment) throws SettingsException {
        return read(setting -> environment.get(setting.variable()));
    }

    /** The value of a setting. */
    public <T> T get(Setting<T> setting) {
        return read.get(setting);
    }

    /** What a client of Kafka needs to get in, by Kafka's names. */
    public Map<String, String> kafkaSecurity() {
        return new HashMap<>(KafkaSecurity.of(this::get).properties());
    }

    /** Those that are not as by default, in their order, each variable with its value as it may be logged. */
    public Map<String, String> changed() {
        return read.changed();
    }

    /** Each variable with its value as it may be logged. */
    @Override
    public String toString() {
        return read.shown().toString();
    }

    private static Path directory(String value) {
        Accepts.require(!value.isEmpty(), value);
        Path directory = Path.of(value).toAbsolutePath();
        Accepts.requireDirectory(directory);
        return directory;
    }

    private static String endpoint(String value) {
        if (!value.isEmpty() && !value.startsWith("/")) {
            throw new UnfitValueException("which does not begin with /");
        }
        if (value.length() > Limits.TEXT_CHARS) {
            throw new UnfitValueException("which has " + value.length() + " characters");
        }
        return Accepts.require(value.matches("[!-~&&[^#]]*"), value);
    }

    private static void checkTogether(Map<Setting<?>, Object> values, List<String> faults) {
        boolean signs = values.get(SIGNING_KEY_FILE) instanceof Optional<?> key && key.isPresent();
        if (values.containsKey(SIGNING_KEY_FILE)
                && values.get(CLIENT_ID) instanceof String name
                && signs == name.isEmpty()) {
            faults.add("OUTBOX_SIGNING_KEY_FILE and OUTBOX_CLIENT_ID go together; "
                    + (signs ? "OUTBOX_CLIENT_ID" : "OUTBOX_SIGNING_KEY_FILE") + " is not set");
        }
        if ("".equals(values.get(ENDPOINT)) && Boolean.FALSE.equals(values.get(SIDECARS))) {
            faults.add("OUTBOX_ENDPOINT is not set and OUTBOX_SIDECARS is false; nothing says where files go");
        }
        if (values.containsKey(REPLY_TOPIC)
                && values.get(REPLY_TOPIC).equals(values.get(KafkaSettings.REQUEST_TOPIC))) {
            faults.add("OUTBOX_REPLY_TOPIC and KAFKA_REQUEST_TOPIC are the same; they must be two topics");
        }
        KafkaSecurity.check(values, faults);
    }
}
