package io.kafkasend.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenServerTest {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final TokenServer server = TokenServer.builder("portal", "s3cret:+%")
            .scopes("api", "files")
            .expiresIn(Duration.ofSeconds(60))
            .clock(now::get)
            .start();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void issuesATokenToAClientThatAuthenticatesByBasic() throws Exception {
        // Given
        String plain = basic("portal:s3cret:+%");
        String encoded = basic("portal:s3cret%3A%2B%25");

        // When
        HttpResponse<String> first = post("grant_type=client_credentials&scope=api", plain);
        HttpResponse<String> second = post("grant_type=client_credentials&scope=api", encoded);

        // Then
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(first.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(first.body()).contains("\"token_type\":\"Bearer\"", "\"expires_in\":60", "\"scope\":\"api\"");
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(token(second)).isNotEqualTo(token(first));
        assertThat(server.isValid(token(first))).isTrue();
        assertThat(server.isValid(token(second))).isTrue();
        assertThat(server.tokensIssued()).isEqualTo(2);
    }

    @Test
    void issuesATokenToAClientThatAuthenticatesByForm() throws Exception {
        // When
        HttpResponse<String> answer =
                post("grant_type=client_credentials&client_id=portal&client_secret=s3cret%3A%2B%25", null);

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"scope\":\"api files\"");
        assertThat(server.isValid(token(answer))).isTrue();
    }

    @Test
    void refusesAWrongSecretAsRfc6749Says() throws Exception {
        // When
        HttpResponse<String> byBasic = post("grant_type=client_credentials", basic("portal:wrong"));
        HttpResponse<String> byForm =
                post("grant_type=client_credentials&client_id=nobody&client_secret=s3cret%3A%2B%25", null);
        HttpResponse<String> notAtAll = post("grant_type=client_credentials", null);
        HttpResponse<String> garbled = post("grant_type=client_credentials", "Basic ***");

        // Then
        for (HttpResponse<String> answer : List.of(byBasic, byForm, notAtAll, garbled)) {
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).contains("\"error\":\"invalid_client\"");
            assertThat(answer.headers().firstValue("WWW-Authenticate"))
                    .hasValueSatisfying(value -> assertThat(value).startsWith("Basic "));
        }
        assertThat(server.tokensIssued()).isZero();
        assertThat(server.requests()).isEqualTo(4);
    }

    @Test
    void namesWhatIsWrongWithARequest() throws Exception {
        // Given
        String client = basic("portal:s3cret:+%");

        // When // Then
        assertError(post("scope=api", client), 400, "invalid_request");
        assertError(post("grant_type=password", client), 400, "unsupported_grant_type");
        assertError(post("grant_type=client_credentials&scope=api+admin", client), 400, "invalid_scope");
        assertError(post("grant_type=client_credentials&client_secret=x", client), 400, "invalid_request");
        assertError(post("grant_type=a&grant_type=b", client), 400, "invalid_request");
        assertError(post("grant_type=%zz", client), 400, "invalid_request");
        assertError(post("x=" + "y".repeat(70_000), client), 413, "invalid_request");
        assertError(send(HttpRequest.newBuilder(server.tokenUrl()).GET()), 405, "invalid_request");
        assertError(
                send(HttpRequest.newBuilder(server.tokenUrl())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))),
                400,
                "invalid_request");
        assertError(
                send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/other"))),
                404,
                "not_found");
    }

    @Test
    void tokensExpireAndCanBeRevoked() throws Exception {
        // Given
        String client = basic("portal:s3cret:+%");
        String first = token(post("grant_type=client_credentials", client));

        // When
        now.set(now.get().plusSeconds(59));
        boolean beforeExpiry = server.isValid(first);
        now.set(now.get().plusSeconds(1));
        boolean afterExpiry = server.isValid(first);
        String second = token(post("grant_type=client_credentials", client));
        boolean beforeRevocation = server.isValid(second);
        server.revokeAll();

        // Then
        assertThat(beforeExpiry).isTrue();
        assertThat(afterExpiry).isFalse();
        assertThat(beforeRevocation).isTrue();
        assertThat(server.isValid(second)).isFalse();
        assertThat(server.isValid(null)).isFalse();
        assertThat(server.isValid("made up")).isFalse();
    }

    @Test
    void takenPortIsNamedInOneLine() {
        // Given
        TokenServer.Builder same = TokenServer.builder("a", "b").port(server.port());

        // When // Then
        assertThatThrownBy(same::start)
                .isInstanceOf(StartException.class)
                .hasMessage("port " + server.port() + " is already in use");
    }

    private static void assertError(HttpResponse<String> answer, int status, String error) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).startsWith("{\"error\":\"" + error + "\"");
    }

    private HttpResponse<String> post(String form, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.tokenUrl())
                .header("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
                .POST(HttpRequest.BodyPublishers.ofString(form));
        return send(authorization == null ? request : request.header("Authorization", authorization));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private static String token(HttpResponse<String> answer) {
        Matcher matcher = Pattern.compile("\"access_token\":\"([^\"]+)\"").matcher(answer.body());
        assertThat(matcher.find()).as(answer.body()).isTrue();
        return matcher.group(1);
    }
}
