package io.kafkasend.config;

import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.oauth.ClientCredentials;
import io.kafkasend.oauth.ClientSecret;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.address.AddressPolicy;
import io.kafkasend.security.endpoint.EndpointPolicy;
import io.kafkasend.security.header.HeaderPolicy;
import io.kafkasend.security.header.ResponseHeaderPolicy;
import io.kafkasend.setting.HttpUrl;
import io.kafkasend.setting.Setting;
import io.kafkasend.setting.SettingsException;
import io.kafkasend.setting.UnfitValueException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The portal's settings: every one declared here once, and read together so that all faults show at once. Immutable.
 *
 * <p>{@code application.properties} maps each to the property that routes name, and docs/operate/configuration.md lists them; tests hold
 * both against this list.
 */
public final class PortalSettings {
    private static final String TOPIC_NAME = "a topic's name: letters, digits, '.', '_' and '-', at most 249";

    private static final String PROXY = "http://host:port; or nothing";

    public static final Setting<String> BOOTSTRAP_SERVERS = text(
            "KAFKA_BOOTSTRAP_SERVERS",
            "localhost:9092",
            "host:port, or several with commas between",
            PortalSettings::servers,
            "Where the Kafka cluster is reached.");
    public static final Setting<String> REQUEST_TOPIC = topic("KAFKA_REQUEST_TOPIC", "api-requests", "requests");
    public static final Setting<String> RESPONSE_TOPIC = topic("KAFKA_RESPONSE_TOPIC", "api-responses", "answers");
    public static final Setting<String> DEAD_LETTER_TOPIC = text(
            "PORTAL_DEAD_LETTER_TOPIC",
            "api-dead-letters",
            TOPIC_NAME + "; or nothing",
            name -> name.isEmpty() ? name : topicName(name),
            "The topic of records that name no client; empty for none: they are only logged.");
    public static final Setting<String> CONSUMER_GROUP = text(
            "KAFKA_CONSUMER_GROUP",
            "kafkasend-portal",
            "a name",
            PortalSettings::notBlank,
            "The portals' consumer group: its members share the partitions.");
    public static final Setting<String> AUTO_OFFSET_RESET = choice(
            "KAFKA_AUTO_OFFSET_RESET",
            "earliest",
            List.of("earliest", "latest"),
            "Where a new group begins; latest ignores requests that wait.");
    public static final Setting<String> PARTITION_ASSIGNOR = choice(
            "KAFKA_PARTITION_ASSIGNOR",
            "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
            List.of(
                    "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
                    "org.apache.kafka.clients.consumer.StickyAssignor",
                    "org.apache.kafka.clients.consumer.RangeAssignor",
                    "org.apache.kafka.clients.consumer.RoundRobinAssignor"),
            "How portals share the partitions; other assignors revoke all partitions on every rebalance.");
    public static final Setting<Integer> SESSION_TIMEOUT_MS = number(
            "KAFKA_SESSION_TIMEOUT_MS",
            300_000,
            6_000,
            1_800_000,
            "How long a portal may be silent before its partitions go to another.");
    public static final Setting<Integer> MAX_POLL_INTERVAL_MS = number(
            "KAFKA_MAX_POLL_INTERVAL_MS",
            1_200_000,
            10_000,
            86_400_000,
            "How long the poll thread may be away; must exceed PORTAL_JOB_TIMEOUT_SECONDS.");
    public static final Setting<Integer> MAX_POLL_RECORDS =
            number("KAFKA_MAX_POLL_RECORDS", 10, 1, 10_000, "How many records one poll takes.");
    public static final Setting<Integer> REQUEST_TIMEOUT_MS =
            number("KAFKA_REQUEST_TIMEOUT_MS", 120_000, 1_000, 3_600_000, "How long one request to a broker may take.");

