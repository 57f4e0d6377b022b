package io.kafkasend.security.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeaderPolicyTest {
    private final ResponseHeaderPolicy usual = new ResponseHeaderPolicy(ResponseHeaderPolicy.DEFAULT);

    @ParameterizedTest
    @ValueSource(
            strings = {"Content-Type", "content-disposition", "ETag", "Location", "X-RateLimit-Reset", "RateLimit"})
    void passesTheUsualHeaders(String name) {
        assertThat(usual.filter(Map.of(name, "x")).headers()).containsExactly(Map.entry(name, "x"));
        assertThat(usual.uselessEntries()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Set-Cookie", "WWW-Authenticate", "Server", "X-Powered-By", "Content-Length", "Connection"})
    void keepsTheRestBack(String name) {
        assertThat(usual.filter(Map.of(name, "x")).headers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Set-Cookie", "WWW-Authenticate"})
    void cookiesAndChallengesPassIfNamedButNotByAPrefix(String name) {
        // Given
        String prefix = name.substring(0, 3) + "*";

        // Then
        assertThat(new ResponseHeaderPolicy(prefix).filter(Map.of(name, "x")).headers())
                .isEmpty();
        assertThat(new ResponseHeaderPolicy(name).filter(Map.of(name, "x")).headers())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "Transfer-Encoding",
                "Connection",
                "Content-Length",
                "Proxy-Authenticate",
                "Upgrade",
                "Trailer",
                "CamelHttpUri",
                "kafka.TOPIC"
            })
    void someNeverPassEvenIfNamed(String name) {
        // Given
        ResponseHeaderPolicy policy = new ResponseHeaderPolicy(name);

        // Then
        assertThat(policy.filter(Map.of(name, "x")).headers()).isEmpty();
        assertThat(policy.uselessEntries()).containsExactly(name);
    }

    @Test
    void valuesMayHaveLatinCharactersButNoControlsAndNoOthers() {
        // Given
        String name = "Content-Disposition";

        // Then
        assertThat(usual.filter(Map.of(name, "filename=é\u0085")).headers()).hasSize(1);
        assertThat(usual.filter(Map.of(name, "a\r\nb")).headers()).isEmpty();
        assertThat(usual.filter(Map.of(name, "€")).headers()).isEmpty();
    }

    @Test
    void whatConnectionNamesIsForOneHop() {
        // Given
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("cONNECTION", "close, ETag ,x_request_id");
        headers.put("etag", "1");
        headers.put("X-Request-ID", "2");
        headers.put("Date", "3");

        // Then
        assertThat(new ResponseHeaderPolicy(ResponseHeaderPolicy.DEFAULT)
                        .filter(headers)
                        .headers())
                .containsExactly(Map.entry("Date", "3"));
    }
}
