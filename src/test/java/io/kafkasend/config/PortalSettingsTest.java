package io.kafkasend.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.setting.Setting;
import io.kafkasend.setting.SettingsException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortalSettingsTest {
    private static final String SECRET = "s3cret-canary";

    /** The least that a portal needs. */
    private static final Map<String, String> LEAST = Map.of(
            "PORTAL_TARGET_API_URL", "https://api.example.com/base",
            "OAUTH2_TOKEN_URL", "https://login.example.com/token",
            "OAUTH2_CLIENT_ID", "portal",
            "OAUTH2_CLIENT_SECRET", SECRET);

    @Test
    void takesDefaultsForWhatIsNotSet() throws SettingsException {
        // When
        PortalSettings settings = PortalSettings.fromEnvironment(LEAST);

        // Then
        assertThat(settings.get(ApiSettings.TARGET_API_URL)).isEqualTo(URI.create("https://api.example.com/base"));
        assertThat(settings.get(KafkaSettings.BOOTSTRAP_SERVERS)).isEqualTo("localhost:9092");
        assertThat(settings.get(KafkaSettings.REQUEST_TOPIC)).isEqualTo("api-requests");
        assertThat(settings.get(KafkaSettings.RESPONSE_TOPIC)).isEqualTo("api-responses");
        assertThat(settings.get(KafkaSettings.CONSUMER_GROUP)).isEqualTo("kafkasend-portal");
        assertThat(settings.get(KafkaSettings.AUTO_OFFSET_RESET)).isEqualTo("earliest");
        assertThat(settings.get(KafkaSettings.SESSION_TIMEOUT_MS)).isEqualTo(300_000);
        assertThat(settings.get(KafkaSettings.MAX_POLL_INTERVAL_MS)).isEqualTo(1_200_000);
        assertThat(settings.get(KafkaSettings.MAX_POLL_RECORDS)).isEqualTo(50);
        assertThat(settings.get(KafkaSettings.REQUEST_TIMEOUT_MS)).isEqualTo(120_000);
        assertThat(settings.get(JobSettings.MAX_CONCURRENT_JOBS)).isEqualTo(10);
        assertThat(settings.get(JobSettings.JOB_TIMEOUT_SECONDS)).isEqualTo(900);
        assertThat(settings.get(JobSettings.JOB_MAX_AGE_SECONDS)).isEqualTo(900);
        assertThat(settings.get(OperationSettings.LOG_LEVEL)).isEqualTo("INFO");
    }

    @Test
    void isSecureUnlessToldOtherwise() throws SettingsException {
        // When
        PortalSettings settings = PortalSettings.fromEnvironment(LEAST);

        // Then
        assertThat(settings.get(TokenSettings.USE_OAUTH)).isTrue();
        assertThat(settings.get(AllowListSettings.STRICT_SECURITY)).isTrue();
        assertThat(settings.get(AllowListSettings.ALLOWED_ENDPOINTS)).isEmpty();
        assertThat(settings.get(AllowListSettings.ALLOWED_HEADERS))
                .isEqualTo(
                        "Content-Type,Accept,Accept-Encoding,Accept-Language,If-Match,If-None-Match,If-Modified-Since,"
                                + "If-Unmodified-Since,Range,traceparent,X-Request-ID,X-Correlation-ID");
    }

    @Test
    void takesBlankForUnsetWhereThereIsADefault() throws SettingsException {
        // When
        PortalSettings settings = PortalSettings.fromEnvironment(with("KAFKA_REQUEST_TOPIC", " "));

        // Then
        assertThat(settings.get(KafkaSettings.REQUEST_TOPIC)).isEqualTo("api-requests");
    }

    @Test
    void takesAnEmptyListOfHeadersForNone() throws SettingsException {
        // Given
        Map<String, String> environment = with("PORTAL_ALLOWED_HEADERS", "", "PORTAL_ALLOWED_RESPONSE_HEADERS", "");

        // When
        PortalSettings settings = PortalSettings.fromEnvironment(environment);

        // Then
        assertThat(settings.get(AllowListSettings.ALLOWED_HEADERS)).isEmpty();
        assertThat(settings.get(AllowListSettings.ALLOWED_RESPONSE_HEADERS)).isEmpty();
    }

    @Test
    void readsWhatIsSet() throws SettingsException {
        // Given
        Map<String, String> environment = with(
                "KAFKA_BOOTSTRAP_SERVERS", "a.example.com:9092,[::1]:9093",
                "PORTAL_USE_OAUTH", "FALSE",
                "PORTAL_LOG_LEVEL", "debug",
                "PORTAL_ALLOWED_ENDPOINTS", "/api/documents/*",
                "PORTAL_MAX_CONCURRENT_JOBS", " 3 ");

        // When
        PortalSettings settings = PortalSettings.fromEnvironment(environment);

        // Then
        assertThat(settings.get(KafkaSettings.BOOTSTRAP_SERVERS)).isEqualTo("a.example.com:9092,[::1]:9093");
        assertThat(settings.get(TokenSettings.USE_OAUTH)).isFalse();
        assertThat(settings.get(OperationSettings.LOG_LEVEL)).isEqualTo("DEBUG");
        assertThat(settings.get(AllowListSettings.ALLOWED_ENDPOINTS)).isEqualTo("/api/documents/*");
        assertThat(settings.get(JobSettings.MAX_CONCURRENT_JOBS)).isEqualTo(3);
    }

    @Test
    void namesEveryFaultAtOnceOneLineEach() {
        // Given
        Map<String, String> environment = Map.of(
                "PORTAL_TARGET_API_URL", "ftp://api.example.com",
                "PORTAL_MAX_CONCURRENT_JOBS", "many",
                "KAFKA_AUTO_OFFSET_RESET", "middle\nX",
                "OAUTH2_TOKEN_URL", "https://login.example.com/token");

        // When
        List<String> faults = faults(environment);

        // Then
        assertThat(faults)
                .containsExactlyInAnyOrder(
                        "PORTAL_TARGET_API_URL is \"ftp://api.example.com\", whose scheme is neither http nor https; it takes an http or https URL without user,"
                                + " query and fragment, such as https://api.example.com/base",
                        "PORTAL_MAX_CONCURRENT_JOBS is \"many\", which is no whole number; it takes a whole number from 1 to 10000",
                        "KAFKA_AUTO_OFFSET_RESET is \"middle?X\"; it takes one of earliest, latest",
                        "OAUTH2_CLIENT_ID is not set; PORTAL_USE_OAUTH is true, which needs it",
                        "OAUTH2_CLIENT_SECRET is not set; PORTAL_USE_OAUTH is true, which needs it or"
                                + " OAUTH2_CLIENT_SECRET_FILE");
    }

    @Test
    void saysWhatIsMissingWhenNothingIsSet() {
        assertThat(faults(Map.of()))
                .hasSize(4)
                .allMatch(fault -> fault.contains(" is not set; "))
                .anyMatch(fault -> fault.startsWith("PORTAL_TARGET_API_URL "))
                .anyMatch(fault -> fault.startsWith("OAUTH2_TOKEN_URL "));
    }

    @Test
    void needsNoOauthSettingsWithoutOauth() throws SettingsException {
        // Given
        Map<String, String> environment =
                Map.of("PORTAL_TARGET_API_URL", "http://localhost:8080", "PORTAL_USE_OAUTH", "false");

        // When
        PortalSettings settings = PortalSettings.fromEnvironment(environment);

        // Then
        assertThat(settings.get(TokenSettings.USE_OAUTH)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"900000, 900", "899999, 900", "10000, 3600"})
    void namesBothWhenThePollIntervalDoesNotExceedTheJobTimeout(String interval, String timeout) {
        // Given
        Map<String, String> environment =
                with("KAFKA_MAX_POLL_INTERVAL_MS", interval, "PORTAL_JOB_TIMEOUT_SECONDS", timeout);

        // When
        List<String> faults = faults(environment);

        // Then
        assertThat(faults)
                .singleElement()
                .asString()
                .contains("KAFKA_MAX_POLL_INTERVAL_MS is " + interval, "PORTAL_JOB_TIMEOUT_SECONDS is " + timeout);
    }

    @Test
    void takesAPollIntervalJustOverTheJobTimeout() throws SettingsException {
        // When
        PortalSettings settings = PortalSettings.fromEnvironment(
                with("KAFKA_MAX_POLL_INTERVAL_MS", "900001", "PORTAL_JOB_TIMEOUT_SECONDS", "900"));

        // Then
        assertThat(settings.get(KafkaSettings.MAX_POLL_INTERVAL_MS)).isEqualTo(900_001);
    }

    @Test
    void refusesOneTopicForBoth() {
        // Given
        Map<String, String> environment = with("KAFKA_REQUEST_TOPIC", "one", "KAFKA_RESPONSE_TOPIC", "one");

        // When
        List<String> faults = faults(environment);

        // Then
        assertThat(faults).singleElement().asString().contains("KAFKA_REQUEST_TOPIC", "KAFKA_RESPONSE_TOPIC");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "api.example.com|which does not begin with http:// or https://",
                "localhost:8080|which does not begin with http:// or https://",
                "ftp://api.example.com|whose scheme is neither http nor https",
                "file:///etc/passwd|whose scheme is neither http nor https",
                "http://|which is no URL (RFC 3986)",
                "http:///base|which has no host",
                "http://:80|which has no host",
                "http://api.example.com:0|whose port is outside 1 to 65535",
                "http://api.example.com:65536|whose port is outside 1 to 65535",
                "http://api.example.com:x|whose host or port is not well-formed",
                "http://user@api.example.com|which holds a user name or password",
                "http://user@stack_api|which holds a user name or password",
                "http://stack_api:8080|whose host has an underscore, which Java takes in no URL (RFC 1123 §2.1 allows letters,"
                        + " digits, '-' and '.'; give the service a network alias without one)",
                "https://api.example.com/?a=b|which has a query (?)",
                "https://api.example.com/#top|which has a fragment (#)",
                "https://api example.com|which holds a space or another character that stands in a URL as %XX only"
            })
    void namesTheRuleThatAUrlOfAnApiBreaks(String url, String rule) {
        assertThat(faults(with("PORTAL_TARGET_API_URL", url)))
                .singleElement()
                .asString()
                .startsWith("PORTAL_TARGET_API_URL is \"" + url.replace("user@", "***@") + "\", " + rule
                        + "; it takes an http or https URL");
    }

    @Test
    void takesNoNameWithinAGroupThatTheBrokersShare() {
        // Given
        Map<String, String> both = new HashMap<>(with("KAFKA_GROUP_INSTANCE_ID", "portal-0"));
        both.put("KAFKA_GROUP_PROTOCOL", "Consumer");

        // Then
        assertThat(faults(both))
                .singleElement()
                .asString()
                .startsWith("KAFKA_GROUP_INSTANCE_ID is set and KAFKA_GROUP_PROTOCOL is consumer; ")
                .endsWith(": set one of the two");
        assertThatCode(() -> PortalSettings.fromEnvironment(with("KAFKA_GROUP_INSTANCE_ID", "portal-0")))
                .doesNotThrowAnyException();
        assertThatCode(() -> PortalSettings.fromEnvironment(with("KAFKA_GROUP_PROTOCOL", "consumer")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "KAFKA_GROUP_INSTANCE_ID, a portal",
        "KAFKA_GROUP_PROTOCOL, next",
        "KAFKA_MAX_POLL_RECORDS, 0",
        "KAFKA_MAX_POLL_RECORDS, 1e3",
        "KAFKA_SESSION_TIMEOUT_MS, 300s",
        "PORTAL_JOB_TIMEOUT_SECONDS, -1",
        "PORTAL_JOB_TIMEOUT_SECONDS, 99999999999",
        "PORTAL_MAX_BUFFERED_BYTES, 1000",
        "PORTAL_MAX_BUFFERED_BYTES, 1 GiB",
        "PORTAL_SPOOL_DIRECTORY, /no/such/directory",
        "PORTAL_SPOOL_DIRECTORY, pom.xml",
        "PORTAL_SPOOL_THRESHOLD_BYTES, -1",
        "PORTAL_CA_FILE, /no/such/file",
        "PORTAL_CA_FILE, src",
        "PORTAL_PROXY_URL, https://proxy.example.com:3128",
        "PORTAL_PROXY_URL, http://proxy.example.com",
        "PORTAL_PROXY_URL, http://user:word@proxy.example.com:3128",
        "PORTAL_PROXY_URL, http://proxy.example.com:3128/path",
        "PORTAL_PROXY_URL, socks://proxy.example.com:1080",
        "OAUTH2_PROXY_URL, proxy.example.com:3128",
        "PORTAL_USE_OAUTH, maybe",
        "PORTAL_STRICT_SECURITY, 2",
        "PORTAL_LOG_LEVEL, LOUD",
        "PORTAL_LOG_FORMAT, xml",
        "PORTAL_ALLOWED_ENDPOINTS, api/documents",
        "KAFKA_BOOTSTRAP_SERVERS, localhost",
        "KAFKA_BOOTSTRAP_SERVERS, localhost:99999",
        "OAUTH2_CLIENT_AUTHENTICATION, client_secret_jwt",
        "OAUTH2_SCOPE, a\"b",
        "OAUTH2_RESOURCE, /api",
        "OAUTH2_RESOURCE, https://a.example/#b",
        "KAFKA_REQUEST_TOPIC, a topic",
        "KAFKA_REQUEST_TOPIC, .."
    })
    void namesVariableValueAndWhatItTakes(String variable, String value) {
        assertThat(faults(with(variable, value)))
                .singleElement()
                .asString()
                .matches("(?s)" + variable + " is \"\\Q" + value.replace("user:word@", "***@")
                        + "\\E\"(, [^;]+)?; it takes .+")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "KAFKA_MAX_POLL_RECORDS|0|which is too small",
                "KAFKA_MAX_POLL_RECORDS|1e3|which is no whole number",
                "PORTAL_JOB_TIMEOUT_SECONDS|99999999999|which is too large",
                "PORTAL_SPOOL_DIRECTORY|/no/such/directory|which does not exist",
                "PORTAL_SPOOL_DIRECTORY|pom.xml|which is no directory",
                "PORTAL_CLIENT_KEYS|pom.xml|which is no directory",
                "PORTAL_CA_FILE|/no/such/file|which does not exist",
                "PORTAL_CA_FILE|src|which is no regular file",
                "PORTAL_POLICIES|src|which is no regular file",
                "PORTAL_ALLOWED_ENDPOINTS|api/documents|of which pattern 'api/documents' has no slash at its begin: takes a path",
                "PORTAL_ALLOWED_ENDPOINTS|/a/../b|of which pattern '/a/../b' has a dot segment: takes a path",
                "KAFKA_BOOTSTRAP_SERVERS|localhost|of which one has no port",
                "KAFKA_BOOTSTRAP_SERVERS|[::1]|of which one has no port",
                "KAFKA_BOOTSTRAP_SERVERS|:9092|of which one has no host",
                "KAFKA_BOOTSTRAP_SERVERS|a:9092,|of which one is empty",
                "KAFKA_BOOTSTRAP_SERVERS|ssl://a:9092|of which one is a URL",
                "KAFKA_BOOTSTRAP_SERVERS|localhost:99999|of which one has a port outside 1 to 65535",
                "OAUTH2_SCOPE|a~|which holds a quote, a backslash, or a character that is not printable ASCII",
                "OAUTH2_RESOURCE|/api|which is no absolute URI: it does not begin with a scheme",
                "OAUTH2_RESOURCE|https://a.example/#b|which has a fragment (#...)",
                "OAUTH2_RESOURCE|https://[a|which is no URI (RFC 3986)",
                "KAFKA_REQUEST_TOPIC|a topic|whose character 2 is another one",
                "KAFKA_REQUEST_TOPIC|..|which is a directory's name",
                "PORTAL_REPLY_TOPICS|a,,b|of which one name is empty"
            })
    void namesTheRuleThatAValueBreaks(String variable, String given, String rule) {
        String value = given.replace('~', '\\');
        assertThat(faults(with(variable, value)))
                .singleElement()
                .asString()
                .startsWith(variable + " is \"" + value + "\", " + rule)
                .contains("; it takes ");
    }

    @Test
    void namesTheRuleThatASecretBreaksWithoutTheSecret() {
        assertThat(faults(with("OAUTH2_CLIENT_SECRET", SECRET + "\nx")))
                .singleElement()
                .asString()
                .startsWith("OAUTH2_CLIENT_SECRET has an unfit value, which holds a control character")
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "PORTAL_TARGET_API_URL, http://169.254.169.254/latest, an address of kind METADATA",
        "PORTAL_TARGET_API_URL, http://0xa9fea9fe, an address of kind METADATA",
        "PORTAL_TARGET_API_URL, https://[fe80::1], an address of kind LINK_LOCAL",
        "OAUTH2_TOKEN_URL, https://metadata.google.internal/token, a cloud's metadata service",
        "PORTAL_PROXY_URL, http://0.0.0.0:3128, an address of kind UNSPECIFIED",
        "OAUTH2_PROXY_URL, http://100.100.100.200:3128, an address of kind METADATA"
    })
    void refusesAHostWhereNoApiLives(String variable, String url, String why) {
        assertThat(faults(with(variable, url)))
                .containsExactly(
                        variable + " is \"" + url + "\", to which the portal never connects: the host is " + why);
    }

    @Test
    void takesAClientCertificateOnlyWithItsKey() {
        assertThat(faults(with("PORTAL_CLIENT_CERTIFICATE_FILE", "pom.xml")))
                .containsExactly("one of PORTAL_CLIENT_CERTIFICATE_FILE and PORTAL_CLIENT_KEY_FILE is not set; they go"
                        + " together");
        assertThat(faults(with("PORTAL_CLIENT_KEY_FILE", "pom.xml"))).hasSize(1);
    }

    @Test
    void neverShowsTheSecret() throws SettingsException {
        // When
        String shown = PortalSettings.fromEnvironment(LEAST).toString();

        // Then
        assertThat(shown)
                .contains("OAUTH2_CLIENT_SECRET=***", "OAUTH2_CLIENT_ID=portal")
                .doesNotContain(SECRET);
    }

    @Test
    void knowsWhichDifferFromTheirDefaultsHoweverTheseAreWritten() throws SettingsException {
        // Given
        Map<String, String> environment = new HashMap<>(LEAST);
        environment.put("PORTAL_STRICT_SECURITY", "yes");
        environment.put("PORTAL_MAX_CONCURRENT_JOBS", " 010 ");
        environment.put("PORTAL_LOG_LEVEL", "info");
        environment.put("PORTAL_ALLOWED_HEADERS", "");
        environment.put("PORTAL_JOB_IDLE_SECONDS", "7");

        // When
        Map<String, String> changed =
                PortalSettings.fromEnvironment(environment).changed();

        // Then
        assertThat(changed)
                .containsEntry("PORTAL_JOB_IDLE_SECONDS", "7")
                .containsEntry("PORTAL_ALLOWED_HEADERS", "")
                .containsEntry("OAUTH2_CLIENT_SECRET", "***")
                .hasSize(LEAST.size() + 2);
    }

    @Test
    void namesNoSecretInAFault() {
        // Given
        Setting<Integer> secret = new Setting<>("X_SECRET", "", "digits", Integer::valueOf, true, "A secret.");

        // When
        IllegalArgumentException fault =
                catchThrowableOfType(IllegalArgumentException.class, () -> secret.parse(SECRET));

        // Then
        assertThat(fault)
                .hasMessage("X_SECRET has an unfit value; it takes digits")
                .hasNoCause();
    }

    @Test
    void aPasswordInAUrlIsRefusedAndNotRepeated() {
        // Given
        Map<String, String> settings = new HashMap<>(LEAST);
        settings.put("PORTAL_TARGET_API_URL", "https://user:" + SECRET + "@api.example");
        settings.put("OAUTH2_TOKEN_URL", "https://" + SECRET + "@auth.example/token");

        // Then
        assertThatThrownBy(() -> PortalSettings.fromEnvironment(settings))
                .hasMessageContaining("PORTAL_TARGET_API_URL")
                .hasMessageContaining("***@api.example")
                .hasMessageContaining("OAUTH2_TOKEN_URL")
                .message()
                .doesNotContain(SECRET);
    }

    @Test
    void knowsEverySettingThatASubjectDeclares() throws ReflectiveOperationException {
        // Given
        List<Setting<?>> declared = new ArrayList<>();
        for (JavaClass subject : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackagesOf(PortalSettings.class)) {
            for (JavaField field : subject.getFields()) {
                if (subject.isEquivalentTo(GatewaySettings.class) || subject.isEquivalentTo(OutboxSettings.class)) {
                    continue; // have tests of their own
                }
                if (field.getRawType().isEquivalentTo(Setting.class)) {
                    declared.add((Setting<?>) field.reflect().get(null));
                }
            }
        }

        // When
        List<Setting<?>> known = new ArrayList<>(PortalSettings.all());
        known.removeAll(KafkaSecurity.settings());

        // Then
        assertThat(known).isNotEmpty().containsExactlyInAnyOrderElementsOf(declared);
    }

    @Test
    void namesEachVariableAndPropertyOnce() {
        assertThat(PortalSettings.all()).extracting(Setting::variable).doesNotHaveDuplicates();
        assertThat(PortalSettings.all()).extracting(Setting::property).doesNotHaveDuplicates();
        assertThat(PortalSettings.all())
                .allSatisfy(setting -> assertThat(setting.text()).endsWith("."));
    }

    @Test
    void readsWhatASafeguardedTokenServerNeeds() throws SettingsException {
        // When
        PortalSettings settings = PortalSettings.fromEnvironment(with(
                "OAUTH2_RESOURCE", "https://a.example urn:b", "OAUTH2_CLIENT_AUTHENTICATION", "CLIENT_SECRET_POST"));

        // Then
        assertThat(settings.get(TokenSettings.RESOURCE))
                .containsExactly(URI.create("https://a.example"), URI.create("urn:b"));
        assertThat(settings.get(TokenSettings.CLIENT_AUTHENTICATION)).isEqualTo("client_secret_post");
        assertThat(settings.get(TokenSettings.CLIENT_SECRET_FILE)).isEmpty();
    }

    private static Map<String, String> with(String... pairs) {
        Map<String, String> environment = new HashMap<>(LEAST);
        for (int i = 0; i < pairs.length; i += 2) {
            environment.put(pairs[i], pairs[i + 1]);
        }
        return environment;
    }

    private static List<String> faults(Map<String, String> environment) {
        return catchThrowableOfType(SettingsException.class, () -> PortalSettings.fromEnvironment(environment))
                .faults();
    }

    @Test
    void namesEveryFaultOfTheClientsFiles(@TempDir Path directory) throws IOException {
        // Given
        Path keys = Files.createDirectory(directory.resolve("keys"));
        Files.writeString(keys.resolve("a.pem"), "no key");
        Files.writeString(keys.resolve("b.key.pem"), "-----BEGIN PRIVATE KEY-----\ncanary\n");
        Files.writeString(keys.resolve("-.pem"), "no client");
        Files.writeString(keys.resolve("README"), "no key, and none of the portal's matter");
        Path policies = Files.writeString(directory.resolve("policies.yaml"), "default:\n  method: [GET]\n");

        // When
        SettingsException e = catchThrowableOfType(
                SettingsException.class,
                () -> PortalSettings.fromEnvironment(
                        with("PORTAL_CLIENT_KEYS", keys.toString(), "PORTAL_POLICIES", policies.toString())));

        // Then
        assertThat(e.faults())
                .satisfiesExactlyInAnyOrder(
                        fault -> assertThat(fault).contains("a.pem holds no public key in PEM; it takes"),
                        fault -> assertThat(fault)
                                .contains("b.key.pem holds a private key, which belongs to the client"),
                        fault -> assertThat(fault).contains("-.pem is named for no client; it takes CLIENT.pem"),
                        fault -> assertThat(fault)
                                .contains(
                                        "policies.yaml line 2, default.method: got a key that is not known; it takes"))
                .noneMatch(fault -> fault.contains("canary") || fault.contains("\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PORTAL_CLIENT_KEYS|/no/such/directory|a directory that is there",
                "PORTAL_POLICIES|/no/such/file|a file that is there",
                "PORTAL_REPLY_TOPICS|a,,b|names of topics with commas between",
                "PORTAL_REPLY_TOPICS|a b|names of topics with commas between",
                "PORTAL_REPLY_TOPICS|a, api-requests|which is KAFKA_REQUEST_TOPIC; answers must not go there",
                "PORTAL_REPLY_TOPICS|api-dead-letters|which is PORTAL_DEAD_LETTER_TOPIC; answers must not go there",
                "PORTAL_MODERN_READERS|most|true or false (or 1, yes, on; 0, no, off)",
                "PORTAL_REQUIRE_SIGNATURE|true|PORTAL_CLIENT_KEYS is not set; PORTAL_REQUIRE_SIGNATURE is true",
                "PORTAL_SIGNATURE_MAX_SECONDS|86401|a whole number from 1 to 86400"
            })
    void whoClientsAreIsCheckedAtStart(String variable, String value, String fault) {
        SettingsException e = catchThrowableOfType(
                SettingsException.class, () -> PortalSettings.fromEnvironment(with(variable, value)));

        assertThat(e.faults()).singleElement().asString().contains(fault);
    }

    @ParameterizedTest
    @CsvSource({
        "1,true",
        "yes,true",
        "ON,true",
        "True,true",
        "0,false",
        "no,false",
        "Off,false",
        "FALSE,false",
    })
    void switchesAreTakenAsTheEarlierPortalTakesThem(String typed, boolean value) {
        assertThat(AllowListSettings.STRICT_SECURITY.parser().apply(typed)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"WARNING,WARN", "critical,ERROR", "Warn,WARN", "debug,DEBUG"})
    void levelsAreTakenAsTheEarlierPortalTakesThem(String typed, String level) {
        assertThat(OperationSettings.LOG_LEVEL.parser().apply(typed)).isEqualTo(level);
    }
}