    public static final Setting<URI> TARGET_API_URL = new Setting<>(
            "PORTAL_TARGET_API_URL",
            "",
            "an http or https URL without user, query and fragment, such as https://api.example.com/base",
            HttpUrl::read,
            false,
            "The API's base URL.");
    public static final Setting<String> CA_FILE = text(
            "PORTAL_CA_FILE",
            "",
            "a readable PEM file",
            PortalSettings::file,
            "The authorities that the API's certificate may come from, in place of the JDK's; empty for the JDK's.");
    public static final Setting<String> CLIENT_CERTIFICATE_FILE = text(
            "PORTAL_CLIENT_CERTIFICATE_FILE",
            "",
            "a readable PEM file",
            PortalSettings::file,
            "The portal's certificate for the API, then its issuers; empty for none.");
    public static final Setting<String> CLIENT_KEY_FILE = text(
            "PORTAL_CLIENT_KEY_FILE",
            "",
            "a readable PEM file",
            PortalSettings::file,
            "The key of PORTAL_CLIENT_CERTIFICATE_FILE, in PKCS#8, not encrypted.");
    public static final Setting<String> PROXY_URL = text(
            "PORTAL_PROXY_URL",
            "",
            PROXY,
            PortalSettings::proxyUrl,
            "The HTTP proxy to the API; empty for none: JVM and environment proxy settings are ignored.");
    public static final Setting<String> MULTIPART_FIELD = text(
            "PORTAL_MULTIPART_FIELD",
            "file",
            "1 to 255 characters without \\ and controls",
            name -> require(name.matches("[^\\p{Cntrl}\\\\]{1,255}"), name),
            "The name of a form's field that the file goes in, where the client names none.");
    public static final Setting<Boolean> USE_OAUTH =
            flag("PORTAL_USE_OAUTH", true, "Whether calls carry an OAuth2 access token of the portal's own.");
    public static final Setting<String> LOG_LEVEL = text(
            "PORTAL_LOG_LEVEL",
            "INFO",
            "one of TRACE, DEBUG, INFO, WARN, ERROR",
            PortalSettings::logLevel,
            "How much the portal logs.");
    public static final Setting<Integer> MAX_CONCURRENT_JOBS = number(
            "PORTAL_MAX_CONCURRENT_JOBS",
            10,
            1,
            10_000,
            "How many API calls run at once; over it the portal reads no further requests.");
    public static final Setting<Integer> MAX_ASSEMBLING_JOBS = number(
            "PORTAL_MAX_ASSEMBLING_JOBS",
            1_000,
            1,
            1_000_000,
            "How many unfinished requests are held; over it a START gets a retryable TOO_MANY_JOBS.");
    public static final Setting<Long> MAX_BUFFERED_BYTES = new Setting<>(
            "PORTAL_MAX_BUFFERED_BYTES",
            "0",
            "0, or a whole number of bytes from 1048576",
            PortalSettings::bufferedBytes,
            false,
            "How many bytes of memory unfinished requests may take; 0 is what the heap leaves, a third of it at most; over it a START, or a"
                    + " CHUNK's job, gets a retryable TOO_MANY_JOBS.");
    public static final Setting<String> SPOOL_DIRECTORY = text(
            "PORTAL_SPOOL_DIRECTORY",
            "",
            "a directory that is there and may be written to",
            PortalSettings::directory,
            "Where bodies go that are too large for memory, encrypted; empty for nowhere.");
    public static final Setting<Integer> SPOOL_THRESHOLD_BYTES = number(
            "PORTAL_SPOOL_THRESHOLD_BYTES",
            8_388_608,
            0,
            1_073_741_824,
            "From how many bytes on a body goes to PORTAL_SPOOL_DIRECTORY; sooner when memory is short.");
    public static final Setting<Integer> JOB_TIMEOUT_SECONDS =
            number("PORTAL_JOB_TIMEOUT_SECONDS", 900, 1, 86_400, "How long an API call may take, answer included.");
    public static final Setting<Integer> JOB_IDLE_SECONDS = number(
            "PORTAL_JOB_IDLE_SECONDS", 300, 1, 86_400, "How long an unfinished request waits for its next chunk.");
    public static final Setting<Integer> JOB_MAX_AGE_SECONDS =
            number("PORTAL_JOB_MAX_AGE_SECONDS", 900, 1, 86_400, "How old an unfinished request may become.");
    /** The value of {@link #DELIVERY} that forbids a second call. */
    public static final String AT_MOST_ONCE = "at-most-once";

