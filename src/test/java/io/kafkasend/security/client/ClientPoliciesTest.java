package io.kafkasend.security.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import io.kafkasend.security.PolicyViolation.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientPoliciesTest {
    private static ClientPolicies parse(String... lines) throws PolicyFileException {
        return ClientPolicies.parse(String.join("\n", lines), true);
    }

    private static void isRefused(Reason reason, ClientPolicy policy, String method, String endpoint, String header) {
        assertThatThrownBy(() -> policy.check(method, endpoint, Map.of(header, "x")))
                .isInstanceOfSatisfying(PolicyViolation.class, e -> {
                    assertThat(e.reason()).isEqualTo(reason);
                    assertThat(e.rule()).isEqualTo(Rule.CLIENT_POLICY);
                });
    }

    @Test
    void anEntryNarrowsWhatItNames() throws Exception {
        // Given
        ClientPolicy policy = parse(
                        "clients:",
                        "  reports:",
                        "    endpoints: [/api/reports/*]",
                        "    methods: [GET, HEAD]",
                        "    headers: [Accept]",
                        "    requests_per_minute: 60",
                        "    bytes_per_minute: 1000000",
                        "    reply_topics: [answers-of-reports]",
                        "    open_jobs: 20",
                        "    running_jobs: 3",
                        "    bytes_held: 200000000")
                .of("reports")
                .orElseThrow();

        // Then
        assertThatCode(() -> policy.check("GET", "/api/reports/1?a=b", Map.of("accept", "*/*")))
                .doesNotThrowAnyException();
        isRefused(Reason.METHOD_NOT_ALLOWED, policy, "POST", "/api/reports/1", "Accept");
        isRefused(Reason.ENDPOINT_NOT_ALLOWED, policy, "GET", "/api/other", "Accept");
        isRefused(Reason.HEADER_NOT_ALLOWED, policy, "GET", "/api/reports/1", "X-Request-ID");
        assertThat(policy.requestsPerMinute()).isEqualTo(60);
        assertThat(policy.bytesPerMinute()).isEqualTo(1_000_000);
        assertThat(policy.allowsReplyTo("answers-of-reports")).isTrue();
        assertThat(policy.allowsReplyTo("answers-of-others")).isFalse();
        assertThat(policy.openJobs()).isEqualTo(20);
        assertThat(policy.runningJobs()).isEqualTo(3);
        assertThat(policy.bytesHeld()).isEqualTo(200_000_000);
    }

    @Test
    void whatAnEntryDoesNotNameItDoesNotNarrowAndAnEmptyListAllowsNothing() throws Exception {
        // Given
        ClientPolicies policies = parse("clients: {all: {}, none: {methods: [], endpoints: [], reply_topics: []}}");
        ClientPolicy all = policies.of("all").orElseThrow();
        ClientPolicy none = policies.of("none").orElseThrow();

        // Then
        assertThatCode(() -> all.check("DELETE", "/anything", Map.of("X", "y"))).doesNotThrowAnyException();
        assertThat(all.allowsReplyTo("any")).isTrue();
        isRefused(Reason.METHOD_NOT_ALLOWED, none, "GET", "/", "A");
        assertThat(none.allowsReplyTo("any")).isFalse();
    }

    @Test
    void whoHasNoEntryMayAskForNothing() throws Exception {
        // Given
        ClientPolicies named = parse("clients: {a: {}}");
        ClientPolicies otherwise = parse("default: {methods: [GET]}", "anonymous: {methods: [HEAD]}");

        // Then
        assertThat(named.of("a")).isPresent();
        assertThat(named.of("b")).isEmpty();
        assertThat(named.ofAnonymous()).isEmpty();
        assertThat(otherwise.of("b").orElseThrow().methods()).containsExactly("GET");
        assertThat(otherwise.ofAnonymous().orElseThrow().methods()).containsExactly("HEAD");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|line 1, the document: got nothing; it takes a mapping of anonymous, clients, default",
                "[]|line 1, the document: got a list",
                "client: {}|line 1, client: got a key that is not known; it takes anonymous, clients, default",
                "clients: [a]|line 1, clients: got a list; it takes a mapping",
                "clients: {a: }|line 1, clients.a: got nothing; it takes a mapping of bytes_held",
                "clients: {a: {method: [GET]}}|line 1, clients.a.method: got a key that is not known; it takes bytes_held, bytes_per_minute, endpoints",
                "clients: {a: {}, a: {}}|line 1, clients.a: got a key that is there already; it takes each key once",
                "clients: {'../a': {}}|line 1, clients.../a: is no client's name",
                "default: {methods: GET}|line 1, default.methods: got \"GET\"; it takes a list, or [] for none",
                "default: {methods: [GET, get]}|line 1, default.methods: got \"get\", whose letters are not all upper-case; it takes one of GET, POST",
                "default: {endpoints: [api/*]}|line 1, default.endpoints: got \"api/*\", which has no slash at its begin; it takes a path that begins with /",
                "default: {endpoints: ['/a,/b']}|line 1, default.endpoints: got \"/a,/b\", which has a comma: each has an entry of its own; it takes a path",
                "default: {headers: [Host]}|line 1, default.headers: got \"Host\", which never passes: a credential, a cookie, of one hop, or what a proxy sets; it takes a header's name that may pass at all",
                "default: {headers: ['X Y']}|line 1, default.headers: got \"X Y\", which is no header's name (RFC 9110, 5.1); it takes",
                "default: {endpoints: [/a/../b]}|line 1, default.endpoints: got \"/a/../b\", which has a dot segment; it takes",
                "default: {endpoints: [/a//b]}|line 1, default.endpoints: got \"/a//b\", which has an empty path segment; it takes",
                "default: {endpoints: ['/a b']}|line 1, default.endpoints: got \"/a b\", which has U+0020, which stands in a path as %XX only; it takes",
                "default: {methods: [TRACE]}|line 1, default.methods: got \"TRACE\", which the protocol does not know; it takes",
                "default: {headers: ['A,B']}|line 1, default.headers: got \"A,B\"",
                "default: {reply_topics: [a b]}|line 1, default.reply_topics: got \"a b\", which Kafka takes for no topic's; it takes a topic's name",
                "default: {requests_per_minute: 0}|line 1, default.requests_per_minute: got \"0\", which is too small; it takes a whole number from 1 to",
                "default: {requests_per_minute: '5'}|line 1, default.requests_per_minute: got \"5\", a text in quotes; it takes a whole number",
                "default: {bytes_per_minute: 1.5}|line 1, default.bytes_per_minute: got \"1.5\"",
                "default: {bytes_per_minute: 99999999999999999999}|line 1, default.bytes_per_minute",
                "default: {bytes_per_minute: [1]}|line 1, default.bytes_per_minute: got a list",
                "default: {running_jobs: 0}|line 1, default.running_jobs: got \"0\", which is too small; it takes a whole number from 1 to",
                "default: {open_jobs: many}|line 1, default.open_jobs: got \"many\"; it takes a whole number from 1 to",
                "default: {bytes_held: 1MB}|line 1, default.bytes_held: got \"1MB\"; it takes a whole number from 1 to",
                "default: {|line 1: is no YAML"
            })
    void aFaultIsOneLineThatSaysWhereAndWhatAndWhatIsTaken(String yaml, String fault) {
        PolicyFileException e = catchThrowableOfType(PolicyFileException.class, () -> parse(yaml));

        assertThat(e.faults()).singleElement().asString().startsWith(fault).doesNotContain("\n");
    }

    @Test
    void everyFaultIsNamedWithItsLine() {
        // When
        PolicyFileException e = catchThrowableOfType(
                PolicyFileException.class,
                () -> parse("clients:", "  a:", "    methods: [FETCH]", "    rate: 5", "default:", "  headers: 7"));

        // Then
        assertThat(e.faults())
                .satisfiesExactlyInAnyOrder(
                        fault -> assertThat(fault).startsWith("line 3, clients.a.methods: got \"FETCH\""),
                        fault -> assertThat(fault).startsWith("line 4, clients.a.rate: got a key"),
                        fault -> assertThat(fault).startsWith("line 6, default.headers: got \"7\""));
    }

    @Test
    void anchorsThatBlowUpOrGoInCirclesDoNoHarm() {
        assertThatThrownBy(() -> parse("clients: &a {b: *a}")).isInstanceOf(PolicyFileException.class);
        assertThatThrownBy(() -> parse("default: {methods: &a [*a]}")).isInstanceOf(PolicyFileException.class);
    }

    @Test
    void theExampleInTheDocumentIsOneThatIsTaken() throws Exception {
        // Given
        String document = Files.readString(Path.of("docs/operate/clients-and-policies.md"));
        String example = document.split("```yaml\n")[1].split("```")[0];

        // When
        ClientPolicies policies = ClientPolicies.parse(example, true);

        // Then
        assertThat(policies.of("reports").orElseThrow().requestsPerMinute()).isEqualTo(60);
        assertThat(policies.of("another").orElseThrow().methods()).containsExactly("GET");
        assertThat(policies.ofAnonymous().orElseThrow().requestsPerMinute()).isEqualTo(10);
    }
}
