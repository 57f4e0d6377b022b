package io.kafkasend.security.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.security.Corpus;
import io.kafkasend.security.Percent;
import io.kafkasend.security.PolicyViolation;
import java.net.URI;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

class EndpointPolicyPropertyTest {
    private static final List<String> PIECES = List.of(
            "/",
            "//",
            ".",
            "..",
            "%2e",
            "%2F",
            "%5c",
            "%252e",
            "%25",
            "%c0%ae",
            "%EF%BC%8E",
            "%00",
            ";",
            "?",
            "#",
            "@",
            ":",
            "&",
            "=",
            "\\",
            "a",
            "Z",
            "0",
            "%41",
            "-",
            "~",
            "localhost",
            "http://",
            "127.0.0.1",
            "[::1]",
            "*",
            "\r\n",
            " ",
            "%E2%82%AC",
            "\uff0f",
            "\ud800",
            "/api/v1/upload",
            "/api/v1/documents/");

    private final EndpointPolicy policy = new EndpointPolicy(Corpus.ALLOW_LIST, true);
    private final EndpointPolicy permissive = new EndpointPolicy("/*", false);

    @Provide
    Arbitrary<String> mutatedCorpusLines() {
        Arbitrary<String> lines =
                Arbitraries.of(Corpus.hostileEndpoints()).map(s -> s.substring(0, Math.min(200, s.length())));
        Arbitrary<String> both = Arbitraries.oneOf(lines, Arbitraries.of(Corpus.legitEndpoints()));
        return Combinators.combine(
                        both,
                        Arbitraries.of(PIECES),
                        Arbitraries.integers().between(0, 200),
                        Arbitraries.integers().between(0, 3))
                .as((line, piece, place, cut) -> {
                    int at = Math.min(place, line.length());
                    return line.substring(0, at) + piece + line.substring(Math.min(line.length(), at + cut));
                });
    }

    @Provide
    Arbitrary<String> pieces() {
        return Combinators.combine(
                        Arbitraries.of("", "/", "/api/v1/documents/", "/api/v1/upload?"),
                        Arbitraries.of(PIECES).list().ofMaxSize(12))
                .as((start, rest) -> start + String.join("", rest));
    }

    @Property(tries = 3000)
    void whatIsAcceptedOfMutatedLinesMeansOneThingOnly(@ForAll("mutatedCorpusLines") String endpoint) throws Exception {
        requireOneMeaningIfAccepted(endpoint);
    }

    @Property(tries = 3000)
    void whatIsAcceptedOfHostilePiecesMeansOneThingOnly(@ForAll("pieces") String endpoint) throws Exception {
        requireOneMeaningIfAccepted(endpoint);
    }

    @Property(tries = 2000)
    void anyTextEitherPassesOrIsRefused(@ForAll String text) throws Exception {
        requireOneMeaningIfAccepted(text);
        requireOneMeaningIfAccepted("/api/v1/documents/" + text);
        requireOneMeaningIfAccepted("/api/v1/upload?" + text);
    }

    @Property(tries = 2000)
    void anyTextPassesAsAQueryValueOnceEncodedUnlessItIsRefusedForItsContents(@ForAll String text) throws Exception {
        requireOneMeaningIfAccepted("/api/v1/upload?q=" + Percent.encode(text));
        requireOneMeaningIfAccepted("/api/v1/documents/" + Percent.encode(text));
    }

    private void requireOneMeaningIfAccepted(String endpoint) throws Exception {
        for (EndpointPolicy each : List.of(policy, permissive)) {
            try {
                each.check(endpoint);
            } catch (PolicyViolation e) {
                Statistics.collect("refused");
                assertThat(e.detail()).matches("[ -~]{1,100}");
                continue;
            }
            Statistics.collect("accepted");
            URI uri = new URI("http://h:1" + endpoint);
            assertThat(uri.getScheme()).isEqualTo("http");
            assertThat(uri.getHost()).isEqualTo("h");
            assertThat(uri.getPort()).isEqualTo(1);
            assertThat(uri.getRawUserInfo()).isNull();
            assertThat(uri.getRawFragment()).isNull();
            assertThat(uri.normalize().getRawPath()).isEqualTo(uri.getRawPath());
            assertThat(uri.getPath().chars().filter(c -> c == '/').count())
                    .isEqualTo(uri.getRawPath().chars().filter(c -> c == '/').count());
            assertThat(uri.toASCIIString()).isEqualTo("http://h:1" + endpoint);
            if (each == policy) {
                assertThat(uri.getRawPath()).matches("/api/v1/upload|/api/v1/documents/.*");
                assertThat(uri.getPath()).matches("(?s)/api/v1/upload|/api/v1/documents/.*");
            }
        }
    }
}