    public static final Setting<String> DELIVERY = choice(
            "PORTAL_DELIVERY",
            "at-least-once",
            List.of("at-least-once", AT_MOST_ONCE),
            "What a crash during a call does: at-least-once calls again, at-most-once reports OUTCOME_UNKNOWN.");
    public static final Setting<Integer> RETRY_MAX_ATTEMPTS = number(
            "PORTAL_RETRY_MAX_ATTEMPTS",
            3,
            1,
            100,
            "How often the API is asked for one job at most; 1 repeats nothing.");
    public static final Setting<Integer> RETRY_MAX_DELAY_SECONDS = number(
            "PORTAL_RETRY_MAX_DELAY_SECONDS",
            30,
            1,
            3_600,
            "How long the wait between two attempts may be, also where Retry-After asks for more.");
    public static final Setting<Boolean> RETRY_UNSAFE = flag(
            "PORTAL_RETRY_UNSAFE",
            false,
            "Whether POST and PATCH are repeated too when the API may have got them; it must then know Idempotency-Key.");
    public static final Setting<Integer> BREAKER_WINDOW_CALLS = number(
            "PORTAL_BREAKER_WINDOW_CALLS", 20, 1, 10_000, "How many of the last API calls the circuit breaker judges.");
    public static final Setting<Integer> BREAKER_FAILURE_PERCENT =
            number("PORTAL_BREAKER_FAILURE_PERCENT", 50, 1, 100, "How many of them must have failed for it to open.");
    public static final Setting<Integer> BREAKER_OPEN_SECONDS = number(
            "PORTAL_BREAKER_OPEN_SECONDS",
            10,
            1,
            3_600,
            "How long it stays open: jobs get a retryable API_UNAVAILABLE, and the API is left alone.");
    public static final Setting<String> ALLOWED_ENDPOINTS = text(
            "PORTAL_ALLOWED_ENDPOINTS",
            "",
            "paths that begin with /, with commas between; * stands for anything",
            PortalSettings::endpointPatterns,
            "Which endpoints clients may ask for; empty allows none.");
    public static final Setting<String> ALLOWED_HEADERS = text(
            "PORTAL_ALLOWED_HEADERS",
            HeaderPolicy.DEFAULT,
            "header names with commas between",
            value -> value,
            "Which request headers reach the API; empty lets none pass.");
    public static final Setting<String> ALLOWED_RESPONSE_HEADERS = text(
            "PORTAL_ALLOWED_RESPONSE_HEADERS",
            ResponseHeaderPolicy.DEFAULT,
            "header names with commas between",
            value -> value,
            "Which of the API's headers go back to the client.");
    public static final Setting<Boolean> STRICT_SECURITY = flag(
            "PORTAL_STRICT_SECURITY",
            true,
            "Whether endpoints that name internal hosts in a segment or a query value are refused; false logs them.");
    public static final Setting<String> CLIENT_KEYS = text(
            "PORTAL_CLIENT_KEYS",
            "",
            "a directory that is there; or nothing",
            PortalSettings::readableDirectory,
            "A directory of clients' public keys, CLIENT.pem each, read again when it changes; empty: signatures are not"
                    + " looked at.");
    public static final Setting<Boolean> REQUIRE_SIGNATURE = flag(
            "PORTAL_REQUIRE_SIGNATURE",
            false,
            "Whether requests without signature are refused; needs PORTAL_CLIENT_KEYS.");
    public static final Setting<Integer> SIGNATURE_MAX_SECONDS = number(
            "PORTAL_SIGNATURE_MAX_SECONDS",
            3_600,
            1,
            86_400,
            "How long a signature may be good, from its iat to its exp.");
    public static final Setting<String> POLICIES = text(
            "PORTAL_POLICIES",
            "",
            "a file that is there; or nothing",
            PortalSettings::readableFile,
            "A YAML file of what each client may ask for, read again when it changes; empty: all clients alike.");
    public static final Setting<String> REPLY_TOPICS = text(
            "PORTAL_REPLY_TOPICS",
            "",
            "names of topics with commas between; or nothing",
            PortalSettings::topicNames,
            "The topics beside KAFKA_RESPONSE_TOPIC that a client may ask its answer on; empty for none.");
    public static final Setting<Boolean> MODERN_READERS = flag(
            "PORTAL_MODERN_READERS",
            false,
            "Whether every reader of KAFKA_RESPONSE_TOPIC knows binary frames: answers there then come in what their clients"
                    + " accept. With false they come in what old clients read, too.");
    public static final Setting<Integer> SHUTDOWN_GRACE_SECONDS = number(
            "PORTAL_SHUTDOWN_GRACE_SECONDS",
            25,
            1,
            86_400,
            "How long running calls may take to end when the portal is told to stop; less than the platform's own patience.");
    public static final Setting<String> LIVENESS_FILE = text(
            "PORTAL_LIVENESS_FILE",
            "",
            "a file's path",
            value -> value,
            "A file that the portal touches while it can read requests, for a container's health check; empty for none.");

