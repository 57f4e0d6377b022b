package io.kafkasend.config;

import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.protocol.ClientName;
import io.kafkasend.setting.Setting;
import io.kafkasend.setting.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The gateway's settings, read together so that all faults show at once; how Kafka is reached is set by the same variables as the
 * portal's. Immutable.
 */
public final class GatewaySettings {
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})([smh]?)");

    public static final Setting<Integer> PORT = Accepts.number(
            "GATEWAY_PORT",
            8088,
            0,
            65_535,
            "The port that callers speak HTTP to; 0 is any that is free, which the log names.");
    public static final Setting<String> HOST = Accepts.text(
            "GATEWAY_HOST",
            "127.0.0.1",
            Accepts.ADDRESS,
            Accepts::address,
            "The address at which that port is open; another than one of loopback takes GATEWAY_CALLERS or GATEWAY_CALLER_CA_FILE.");
    public static final Setting<Optional<Path>> CERTIFICATE_FILE = Accepts.pemFile(
            "GATEWAY_CERTIFICATE_FILE",
            "The gateway's certificate, then its issuers, for HTTPS; empty for plain HTTP.");
    public static final Setting<Optional<Path>> KEY_FILE =
            Accepts.pemFile("GATEWAY_KEY_FILE", "The private key of that certificate; may be the same file.");
    public static final Setting<Optional<Path>> CALLER_CA_FILE = Accepts.pemFile(
            "GATEWAY_CALLER_CA_FILE",
            "The authorities of callers' certificates: with it, every caller has to show one (mTLS).");
    public static final Setting<Optional<Path>> CALLERS = Accepts.path(
            "GATEWAY_CALLERS",
            "a file",
            Accepts::requireFile,
            "The file that names callers, their tokens' SHA-256 or certificates' subjects, and their limits; empty for none.");
    public static final Setting<Integer> CALLER_IN_FLIGHT = Accepts.number(
            "GATEWAY_CALLER_IN_FLIGHT", 32, 1, 10_000, "How many requests of one caller may be under way at once.");
    public static final Setting<Integer> CALLER_RATE = Accepts.number(
            "GATEWAY_CALLER_RATE",
            0,
            0,
            1_000_000,
            "How many requests one caller may make in a second; 0 for any number.");
    public static final Setting<Integer> IN_FLIGHT = Accepts.number(
            "GATEWAY_IN_FLIGHT", 64, 1, 200, "How many requests may be under way at once, of all callers.");
    public static final Setting<Integer> CONNECTIONS = Accepts.number(
            "GATEWAY_CONNECTIONS",
            512,
            1,
            10_000,
            "How many connections may be open at once, each of which takes a thread.");
    public static final Setting<Integer> IDLE_CONNECTIONS = Accepts.number(
            "GATEWAY_IDLE_CONNECTIONS",
            128,
            1,
            10_000,
            "How many connections of one address may wait for a request; over that the one that waits longest is closed.");
    public static final Setting<Integer> HEAD_SECONDS = Accepts.number(
            "GATEWAY_HEAD_SECONDS",
            10,
            1,
            3_600,
            "How long a request's head may take from its first byte, and a new connection to the end of its first head.");
    public static final Setting<Integer> TIMEOUT_SECONDS = Accepts.number(
            "GATEWAY_TIMEOUT_SECONDS",
            900,
            1,
            86_400,
            "How long a request may take, from its head to its answer's last byte.");
    public static final Setting<Integer> STREAM_TIMEOUT_SECONDS = Accepts.number(
            "GATEWAY_STREAM_TIMEOUT_SECONDS",
            0,
            0,
            31_536_000,
            "How long a request may take whose answer streams, while each piece comes within GATEWAY_TIMEOUT_SECONDS; 0 is no longer"
                    + " than others. The portal must allow it (PORTAL_STREAM_TIMEOUT_SECONDS).");
    public static final Setting<Long> SPOOL_BYTES = new Setting<>(
            "GATEWAY_SPOOL_BYTES",
            "8589934592",
            "a whole number of bytes from 0",
            GatewaySettings::bytes,
            false,
            "How many bytes a body may have that is kept in a temporary file before it is sent: one of unknown length, or one that is"
                    + " signed. A longer one gets 413.");
    public static final Setting<List<String>> SECRET_HEADERS = Accepts.headerNames(
            "GATEWAY_SECRET_HEADERS",
            "Request headers that are callers' secrets, beside Authorization, Cookie and Proxy-Authorization: they are neither sent nor"
                    + " kept, and KafkaSend-Dropped names them.");
    public static final Setting<Optional<Path>> UPLOADS_DIRECTORY = Accepts.path(
            "GATEWAY_UPLOADS_DIRECTORY",
            "a directory",
            Accepts::requireDirectory,
            "The directory in which this gateway alone keeps uploads that may be resumed; empty: none are, and Upload-Complete is a"
                    + " header like any other.");
    public static final Setting<Long> UPLOADS_BYTES = new Setting<>(
            "GATEWAY_UPLOADS_BYTES",
            "8589934592",
            "a whole number of bytes from 0",
            GatewaySettings::bytes,
            false,
            "How many bytes the uploads of one caller may have at once, by the lengths they are said to have. What is over gets 413.");
    public static final Setting<Long> UPLOADS_TOTAL_BYTES = new Setting<>(
            "GATEWAY_UPLOADS_TOTAL_BYTES",
            "34359738368",
            "a whole number of bytes from 0",
            GatewaySettings::bytes,
            false,
            "How many bytes the uploads of all callers together may have at once, likewise: what the disk has room for. What is over"
                    + " gets 507.");
    public static final Setting<Integer> UPLOADS_HOURS = Accepts.number(
            "GATEWAY_UPLOADS_HOURS", 24, 1, 720, "How long an upload is kept from its beginning, complete or not.");
    public static final Setting<String> REPLY_TOPIC = Accepts.text(
            "GATEWAY_REPLY_TOPIC",
            "",
            Accepts.TOPIC_NAME + "; or nothing",
            name -> name.isEmpty() ? name : Accepts.topicName(name),
            "The topic of this gateway's own answers, which the portal must allow (PORTAL_REPLY_TOPICS); made at start where it"
                    + " is missing. Empty for KAFKA_RESPONSE_TOPIC.");
    public static final Setting<String> JOBS_TOPIC = Accepts.text(
            "GATEWAY_JOBS_TOPIC",
            "kafkasend-gateway-jobs",
            Accepts.TOPIC_NAME + "; or nothing",
            name -> name.isEmpty() ? name : Accepts.topicName(name),
            "The topic in which gateways keep what they need to find jobs again, for Idempotency-Key and Prefer; made at start where"
                    + " it is missing. Empty: both are left alone.");
    public static final Setting<Duration> ASYNC_AFTER = new Setting<>(
            "GATEWAY_ASYNC_AFTER",
            "0s",
            "0s to 86400s, as 90s or 5m",
            GatewaySettings::time,
            false,
            "How long a caller waits for an answer to begin, once Kafka has its request, before it gets 202 and a place to ask; 0s"
                    + " for as long as it takes.");
    public static final Setting<Boolean> MODERN_PORTALS = Accepts.flag(
            "GATEWAY_MODERN_PORTALS",
            false,
            "Whether every portal of the request topic knows binary frames and CANCEL: one of before stops at them, for good.");
    public static final Setting<Optional<Path>> SIGNING_KEY_FILE = Accepts.pemFile(
            "GATEWAY_SIGNING_KEY_FILE",
            "The private key that signs requests to the portal; with it every body is kept in a file before it is sent.");
    public static final Setting<String> CLIENT_ID = Accepts.text(
            "GATEWAY_CLIENT_ID",
            "",
            ClientName.FORM + "; or nothing",
            name -> Accepts.require(name.isEmpty() || ClientName.fits(name), name),
            "The name under which the portal has the public key.");
    public static final Setting<Integer> GRACE_SECONDS = Accepts.number(
            "GATEWAY_SHUTDOWN_GRACE_SECONDS",
            25,
            1,
            86_400,
            "How long requests under way may take to end when the gateway is told to stop.");
    public static final Setting<String> LOG_LEVEL = Accepts.logLevel("GATEWAY_LOG_LEVEL", "How much the gateway logs.");
    public static final Setting<String> LOG_FORMAT = Accepts.choice(
            "GATEWAY_LOG_FORMAT",
            "text",
            List.of("text", OperationSettings.JSON_LOG),
            "How the command kafkasend gateway writes its log: text for people, json for one object a line.");

    public static final Setting<OptionalInt> MANAGEMENT_PORT = Accepts.portOrOff(
            "GATEWAY_MANAGEMENT_PORT",
            "9877",
            "The port of health and metrics; 0 is any that is free, which the log names, off is none. A port that is taken is"
                    + " said in one line, and the gateway works without.");
    public static final Setting<String> MANAGEMENT_HOST = Accepts.text(
            "GATEWAY_MANAGEMENT_HOST",
            "127.0.0.1",
            Accepts.ADDRESS,
            Accepts::address,
            "The address at which that port is open; 0.0.0.0 for every one.");

    private static final SettingsGroup LISTENING = new SettingsGroup(
            "Listening", List.of(PORT, HOST, CERTIFICATE_FILE, KEY_FILE, CONNECTIONS, IDLE_CONNECTIONS, HEAD_SECONDS));
    private static final SettingsGroup OF_CALLERS = new SettingsGroup(
            "Callers",
            List.of(
                    CALLERS,
                    CALLER_CA_FILE,
                    CALLER_IN_FLIGHT,
                    CALLER_RATE,
                    IN_FLIGHT,
                    TIMEOUT_SECONDS,
                    STREAM_TIMEOUT_SECONDS,
                    SPOOL_BYTES,
                    SECRET_HEADERS));
    private static final SettingsGroup UPLOADS = new SettingsGroup(
            "Uploads that resume", List.of(UPLOADS_DIRECTORY, UPLOADS_BYTES, UPLOADS_TOTAL_BYTES, UPLOADS_HOURS));
    private static final SettingsGroup TO_PORTALS = new SettingsGroup(
            "Portals", List.of(REPLY_TOPIC, JOBS_TOPIC, ASYNC_AFTER, MODERN_PORTALS, SIGNING_KEY_FILE, CLIENT_ID));
    private static final SettingsGroup OPERATION = new SettingsGroup(
            "Logging, shutdown and management port",
            List.of(LOG_LEVEL, LOG_FORMAT, GRACE_SECONDS, MANAGEMENT_PORT, MANAGEMENT_HOST));
    private static final SettingsGroup KAFKA = new SettingsGroup(
            "Kafka",
            List.of(
                    KafkaSettings.BOOTSTRAP_SERVERS,
                    KafkaSettings.REQUEST_TOPIC,
                    KafkaSettings.RESPONSE_TOPIC,
                    KafkaSettings.CONSUMER_GROUP));

    private static final List<SettingsGroup> GROUPS = List.of(LISTENING, OF_CALLERS, UPLOADS, TO_PORTALS, OPERATION);

    private static final List<Setting<?>> ALL = Stream.concat(
                    Stream.concat(GROUPS.stream(), Stream.of(KAFKA)).flatMap(group -> group.settings().stream()),
                    KafkaSecurity.settings().stream())
            .<Setting<?>>map(setting -> setting)
            .toList();

    private final ReadSettings read;

    private GatewaySettings(ReadSettings read) {
        this.read = read;
    }

    /** The gateway's own settings by their subjects, in the order in which they are documented. */
    public static List<SettingsGroup> groups() {
        return GROUPS;
    }

    /** Every setting that the gateway reads, those of Kafka included. */
    public static List<Setting<?>> all() {
        return ALL;
    }

    /**
     * Reads all settings, each once.
     *
     * @param source the text of a setting, or null where it is not set
     * @throws SettingsException with one line for each fault, when there is any
     */
    public static GatewaySettings read(Function<Setting<?>, String> source) throws SettingsException {
        ReadSettings read = ReadSettings.of(ALL, setting -> setting == JOBS_TOPIC, source); // none is a choice
        checkTogether(read.values(), read.faults());
        if (!read.faults().isEmpty()) {
            throw new SettingsException(read.faults());
        }
        return new GatewaySettings(read);
    }

    /**
     * Reads all settings from environment variables.
     *
     * @throws SettingsException with one line for each fault, when there is any
     */
    public static GatewaySettings fromEnvironment(Map<String, String> environment) throws SettingsException {
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

    /** Each variable with its value as it may be shown: a secret is masked. In the order of {@link #all}. */
    public Map<String, String> shown() {
        return Collections.unmodifiableMap(read.shown());
    }

    /** Each variable with its value as it may be logged. */
    @Override
    public String toString() {
        return read.shown().toString();
    }

    /** Whether an address is one of this machine's loopback. */
    public static boolean isLoopback(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
    }

    private static long bytes(String value) {
        long bytes = Long.parseLong(value);
        Accepts.require(bytes >= 0, value);
        return bytes;
    }

    private static Duration time(String value) {
        Matcher form = TIME.matcher(value.strip());
        Accepts.require(form.matches(), value);
        long unit = form.group(2).equals("h") ? 3_600 : form.group(2).equals("m") ? 60 : 1;
        long seconds = Long.parseLong(form.group(1)) * unit;
        Accepts.require(seconds <= 86_400, value);
        return Duration.ofSeconds(seconds);
    }

    private static void checkTogether(Map<Setting<?>, Object> values, List<String> faults) {
        goTogether(values, CERTIFICATE_FILE, KEY_FILE, faults);
        if (isSet(values, CALLER_CA_FILE) && !isSet(values, CERTIFICATE_FILE)) {
            faults.add(
                    "GATEWAY_CALLER_CA_FILE is set and GATEWAY_CERTIFICATE_FILE is not; callers show certificates over"
                            + " HTTPS only");
        }
        boolean signs = isSet(values, SIGNING_KEY_FILE);
        if (values.get(CLIENT_ID) instanceof String name && signs == name.isEmpty()) {
            faults.add("GATEWAY_SIGNING_KEY_FILE and GATEWAY_CLIENT_ID go together; "
                    + (signs ? "GATEWAY_CLIENT_ID" : "GATEWAY_SIGNING_KEY_FILE") + " is not set");
        }
        if (values.get(HOST) instanceof String host
                && !isLoopback(host)
                && !isSet(values, CALLERS)
                && !isSet(values, CALLER_CA_FILE)) {
            faults.add("GATEWAY_HOST is \"" + host + "\", which others reach, and nothing tells callers apart; set"
                    + " GATEWAY_CALLERS or GATEWAY_CALLER_CA_FILE");
        }
        if (values.containsKey(REPLY_TOPIC)
                && values.get(REPLY_TOPIC).equals(values.get(KafkaSettings.REQUEST_TOPIC))) {
            faults.add("GATEWAY_REPLY_TOPIC and KAFKA_REQUEST_TOPIC are the same; they must be two topics");
        }
        if (values.containsKey(JOBS_TOPIC)
                && List.of(
                                values.getOrDefault(REPLY_TOPIC, ""),
                                values.getOrDefault(KafkaSettings.REQUEST_TOPIC, ""),
                                values.getOrDefault(KafkaSettings.RESPONSE_TOPIC, ""))
                        .contains(values.get(JOBS_TOPIC))
                && !values.get(JOBS_TOPIC).equals("")) {
            faults.add("GATEWAY_JOBS_TOPIC is \"" + values.get(JOBS_TOPIC)
                    + "\", which has requests or answers; it takes a topic of its own");
        }
        if (values.get(ASYNC_AFTER) instanceof Duration after && !after.isZero() && "".equals(values.get(JOBS_TOPIC))) {
            faults.add("GATEWAY_ASYNC_AFTER is set and GATEWAY_JOBS_TOPIC is empty; without it nobody could ask later");
        }
        if (isSet(values, UPLOADS_DIRECTORY) && "".equals(values.get(JOBS_TOPIC))) {
            faults.add("GATEWAY_UPLOADS_DIRECTORY is set and GATEWAY_JOBS_TOPIC is empty; without it an upload that is"
                    + " completed twice would be two calls");
        }
        KafkaSecurity.check(values, faults);
    }

    private static void goTogether(
            Map<Setting<?>, Object> values, Setting<?> one, Setting<?> other, List<String> faults) {
        List<String> missing = new ArrayList<>();
        for (Setting<?> setting : List.of(one, other)) {
            if (!isSet(values, setting)) {
                missing.add(setting.variable());
            }
        }
        if (missing.size() == 1 && values.containsKey(one) && values.containsKey(other)) {
            faults.add(one.variable() + " and " + other.variable() + " go together; " + missing.get(0) + " is not set");
        }
    }

    private static boolean isSet(Map<Setting<?>, Object> values, Setting<?> file) {
        return values.get(file) instanceof Optional<?> path && path.isPresent();
    }
}
