package io.kafkasend.security.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kafkasend.security.Corpus;
import io.kafkasend.security.Percent;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import io.kafkasend.security.Printable;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointPolicyTest {
    private static final ThreadMXBean PROCESSOR = ManagementFactory.getThreadMXBean();

    private final EndpointPolicy strict = new EndpointPolicy(Corpus.ALLOW_LIST, true);
    private final EndpointPolicy anything = new EndpointPolicy("/*", true);

    static List<String> hostileEndpoints() {
        return Corpus.hostileEndpoints();
    }

    static List<String> legitEndpoints() {
        return Corpus.legitEndpoints();
    }

    @ParameterizedTest
    @MethodSource("hostileEndpoints")
    void refusesEveryHostileEndpointOfTheCorpus(String endpoint) {
        // When
        PolicyViolation violation = violation(strict, endpoint);

        // Then
        assertThat(violation).isNotNull();
        assertThat(violation.detail()).matches("[ -~]{1,100}").doesNotContain("documents", "/api");
    }

    @ParameterizedTest
    @MethodSource("legitEndpoints")
    void passesEveryHonestEndpointOfTheCorpus(String endpoint) {
        assertThatCode(() -> strict.check(endpoint)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("legitEndpoints")
    void passesEveryHonestEndpointWhenEverythingIsAllowed(String endpoint) {
        assertThatCode(() -> anything.check(endpoint)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/v1/upload",
                "//api/v1/upload",
                "/api/v1/documents/a//b",
                "/api/v1/documents/a/;x/b",
                "/api/v1/documents/%20/b",
                "/api/v1/documents/a/.",
                "/api/v1/documents/...",
                "/api/v1/documents/%EF%BC%8E%EF%BC%8E/admin",
                "/api/v1/documents/%25EF%25BC%258E%25EF%25BC%258E/admin",
                "/api/v1/documents/%E2%80%A5/admin",
                "/api/v1/documents/.%E2%80%8B./admin",
                "/api/v1/documents/..%EF%BC%8Fadmin",
                "/api/v1/documents/..%E2%88%95admin",
                "/api/v1/documents/a%E2%A7%B5b",
                "/api/v1/documents/%EF%BC%852e%EF%BC%852e/admin",
                "/api/v1/documents/%EF%BC%85%EF%BC%92%EF%BD%85%EF%BC%85%EF%BC%92%EF%BD%85/admin",
                "/api/v1/documents/%25u002e%25u002e/admin",
                "/api/v1/documents/%25%25%33%32e%25%25%33%32e/admin",
                "/api/v1/documents/..%3F/admin",
                "/api/v1/documents/..%23/admin",
                "/api/v1/documents/..%20/admin",
                "/api/v1/documents/a%E2%80%A8b",
                "/api/v1/documents/a%C2%85b",
                "/api/v1/documents/%ff",
                "/api/v1/documents/%25ff",
                "/api/v1/documents/%25252525252525252561",
                "/api/v1/upload?a=b#c",
                "/api/v1/upload?a=%0d%0aX:%20y",
                "/api/v1/upload?a=%250a",
                "/api/v1/upload?a=%c0%ae",
                "/api/v1/upload?a[b]=c",
                "/api/v1/upload?a=%2",
                "/api/v1/upload?/../../admin",
                "/api/v1/upload?file=..%2F..%2Fetc%2Fpasswd",
                "/api/v1/upload?file=..%255cwindows",
                "/api/v1/upload?file=a/..",
            })
    void refusesWhatIsMalformedInOneReadingEvenIfPermissive(String endpoint) {
        // Given
        EndpointPolicy permissive = new EndpointPolicy(Corpus.ALLOW_LIST, false);

        // When
        PolicyViolation violation = violation(permissive, endpoint);

        // Then
        assertThat(violation).isNotNull();
        assertThat(violation.reason()).isEqualTo(Reason.ENDPOINT_MALFORMED);
    }

    @ParameterizedTest
    @NullAndEmptySource
    void refusesNoEndpoint(String endpoint) {
        assertThat(violation(strict, endpoint).reason()).isEqualTo(Reason.ENDPOINT_MALFORMED);
    }

    @Test
    void refusesAnEndpointOverTheGreatestLength() {
        // Given
        String longest = "/" + "a".repeat(EndpointPolicy.MAX_LENGTH - 1);

        // Then
        assertThat(violation(anything, longest)).isNull();
        assertThat(violation(anything, longest + "a").detail()).contains("8192");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost/",
                "https://LOCALHOST:8443/x",
                "http:localhost",
                "http:/localhost",
                "http:////localhost/",
                "http:\\\\localhost",
                "//localhost/x",
                "\\\\localhost\\share",
                "see http://localhost/x",
                "http://user:pw@localhost/",
                "http://localhost#@example.com/",
                "http://localhost\\@example.com/",
                "http://example.com#@localhost/",
                "http://kafka:9092/",
                "http://2130706433/",
                "http://017700000001/",
                "http://0x7f000001/",
                "http://127.1/",
                "http://0177.1/",
                "http://010.0.0.1/",
                "http://425.510.425.510/",
                "http://0x41414141A9FEA9FE/",
                "http://[::1]/",
                "http://[::ffff:a9fe:a9fe]:80/",
                "http://[64:ff9b::169.254.169.254]/",
                "http://[fe80::1%25lo]/",
                "http://①②⑦.0.0.1/",
                "http://๑๒๗.๐.๐.๑/",
                "http://127。0。0。1/",
                "http://local\u200bhost/",
                "http://localhoﬆ/",
                "http://a.nip.io/",
                "http://1u.ms/",
                "http://192.0.2.1/",
                "jar:http://localhost!/",
                "file:///etc/passwd",
                "gopher://example.com:70/x",
                "localhost",
                "localhost.",
                "LOCALHOST:8080",
                "localhost/admin",
                "root@localhost",
                "127.0.0.1",
                "127.0.0.1:80",
                "127.1:80",
                "x@127.1",
                "0x7f.1",
                "0177.0.0.1",
                "0.0.0.0",
                "10.0.0.1",
                "100.64.1.1",
                "169.254.169.254/latest/meta-data/",
                "::1",
                "[::1]",
                "[::1]:80",
                "fd00:ec2::254",
                "db.internal",
                "kafka.svc.cluster.local",
                "metadata.google.internal.",
            })
    void refusesAQueryValueThatLeadsToAnInternalHostUnlessPermissive(String value) throws Exception {
        // Given
        String endpoint = "/api/v1/upload?x=1&target=" + Percent.encode(value);
        String twice = "/api/v1/upload?target=" + Percent.encode(Percent.encode(value));
        EndpointPolicy permissive = new EndpointPolicy(Corpus.ALLOW_LIST, false);

        // When
        Optional<PolicyViolation> suspicion = permissive.check(endpoint);

        // Then
        assertThat(violation(strict, endpoint).reason()).isEqualTo(Reason.ENDPOINT_FORBIDDEN_HOST);
        assertThat(violation(strict, twice).reason()).isEqualTo(Reason.ENDPOINT_FORBIDDEN_HOST);
        assertThat(suspicion).map(PolicyViolation::reason).contains(Reason.ENDPOINT_FORBIDDEN_HOST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "127.0.0.1",
                "%6Cocalhost",
                "a;host=localhost",
                "localhost;a=b",
                "@127.0.0.1",
                "http:localhost",
                "::1",
                "instance-data",
                "169.254.169.254",
            })
    void refusesASegmentThatIsAnInternalHostUnlessPermissive(String segment) {
        // Given
        String endpoint = "/api/v1/documents/" + segment + "/x";

        // Then
        assertThat(violation(strict, endpoint).reason()).isEqualTo(Reason.ENDPOINT_FORBIDDEN_HOST);
        assertThatCode(() -> new EndpointPolicy(Corpus.ALLOW_LIST, false).check(endpoint))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?callback=https%3A%2F%2Fexample.com%2Fhook%3Fa%3D1",
                "?callback=https://user@example.com:8443/hook",
                "?callback=http://%5B2606:4700::1111%5D/",
                "?next=myapp://callback",
                "?next=/a/b//c",
                "?version=10.1",
                "?version=0.9.1.2",
                "?price=127.5",
                "?date=10.01.2026",
                "?time=10:30",
                "?id=2130706433",
                "?id=0x7f000001",
                "?filter=id:123",
                "?like=%25ab%25",
                "?like=%25de",
                "?q=...",
                "?q=a..b",
                "?path=./x/y",
                "?range=1../2",
                "?dir=C:%5Cdata",
                "?q=localhost-notes",
                "?email=me%40example.com",
                "?url=http:",
                "?",
                "?&&=;",
            })
    void passesHonestQueries(String query) {
        assertThatCode(() -> strict.check("/api/v1/upload" + query)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a;v=1",
                "what%3F.pdf",
                "c%23.pdf",
                "%C2%BD.pdf",
                "50%25%20off",
                "%F0%9F%91%A9%E2%80%8D%F0%9F%92%BB.md",
                "a%2520b",
                "metadata",
                "x/",
                "[",
            })
    void passesHonestSegments(String segment) {
        assertThatCode(() -> strict.check("/api/v1/documents/" + segment.replace("[", "%5B")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/documents/*, /api/documents/abc/metadata, true",
        "/api/documents/*, /api/documents/, true",
        "/api/documents/*, /api/documents, false",
        "/api/*/public, /api/a/b/public, true",
        "/api/*/public, /api/a/public/b, false",
        "/api/*/public, /api/a;/public, true",
        "/api/*.json, /api/x.json, true",
        "/api/*.json, /api/x;.json, false",
        "/api/*.json, /api/x%3F.json, false",
        "/api/*.json, /api/x%23.json, false",
        "/api/x, /api/%78, false",
        "/api/%78, /api/x, false",
        "/api/a%20b, /api/a%20b, true",
        "/api/a%20b/*, /api/a%20b/c, true",
        "/api/%2A, /api/%2A, true",
        "/api/%2A, /api/x, false",
        "/api/a;v=1/*, /api/a;v=1/b, true",
        "/api/a;v=1/*, /api/a/b, false",
        "/API, /api, false",
        "/a*b*c, /a1b2c, true",
        "/a*b*c, /abc, true",
        "/a*b*c, /acb, false",
        "/ab*ba, /aba, false",
    })
    void matchesEveryReadingOfThePathAgainstTheAllowList(String pattern, String path, boolean allowed) {
        // When
        PolicyViolation violation = violation(new EndpointPolicy(pattern, true), path);

        // Then
        if (allowed) {
            assertThat(violation).isNull();
        } else {
            assertThat(violation.reason()).isEqualTo(Reason.ENDPOINT_NOT_ALLOWED);
        }
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {" ", ",", " , ,"})
    void anEmptyAllowListAllowsNothing(String allowList) {
        assertThat(violation(new EndpointPolicy(allowList, false), "/x").reason())
                .isEqualTo(Reason.ENDPOINT_NOT_ALLOWED);
    }

    @Test
    void ignoresSpacesAroundCommas() {
        // Given
        EndpointPolicy policy = new EndpointPolicy(" /a , /b\t,", true);

        // Then
        assertThat(violation(policy, "/a")).isNull();
        assertThat(violation(policy, "/b?x=1")).isNull();
        assertThat(violation(policy, "/c")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/x",
                "*",
                "**",
                "/a b",
                "/a?x=1",
                "/a#",
                "/é",
                "/a%2",
                "/a/../b",
                "/a//b",
                "/a%2Fb",
                "/a/%2e%2e/b",
                "/%ff",
                "/a%0a",
                "http://x/",
                "/a\nb",
                "/{id}",
                "/^x$",
                "/a\\b"
            })
    void refusesAnInvalidPatternInOneLineThatNamesIt(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EndpointPolicy("/ok," + pattern, true))
                .withMessageContaining(Printable.of(pattern, 200))
                .withMessageContaining("takes a path that starts with '/'")
                .withMessageMatching("[ -~]+");
    }

    @Test
    void saysWhereACharacterIsWrongWithoutQuotingTheInput() {
        assertThat(violation(strict, "/api/v1/upload?secret=hush x").detail())
                .isEqualTo("a character that RFC 3986 does not allow (U+0020 at 26)");
        assertThat(violation(strict, "/api/v1/upload%zz").detail())
                .isEqualTo("a percent sign without two hexadecimal digits (U+0025 at 14)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a",
                "%25",
                "/%2541",
                "/;a=b",
                "%5C:%5C",
                "%EF%BC%85",
                "/a@",
                "?a=x:\\\\",
                "?:%5C%5C",
                "?a://a",
                "?&",
                "?@",
                "?.",
                "?0.",
                "?::",
                "?%2525",
                "%C2%BD"
            })
    void judgesTheLongestInputsQuickly(String unit) {
        // Given
        EndpointPolicy policy = new EndpointPolicy("/*a*b*c*d*e*f*,/*", true);
        String start = unit.startsWith("/") ? "" : unit.startsWith("?") ? "/?" : "/";
        String body = unit.startsWith("?") ? unit.substring(1) : unit;
        String endpoint = start + body.repeat((EndpointPolicy.MAX_LENGTH - start.length()) / body.length());

        // When
        long before = PROCESSOR.getCurrentThreadCpuTime();
        violation(policy, endpoint);

        // Then
        // Of this thread alone: on a machine with other work a judgement may wait for longer than it takes.
        assertThat(Duration.ofNanos(PROCESSOR.getCurrentThreadCpuTime() - before))
                .isLessThan(Duration.ofSeconds(2));
    }

    private static PolicyViolation violation(EndpointPolicy policy, String endpoint) {
        return catchThrowableOfType(PolicyViolation.class, () -> policy.check(endpoint));
    }
}