    public static final Setting<String> TOKEN_URL = text(
            "OAUTH2_TOKEN_URL",
            "",
            "an http or https URL",
            value -> value.isEmpty() ? value : HttpUrl.read(value).toString(),
            "The token endpoint (required with PORTAL_USE_OAUTH).");
    public static final Setting<String> CLIENT_ID = text(
            "OAUTH2_CLIENT_ID", "", "text", value -> value, "The portal's client id (required with PORTAL_USE_OAUTH).");
    /** The value of {@link #CLIENT_AUTHENTICATION} for the secret in the form. */
    public static final String CLIENT_SECRET_POST = "client_secret_post";
    /** The value of {@link #CLIENT_AUTHENTICATION} for a signed assertion. */
    public static final String PRIVATE_KEY_JWT = "private_key_jwt";
    /** The value of {@link #CLIENT_AUTHENTICATION} for the client's certificate. */
    public static final String TLS_CLIENT_AUTH = "tls_client_auth";

    public static final Setting<String> CLIENT_AUTHENTICATION = choice(
            "OAUTH2_CLIENT_AUTHENTICATION",
            "client_secret_basic",
            List.of("client_secret_basic", CLIENT_SECRET_POST, PRIVATE_KEY_JWT, TLS_CLIENT_AUTH),
            "How the portal proves to the token server who it is: a secret in a header or in the form, a signed assertion, or"
                    + " a certificate.");
    public static final Setting<String> CLIENT_SECRET = new Setting<>(
            "OAUTH2_CLIENT_SECRET",
            "",
            "text without control characters, 4096 characters at most",
            value -> value.isEmpty() ? value : ruled("client secret", () -> new ClientSecret(value).value()),
            true,
            "The portal's client secret (client_secret_basic and client_secret_post need it, or its file).");
    public static final Setting<Optional<Path>> CLIENT_SECRET_FILE =
            file("OAUTH2_CLIENT_SECRET_FILE", "A file with the client secret, read again when it changes.");
    public static final Setting<Optional<Path>> PRIVATE_KEY_FILE = file(
            "OAUTH2_PRIVATE_KEY_FILE",
            "The key that signs assertions (private_key_jwt needs it): PEM, PKCS#8, RSA for RS256 or P-256 for ES256; read"
                    + " again when it changes.");
    public static final Setting<String> KEY_ID = text(
            "OAUTH2_KEY_ID",
            "",
            "text",
            PortalSettings::words,
            "The key's id (kid) at the token server; empty for none.");
    public static final Setting<String> ASSERTION_AUDIENCE = text(
            "OAUTH2_ASSERTION_AUDIENCE",
            "",
            "text",
            PortalSettings::words,
            "Whom assertions are for (aud), such as the token server's issuer; empty for OAUTH2_TOKEN_URL.");
    public static final Setting<Optional<Path>> TOKEN_CERTIFICATE_FILE = file(
            "OAUTH2_CLIENT_CERTIFICATE_FILE",
            "The portal's certificate for the token server, then its issuers (tls_client_auth needs it): PEM; read again when"
                    + " it changes.");
    public static final Setting<Optional<Path>> TOKEN_KEY_FILE =
            file("OAUTH2_CLIENT_CERTIFICATE_KEY_FILE", "That certificate's key: PEM, PKCS#8, RSA or EC.");
    public static final Setting<Optional<Path>> TOKEN_CA_FILE = file(
            "OAUTH2_CA_FILE",
            "The authorities trusted for the token server, in place of Java's own: PEM; read again when it changes.");
    public static final Setting<String> SCOPE = text(
            "OAUTH2_SCOPE",
            "",
            "scope names with spaces between, in printable ASCII without quotes and backslashes",
            value -> ruled("scope", () -> ClientCredentials.scope(value)),
            "The scope to ask for; empty for none.");
    public static final Setting<String> AUDIENCE =
            text("OAUTH2_AUDIENCE", "", "text", PortalSettings::words, "The audience to ask for; empty for none.");
    public static final Setting<List<URI>> RESOURCE = new Setting<>(
            "OAUTH2_RESOURCE",
            "",
            "absolute URIs without fragment, with spaces between",
            value -> ruled("resource", () -> ClientCredentials.resources(value)),
            false,
            "The resources to ask for (RFC 8707), with spaces between; empty for none.");

