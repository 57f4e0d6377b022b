package io.kafkasend.security.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kafkasend.security.Corpus;
import io.kafkasend.security.PolicyViolation;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hc.core5.net.URIBuilder;
import org.junit.jupiter.params.provider.MethodSource;
import wiremock.org.eclipse.jetty.http.HttpURI;

/** Whatever the policy accepts has one meaning, to four readers of URLs that know nothing of each other. */
class EndpointFuzzTest {
    private static final String BASE = "https://api.example:8443";
    private static final String ALLOWED = "(?s)/api/v1/upload|/api/v1/documents/.*";

    private final List<EndpointPolicy> policies =
            List.of(new EndpointPolicy(Corpus.ALLOW_LIST, true), new EndpointPolicy(Corpus.ALLOW_LIST, false));

    static Stream<byte[]> corpus() {
        return Stream.concat(Corpus.hostileEndpoints().stream(), Corpus.legitEndpoints().stream())
                .map(endpoint -> endpoint.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("corpus")
    @FuzzTest
    void whatIsAcceptedLeadsToTheConfiguredHostAndAnAllowedPath(byte[] input) throws Exception {
        String endpoint = new String(input, StandardCharsets.UTF_8);
        for (EndpointPolicy policy : policies) {
            try {
                policy.check(endpoint);
            } catch (PolicyViolation e) {
                assertThat(e.detail()).matches("[ -~]{1,100}");
                continue;
            }
            requireOneMeaning(endpoint);
        }
    }

    private static void requireOneMeaning(String endpoint) throws Exception {
        URI jdk = new URI(BASE + endpoint);
        assertThat(jdk.getScheme() + "://" + jdk.getRawAuthority()).isEqualTo(BASE);
        assertThat(jdk.getPort()).isEqualTo(8443);
        assertThat(jdk.getRawFragment()).isNull();
        assertThat(jdk.normalize().getRawPath()).isEqualTo(jdk.getRawPath());
        assertThat(URI.create(BASE + "/base/").resolve(endpoint).getRawAuthority())
                .isEqualTo("api.example:8443");

        URIBuilder apache = new URIBuilder(BASE + endpoint, StandardCharsets.UTF_8);
        assertThat(apache.getScheme()).isEqualTo("https");
        assertThat(apache.getHost()).isEqualTo("api.example");
        assertThat(apache.getPort()).isEqualTo(8443);
        assertThat(apache.getUserInfo()).isNull();
        assertThat(apache.getFragment()).isNull();
        // It forgets a slash at the end.
        assertThat(String.join("/", apache.optimize().getPathSegments()) + "/")
                .matches("(?s)api/v1/upload/|api/v1/documents/.*");

        HttpURI jetty = HttpURI.from(BASE + endpoint);
        assertThat(jetty.getScheme() + "://" + jetty.getAuthority()).isEqualTo(BASE);
        assertThat(jetty.getHost()).isEqualTo("api.example");
        assertThat(jetty.getPort()).isEqualTo(8443);
        assertThat(jetty.getUser()).isNull();
        assertThat(jetty.getFragment()).isNull();
        assertThat(jetty.hasAmbiguousSegment()).isFalse();
        assertThat(jetty.hasAmbiguousSeparator()).isFalse();
        assertThat(jetty.getDecodedPath()).matches(ALLOWED);

        String path = endpoint.replaceFirst("\\?.*", "");
        for (String level = path, last = null; !level.equals(last); ) {
            assertThat(level.chars().noneMatch(c -> c < ' ' || c == 0x7F || c == '\\'))
                    .isTrue();
            assertThat(withoutDotSegments(level)).isEqualTo(level).matches(ALLOWED);
            last = level;
            level = decoded(level);
        }
    }

    /** RFC 3986, section 5.2.4, with empty segments merged and parameters cut as lenient servers do. */
    private static String withoutDotSegments(String path) {
        Deque<String> out = new ArrayDeque<>();
        for (String segment : path.substring(1).split("/", -1)) {
            String bare = segment.replaceFirst("[;?#].*", "");
            if (bare.equals("..")) {
                out.pollLast();
            } else if (!bare.equals(".")) {
                out.addLast(segment);
            }
        }
        return "/" + String.join("/", out);
    }

    /** One level of percent-decoding, byte for byte, and what is no escape left alone. */
    private static String decoded(String path) {
        byte[] in = path.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[in.length];
        int length = 0;
        for (int i = 0; i < in.length; i++) {
            boolean escape = in[i] == '%'
                    && i + 2 < in.length
                    && Character.digit(in[i + 1], 16) >= 0
                    && Character.digit(in[i + 2], 16) >= 0;
            out[length++] =
                    escape ? (byte) (Character.digit(in[i + 1], 16) * 16 + Character.digit(in[i + 2], 16)) : in[i];
            i += escape ? 2 : 0;
        }
        return new String(out, 0, length, StandardCharsets.UTF_8);
    }
}
