package io.kafkasend.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.common.contenttype.ContentType;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a token server answers is a token fit for a header, or a failure in words of our own. */
class TokenResponseFuzzTest {
    private static final String SECRET = "s3cret-canary";
    private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");
    private static final int[] STATUSES = {200, 400, 401, 302, 500};

    private final ClientCredentials credentials =
            Credentials.of("https://auth.example/token", "portal", SECRET, "", "");

    static Stream<byte[]> corpus() {
        return Stream.of(
                        "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":300}",
                        "{\"access_token\":\"abc\",\"token_type\":\"bearer\",\"expires_in\":\"300\"}",
                        "{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"Bearer\"}",
                        "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":1e999999999}",
                        "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":-1}",
                        "{\"access_token\":{},\"token_type\":[]}",
                        "{\"error\":\"invalid_client\",\"error_description\":\"" + SECRET + "\\r\\nforged\"}",
                        "{\"error\":\"a\\u202eb\"}",
                        "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
                        "<html>")
                .flatMap(json -> Stream.of("\u0000", "\u0001").map(status -> status + json))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    /** The first byte chooses the status. */
    @MethodSource("corpus")
    @FuzzTest
    void anyAnswerIsATokenOrAFailure(byte[] input) {
        int status = input.length == 0 ? 200 : STATUSES[Math.floorMod(input[0], STATUSES.length)];
        String body = input.length == 0 ? "" : new String(input, 1, input.length - 1, StandardCharsets.UTF_8);
        TokenRequester requester = new TokenRequester(credentials, request -> {
            HTTPResponse response = new HTTPResponse(status);
            response.setEntityContentType(ContentType.APPLICATION_JSON);
            response.setBody(body);
            return response;
        });
        try {
            AccessToken token = requester.request(NOW);
            assertThat(status).isEqualTo(200);
            assertThat(token.authorizationHeader()).matches("Bearer [!-~]{1,65536}");
            assertThat(token.toString()).doesNotContain(SECRET);
        } catch (TokenException e) {
            assertThat(e.getMessage()).matches("[ -~]{1,400}").doesNotContain(SECRET);
            assertThat(e.getCause()).isNull();
            assertThat(e.kind() == TokenException.Kind.UNAVAILABLE && status == 200)
                    .as(e.getMessage())
                    .isFalse();
        }
    }
}