    public static final Setting<String> TOKEN_PROXY_URL = text(
            "OAUTH2_PROXY_URL",
            "",
            PROXY,
            PortalSettings::proxyUrl,
            "The HTTP proxy to the token server; empty for none.");

    private static final List<Setting<?>> ALL = List.of(
            BOOTSTRAP_SERVERS,
            REQUEST_TOPIC,
            RESPONSE_TOPIC,
            DEAD_LETTER_TOPIC,
            CONSUMER_GROUP,
            AUTO_OFFSET_RESET,
            PARTITION_ASSIGNOR,
            SESSION_TIMEOUT_MS,
            MAX_POLL_INTERVAL_MS,
            MAX_POLL_RECORDS,
            REQUEST_TIMEOUT_MS,
            KafkaSecurity.PROTOCOL,
            KafkaSecurity.MECHANISM,
            KafkaSecurity.USERNAME,
            KafkaSecurity.PASSWORD,
            KafkaSecurity.PASSWORD_FILE,
            KafkaSecurity.TOKEN_URL,
            KafkaSecurity.CLIENT_ID,
            KafkaSecurity.CLIENT_SECRET,
            KafkaSecurity.CLIENT_SECRET_FILE,
            KafkaSecurity.SCOPE,
            KafkaSecurity.TOKEN_CA_FILE,
            KafkaSecurity.CA_FILE,
            KafkaSecurity.CERTIFICATE_FILE,
            KafkaSecurity.KEY_FILE,
            KafkaSecurity.KEY_PASSWORD,
            TARGET_API_URL,
            CA_FILE,
            CLIENT_CERTIFICATE_FILE,
            CLIENT_KEY_FILE,
            PROXY_URL,
            MULTIPART_FIELD,
            ALLOWED_ENDPOINTS,
            ALLOWED_HEADERS,
            ALLOWED_RESPONSE_HEADERS,
            STRICT_SECURITY,
            CLIENT_KEYS,
            REQUIRE_SIGNATURE,
            SIGNATURE_MAX_SECONDS,
            POLICIES,
            REPLY_TOPICS,
            MODERN_READERS,
            MAX_CONCURRENT_JOBS,
            MAX_ASSEMBLING_JOBS,
            MAX_BUFFERED_BYTES,
            SPOOL_DIRECTORY,
            SPOOL_THRESHOLD_BYTES,
            JOB_TIMEOUT_SECONDS,
            JOB_IDLE_SECONDS,
            JOB_MAX_AGE_SECONDS,
            DELIVERY,
            RETRY_MAX_ATTEMPTS,
            RETRY_MAX_DELAY_SECONDS,
            RETRY_UNSAFE,
            BREAKER_WINDOW_CALLS,
            BREAKER_FAILURE_PERCENT,
            BREAKER_OPEN_SECONDS,
            LOG_LEVEL,
            SHUTDOWN_GRACE_SECONDS,
            LIVENESS_FILE,
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
            TOKEN_PROXY_URL);

    private final Map<Setting<?>, Object> values;
    private final Map<String, String> shown;

    private PortalSettings(Map<Setting<?>, Object> values, Map<String, String> shown) {
        this.values = values;
        this.shown = shown;
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
        Map<Setting<?>, Object> values = new LinkedHashMap<>();
        Map<String, String> shown = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        for (Setting<?> setting : ALL) {
            String given = source.apply(setting);
            String value =
                    given == null || given.isBlank() && !setting.defaultValue().isEmpty() && !mayBeEmpty(setting)
                            ? setting.defaultValue()
                            : given;
            try {
                values.put(setting, setting.parse(value));
                shown.put(setting.variable(), setting.shown(value));
            } catch (IllegalArgumentException e) {
                faults.add(e.getMessage());
            }
        }
        checkTogether(values, faults);
        if (!faults.isEmpty()) {
            throw new SettingsException(faults);
        }
        PortalSettings settings = new PortalSettings(values, shown);
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
    @SuppressWarnings("unchecked") // read() puts what the setting's own parser gave
    public <T> T get(Setting<T> setting) {
        return (T) values.get(setting);
    }

    /** What a client of Kafka that the portal makes needs to get to the brokers and in, by Kafka's names. */
    public Map<String, Object> kafkaConnection() {
        Map<String, Object> connection =
                new HashMap<>(KafkaSecurity.of(this::get).properties());
        connection.put("bootstrap.servers", get(BOOTSTRAP_SERVERS));
        return connection;
    }

    /** Each variable with its value as it may be logged. */
    @Override
    public String toString() {
        return shown.toString();
    }

    /** An empty allow-list is a choice (nothing passes), as is no dead-letter topic: neither is an unset variable. */
    private static boolean mayBeEmpty(Setting<?> setting) {
        return setting == ALLOWED_HEADERS || setting == ALLOWED_RESPONSE_HEADERS || setting == DEAD_LETTER_TOPIC;
    }

    private static void checkTogether(Map<Setting<?>, Object> values, List<String> faults) {
        Object pollInterval = values.get(MAX_POLL_INTERVAL_MS);
        Object jobTimeout = values.get(JOB_TIMEOUT_SECONDS);
        if (pollInterval instanceof Integer interval
                && jobTimeout instanceof Integer timeout
                && interval <= timeout * 1_000L) {
            faults.add("KAFKA_MAX_POLL_INTERVAL_MS is " + interval + " and PORTAL_JOB_TIMEOUT_SECONDS is " + timeout
                    + "; the interval must be longer than the timeout, here over " + timeout * 1_000L);
        }
        if (Boolean.TRUE.equals(values.get(USE_OAUTH))) {
            faults.addAll(new TokenRules(values).faults());
        }
        if (values.containsKey(REQUEST_TOPIC) && values.get(REQUEST_TOPIC).equals(values.get(RESPONSE_TOPIC))) {
            faults.add("KAFKA_REQUEST_TOPIC and KAFKA_RESPONSE_TOPIC are the same; they must be two topics");
        }
        KafkaSecurity.check(values, faults);
        for (Setting<?> url : List.of(TARGET_API_URL, TOKEN_URL, PROXY_URL, TOKEN_PROXY_URL)) {
            checkHost(url, values.get(url), faults);
        }
        if (values.containsKey(CLIENT_CERTIFICATE_FILE)
                && values.containsKey(CLIENT_KEY_FILE)
                && "".equals(values.get(CLIENT_CERTIFICATE_FILE)) != "".equals(values.get(CLIENT_KEY_FILE))) {
            faults.add("one of PORTAL_CLIENT_CERTIFICATE_FILE and PORTAL_CLIENT_KEY_FILE is not set; they go together");
        }
        Object deadLetters = values.get(DEAD_LETTER_TOPIC);
        if (deadLetters != null
                && (deadLetters.equals(values.get(REQUEST_TOPIC)) || deadLetters.equals(values.get(RESPONSE_TOPIC)))) {
            faults.add("PORTAL_DEAD_LETTER_TOPIC is " + deadLetters + "; it must be a topic of its own");
        }
        if (Boolean.TRUE.equals(values.get(REQUIRE_SIGNATURE)) && "".equals(values.get(CLIENT_KEYS))) {
            faults.add("PORTAL_CLIENT_KEYS is not set; PORTAL_REQUIRE_SIGNATURE is true, which needs it");
        }
        if (values.get(REPLY_TOPICS) instanceof String replyTopics) {
            for (Setting<String> own : List.of(REQUEST_TOPIC, DEAD_LETTER_TOPIC)) {
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

    /** The topics of {@link #REPLY_TOPICS}. */
    public Set<String> replyTopics() {
        return Arrays.stream(get(REPLY_TOPICS).split(","))
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

    private static Setting<String> text(
            String variable, String value, String accepts, Function<String, String> parser, String text) {
        return new Setting<>(variable, value, accepts, parser, false, text);
    }

    private static Setting<String> topic(String variable, String value, String what) {
        return text(variable, value, TOPIC_NAME, PortalSettings::topicName, "The topic of " + what + ".");
    }

    private static String topicName(String name) {
        if (name.isEmpty()) {
            throw new UnfitValueException("of which one name is empty");
        }
        if (name.length() > 249) {
            throw new UnfitValueException("which has " + name.length() + " characters");
        }
        if (name.matches("\\.{1,2}")) {
            throw new UnfitValueException("which is a directory's name");
        }
        int bad = first(name, character -> !String.valueOf((char) character).matches("[a-zA-Z0-9._-]"));
        if (bad >= 0) {
            throw new UnfitValueException("whose character " + (bad + 1) + " is another one");
        }
        return name;
    }

    private static Setting<String> choice(String variable, String value, List<String> choices, String text) {
        return text(
                variable,
                value,
                "one of " + String.join(", ", choices),
                given -> choices.stream()
                        .filter(choice -> choice.equalsIgnoreCase(given))
                        .findFirst()
                        .orElseThrow(IllegalArgumentException::new),
                text);
    }

    private static Setting<Integer> number(String variable, int value, int least, int most, String text) {
        return new Setting<>(
                variable,
                Integer.toString(value),
                "a whole number from " + least + " to " + most,
                given -> {
                    if (!given.matches("[+-]?\\d+")) {
                        throw new UnfitValueException("which is no whole number");
                    }
                    BigInteger number = new BigInteger(given);
                    if (number.compareTo(BigInteger.valueOf(least)) < 0) {
                        throw new UnfitValueException("which is too small");
                    }
                    if (number.compareTo(BigInteger.valueOf(most)) > 0) {
                        throw new UnfitValueException("which is too large");
                    }
                    return number.intValue();
                },
                false,
                text);
    }

    private static Setting<Boolean> flag(String variable, boolean value, String text) {
        return new Setting<>(
                variable,
                Boolean.toString(value),
                "true or false (or 1, yes, on; 0, no, off)",
                given -> switch (given.toLowerCase(Locale.ROOT)) {
                    case "true", "1", "yes", "on" -> true;
                    case "false", "0", "no", "off" -> false;
                    default -> throw new IllegalArgumentException();
                },
                false,
                text);
    }

    /** A level's name, and what Python calls some of them. */
    private static String logLevel(String value) {
        String level = value.toUpperCase(Locale.ROOT);
        return switch (level) {
            case "TRACE", "DEBUG", "INFO", "WARN", "ERROR" -> level;
            case "WARNING" -> "WARN";
            case "CRITICAL", "FATAL" -> "ERROR";
            default -> throw new IllegalArgumentException();
        };
    }

    private static long bufferedBytes(String value) {
        long bytes = Long.parseLong(value);
        require(bytes == 0 || bytes >= 1 << 20, value);
        return bytes;
    }

    private static Setting<Optional<Path>> file(String variable, String text) {
        return new Setting<>(
                variable,
                "",
                "a file's path",
                value -> value.isEmpty() ? Optional.empty() : Optional.of(Path.of(value)),
                false,
                text);
    }

    private static String directory(String value) {
        if (!value.isEmpty() && !Files.isWritable(Path.of(readableDirectory(value)))) {
            throw new UnfitValueException("which cannot be written to");
        }
        return value;
    }

    private static String readableDirectory(String value) {
        if (!value.isEmpty() && !Files.isDirectory(Path.of(value))) {
            throw new UnfitValueException(
                    Files.exists(Path.of(value)) ? "which is no directory" : "which does not exist");
        }
        return value;
    }

    private static String readableFile(String value) {
        if (!value.isEmpty() && !Files.isRegularFile(Path.of(value))) {
            throw new UnfitValueException(
                    Files.exists(Path.of(value)) ? "which is no regular file" : "which does not exist");
        }
        return value;
    }

    private static String topicNames(String value) {
        if (!value.isEmpty()) {
            Arrays.stream(value.split(",", -1)).map(String::strip).forEach(PortalSettings::topicName);
        }
        return value;
    }

    private static String servers(String value) {
        for (String server : value.split(",", -1)) {
            requireServer(server.strip());
        }
        return value;
    }

    private static void requireServer(String server) {
        if (server.isEmpty()) {
            throw new UnfitValueException("of which one is empty");
        }
        if (server.contains("://")) {
            throw new UnfitValueException("of which one is a URL; Kafka's protocol is KAFKA_SECURITY_PROTOCOL's");
        }
        int colon = server.lastIndexOf(':');
        if (colon < 0 || server.endsWith("]")) {
            throw new UnfitValueException("of which one has no port");
        }
        if (colon == 0) {
            throw new UnfitValueException("of which one has no host");
        }
        String port = server.substring(colon + 1);
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            throw new UnfitValueException("of which one has a port outside 1 to 65535");
        }
    }

    private static String endpointPatterns(String value) {
        return ruled("", () -> {
            new EndpointPolicy(value, true);
            return value;
        });
    }

    private static String words(String value) {
        return ruled("audience", () -> ClientCredentials.audience(value));
    }

    /** What a class elsewhere says of a value, as the end of our sentence; none of them repeats a secret. */
    private static <T> T ruled(String name, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            String said = String.valueOf(e.getMessage());
            throw new UnfitValueException(
                    said.startsWith(name + " ") ? "which" + said.substring(name.length()) : "of which " + said);
        }
    }

    private static int first(String text, IntPredicate wanted) {
        return IntStream.range(0, text.length())
                .filter(at -> wanted.test(text.charAt(at)))
                .findFirst()
                .orElse(-1);
    }

    private static String notBlank(String value) {
        return require(!value.isBlank(), value);
    }

    private static String proxyUrl(String value) {
        if (value.isEmpty()) {
            return value;
        }
        URI url = HttpUrl.read(value);
        if (!"http".equalsIgnoreCase(url.getScheme())) {
            throw new UnfitValueException("whose scheme is not http: the proxy itself is spoken to without TLS");
        }
        if (url.getPort() < 0) {
            throw new UnfitValueException("which has no port");
        }
        if (!url.getRawPath().isEmpty() && !url.getRawPath().equals("/")) {
            throw new UnfitValueException("which has a path");
        }
        return url.toString();
    }

    private static String file(String value) {
        if (!value.isEmpty() && !Files.isReadable(Path.of(readableFile(value)))) {
            throw new UnfitValueException("which this user may not read");
        }
        return value;
    }

    private static String require(boolean holds, String value) {
        if (!holds) {
            throw new IllegalArgumentException();
        }
        return value;
    }
}
