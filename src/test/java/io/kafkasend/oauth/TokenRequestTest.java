package io.kafkasend.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kafkasend.oauth.TokenException.Kind;
import io.kafkasend.oauth.TokenServer.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire, and what each answer means. Real HTTP. */
@Timeout(60)
class TokenRequestTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final TokenServer server = new TokenServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private static AccessToken request(ClientCredentials credentials) throws TokenException {
        return new TokenRequester(credentials, new TokenTransport()).request(NOW);
    }

    private TokenException failure() {
        return failure(server.credentials(), new TokenTransport());
    }

    private static TokenException failure(ClientCredentials credentials, TokenTransport transport) {
        TokenException failure = catchThrowableOfType(
                TokenException.class, () -> new TokenRequester(credentials, transport).request(NOW));
        assertThat(failure).isNotNull().hasNoCause();
        assertThat(failure.getMessage())
                .startsWith("token server " + credentials.host() + ": ")
                .doesNotContain("canary", "described-in-the-body", "\n", "\r");
        return failure;
    }

    // --- the request

    @Test
    void postsTheGrantAndNothingElseByDefault() throws Exception {
        // When
        AccessToken token = request(server.credentials());

        // Then
        TokenServer.Asked asked = server.asked.get(0);
        assertThat(token).isEqualTo(new AccessToken("token-1", NOW.plusSeconds(3600)));
        assertThat(asked.method()).isEqualTo("POST");
        assertThat(asked.target()).isEqualTo("/token");
        assertThat(asked.body()).isEqualTo("grant_type=client_credentials");
        assertThat(asked.contentType()).startsWith("application/x-www-form-urlencoded");
        assertThat(asked.accept()).isEqualTo("application/json");
    }

    @Test
    void formEncodesIdAndSecretBeforeBase64() throws Exception {
        // Given
        ClientCredentials credentials = Credentials.of(server.url("/token"), "por:tal", "p+a%s s\u00fc&=/", null, null);

        // When
        request(credentials);

        // Then
        String basic = server.asked.get(0).authorization();
        assertThat(basic).startsWith("Basic ");
        assertThat(new String(Base64.getDecoder().decode(basic.substring(6)), StandardCharsets.UTF_8))
                .isEqualTo("por%3Atal:p%2Ba%25s+s%C3%BC%26%3D%2F");
        assertThat(server.asked.get(0).body()).doesNotContain("client_id", "client_secret");
    }

    @Test
    void formEncodesScopeAndAudience() throws Exception {
        // Given
        ClientCredentials credentials = Credentials.of(
                server.url("/token"), "portal", "s", "read:a  b,c&d=1", "https://api.example.com/?x=1&y=\u00fc");

        // When
        request(credentials);

        // Then
        assertThat(server.asked.get(0).body().split("&"))
                .containsExactlyInAnyOrder(
                        "grant_type=client_credentials",
                        "scope=read%3Aa+b%2Cc%26d%3D1",
                        "audience=https%3A%2F%2Fapi.example.com%2F%3Fx%3D1%26y%3D%C3%BC");
    }

    @Test
    void keepsTheQueryOfTheTokenUrl() throws Exception {
        // Given
        ClientCredentials credentials = Credentials.of(server.url("/oauth/token?tenant=a%26b"), "portal", "s", "", "");

        // When
        request(credentials);

        // Then
        assertThat(server.asked.get(0).target()).isEqualTo("/oauth/token?tenant=a%26b");
        assertThat(server.asked.get(0).body()).isEqualTo("grant_type=client_credentials");
    }

    // --- good answers

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "bearer", "BEARER"})
    void takesTheTokenTypeInAnyCase(String type) throws Exception {
        // Given
        server.answers(Answer.json(200, "{\"access_token\":\"t\",\"token_type\":\"" + type + "\"}"));

        // When // Then
        assertThat(request(server.credentials()).value()).isEqualTo("t");
    }

    @ParameterizedTest
    @CsvSource({
        "60, 60",
        "\"60\", 60",
        "\" 60 \", 60",
        "59.9, 59",
        "0, 0",
        "-1, 0",
        "-99999999999999999999, 0",
        "1e-30, 0",
        "null, 300",
        "86401, 86400",
        "9223372036854775807, 86400",
        "9223372036854775808, 86400",
        "99999999999999999999999999, 86400",
        "1e30, 86400",
    })
    void readsExpiresInHoweverItComes(String json, long seconds) throws Exception {
        // Given
        server.answers(Answer.token("t", json));

        // When // Then
        assertThat(request(server.credentials()).expiresAt()).isEqualTo(NOW.plusSeconds(seconds));
    }

    @Test
    void takesTheDefaultLifetimeWhereTheServerNamesNone() throws Exception {
        // Given
        server.answers(Answer.json(200, "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"scope\":\"a b\"}"));

        // When // Then
        assertThat(request(server.credentials()).expiresAt())
                .isEqualTo(NOW.plus(ClientCredentialsTokens.DEFAULT_LIFETIME));
    }

    // --- refusals

    @ParameterizedTest
    @CsvSource({
        "400, invalid_client",
        "401, invalid_client",
        "400, invalid_scope",
        "400, unauthorized_client",
        "400, unsupported_grant_type",
        "403, access_denied",
    })
    void namesTheOAuthErrorOfARefusal(int status, String code) {
        // Given
        server.answers(Answer.error(status, code));

        // When
        TokenException failure = failure();

        // Then
        assertThat(failure.kind()).isEqualTo(Kind.REJECTED);
        assertThat(failure.retryable()).isFalse();
        assertThat(failure).hasMessageEndingWith(": answered " + status + " " + code);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 407, 410})
    void takesAnyOther4xxForARefusalToo(int status) {
        // Given
        server.answers(new Answer(status, "text/html", "<h1>canary</h1>".getBytes(StandardCharsets.UTF_8)));

        // When
        TokenException failure = failure();

        // Then
        assertThat(failure.kind()).isEqualTo(Kind.REJECTED);
        assertThat(failure).hasMessageEndingWith(": answered " + status + " without an OAuth error code");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "canary with spaces",
                "<canary>",
                "canary-canary-canary-canary-canary-canary-canary-canary-canary-canary"
            })
    void doesNotRepeatAnErrorCodeThatIsNone(String code) {
        // Given
        server.answers(Answer.error(400, code));

        // When
        TokenException failure = failure();

        // Then
        assertThat(failure.kind()).isEqualTo(Kind.REJECTED);
        assertThat(failure).hasMessageEndingWith(": answered 400 an unreadable error code");
    }

    // --- unavailable

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void takesServerTroubleForUnavailable(int status) {
        // Given
        server.answers(new Answer(status, "text/html", "<h1>canary</h1>".getBytes(StandardCharsets.UTF_8)));

        // When
        TokenException failure = failure();

        // Then
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure.retryable()).isTrue();
        assertThat(failure).hasMessageEndingWith(": answered " + status);
    }

    @Test
    void takesAPassingOAuthErrorForUnavailable() {
        // Given
        server.answers(Answer.error(400, "temporarily_unavailable"));

        // When // Then
        assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void tellsThatNobodyListens() throws Exception {
        // Given
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        URI url = URI.create("http://127.0.0.1:" + port + "/token");

        // When
        TokenException failure = failure(Credentials.of(url, "portal", "s-canary", "", ""), new TokenTransport());

        // Then
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageEndingWith(": no connection");
    }

    @Test
    void tellsThatAHostHasNoAddress() {
        // Given
        URI url = URI.create("http://token-server.invalid/token");

        // When
        TokenException failure = failure(Credentials.of(url, "portal", "s-canary", "", ""), new TokenTransport());

        // Then
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessage("token server token-server.invalid: host name not found");
    }

    @Test
    void tellsThatAServerSpeaksNoTls() throws Exception {
        // Given
        try (RawServer raw = new RawServer("HTTP/1.1 400 canary\r\n\r\n", false)) {
            URI url = URI.create(raw.credentials().tokenUrl().toString().replace("http:", "https:"));

            // When
            TokenException failure = failure(Credentials.of(url, "portal", "s-canary", "", ""), new TokenTransport());

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure.getMessage()).contains(": no TLS connection (");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Type: a",
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"canary"
            })
    void tellsThatAConnectionBroke(String sent) throws Exception {
        // Given
        try (RawServer raw = new RawServer(sent, false)) {
            // When
            TokenException failure = failure(raw.credentials(), new TokenTransport());

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure.getMessage()).contains(": the connection broke (");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "canary is no HTTP|it is no HTTP/1 answer",
                "HTTP/1.1 canary|its status is no number of three digits",
                "HTTP/1.1 999 canary|its status is 999, and HTTP's are 100 to 599",
                "HTTP/1.1 101 canary|it switches to another protocol (101), which was not asked for"
            })
    void saysWhatIsWrongWithAnAnswerThatIsNone(String head, String fault) throws Exception {
        // Given
        try (RawServer raw = new RawServer(head + "\r\nContent-Length: 0\r\n\r\n", false)) {
            // When
            TokenException failure = failure(raw.credentials(), new TokenTransport());

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure).hasMessageEndingWith(": its answer is not taken: " + fault);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"a"})
    void givesUpOnAnAnswerThatNeverEnds(String sent) throws Exception {
        // Given
        try (RawServer raw = new RawServer(sent, true)) {
            // When
            TokenException failure =
                    failure(raw.credentials(), new TokenTransport(Duration.ofSeconds(10), Duration.ofMillis(300)));

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure).hasMessageEndingWith(": no answer in time");
        }
    }

    @Test
    void namesEachOtherTroubleInItsOwnWords() {
        // Given
        ClientCredentials credentials = server.credentials();

        // When // Then
        assertThatThrownBy(() -> failing(credentials, new HttpConnectTimeoutException("canary")))
                .hasMessageEndingWith(": no connection in time");
        assertThatThrownBy(() -> failing(credentials, new UnknownHostException("canary")))
                .hasMessageEndingWith(": host name not found");
        assertThatThrownBy(() -> failing(credentials, new ConnectException("canary")))
                .hasMessageEndingWith(": no connection");
        assertThatThrownBy(() -> failing(credentials, new SSLException("bad\r\n" + "x".repeat(300))))
                .hasMessageEndingWith(": no TLS connection (bad??" + "x".repeat(195) + "...)");
        assertThatThrownBy(() -> failing(credentials, new IOException("canary")))
                .hasMessageEndingWith(": the connection broke (IOException)");
    }

    private static void failing(ClientCredentials credentials, IOException failure) throws TokenException {
        new TokenRequester(credentials, request -> {
                    throw failure;
                })
                .request(NOW);
    }

    @Test
    void endsWhenItsThreadIsInterrupted() throws Exception {
        // Given
        try (RawServer raw = new RawServer("", true)) {
            Thread.currentThread().interrupt();

            // When
            TokenException failure = failure(raw.credentials(), new TokenTransport());

            // Then
            assertThat(Thread.interrupted()).isTrue();
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        }
    }

    // --- malformed

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "``~with nothing; it takes a JSON object",
                "canary~with what is no JSON; it takes a JSON object",
                "<h1>canary</h1>~with what is no JSON, but HTML or XML; it takes a JSON object",
                "[]~with JSON that is no object; it takes a JSON object",
                "null~with JSON that is no object; it takes a JSON object",
                "{~with what is no JSON; it takes a JSON object",
                "{} {}~with more than one JSON object",
                "{\"access_token\":1,\"token_type\":\"Bearer\"}~with access_token being a number; it takes a string",
                "{\"access_token\":{\"a\":1},\"token_type\":\"Bearer\"}~with access_token being an object; it takes a string",
                "{\"access_token\":null,\"token_type\":\"Bearer\"}~without access_token",
                "{\"access_token\":\"\",\"token_type\":\"Bearer\"}~with an empty access_token",
                "{\"access_token\":\"canary\",\"token_type\":5}~with token_type being a number; it takes a string",
                "{\"access_token\":\"canary\",\"token_type\":\"Bearer\",\"expires_in\":\"soon\"}~with expires_in being a string that is no number; it takes a number of seconds, of 64 digits at most",
                "{\"access_token\":\"canary\",\"token_type\":\"Bearer\",\"expires_in\":true}~with expires_in being no number; it takes a number of seconds, of 64 digits at most",
                "{\"access_token\":\"canary\",\"token_type\":\"Bearer\",\"expires_in\":{}}~with expires_in being an object; it takes a number of seconds, of 64 digits at most",
                "{\"token_type\":\"Bearer\"}~without access_token",
                "{}~without access_token",
                "{\"error\":\"invalid_client\"}~with error in place of access_token"
            })
    void saysOfWhatIsNoTokenResponseWhichRuleItBreaks(String body, String rule) {
        // Given
        server.answers(Answer.json(200, body));

        // When
        TokenException failure = failure();

        // Then
        assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
        assertThat(failure.retryable()).isFalse();
        assertThat(failure).hasMessageEndingWith(": answered 200 " + rule);
    }

    /** Whatever else a server says, or says it as: none of it goes into a request. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"access_token\":\"t\"}",
                "{\"access_token\":\"t\",\"token_type\":null}",
                "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"scope\":[\"a\",\"b\"]}",
                "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"scope\":\"\\\"\"}",
                "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"refresh_token\":\"\",\"id_token\":5}",
                "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"issued_token_type\":\"?\",\"x\":1,\"x\":2}",
                "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"x\":{\"a\":1,\"a\":2}}",
                "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"error\":null}",
            })
    void judgesAnAnswerByWhatIsUsedOfIt(String body) throws Exception {
        for (String type : new String[] {"application/json", "text/plain", "text/html", "no type at all", null}) {
            // Given
            server.answers(new Answer(200, type, body.getBytes(StandardCharsets.UTF_8)));

            // When // Then
            assertThat(request(server.credentials()).value()).as(type).isEqualTo("t");
        }
    }

    @Test
    void readsAnErrorCodeWhateverTypeItIsSentAs() {
        // Given
        server.answers(new Answer(400, "text/plain", "{\"error\":\"invalid_scope\"}".getBytes(StandardCharsets.UTF_8)));

        // When // Then
        assertThat(failure()).hasMessageEndingWith(": answered 400 invalid_scope");
    }

    @Test
    void refusesANumberOfManyDigits() {
        // Given
        server.answers(Answer.token("canary", "9".repeat(100)));

        // When // Then
        assertThat(failure().kind()).isEqualTo(Kind.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"access_token\":\"canary\",\"access_token\":\"other\",\"token_type\":\"Bearer\"}",
                "{\"access_token\":\"canary\",\"token_type\":\"Bearer\",\"token_type\":\"Bearer\"}",
                "{\"access_token\":\"canary\",\"token_type\":\"Bearer\",\"expires_in\":1,\"expires_in\":9}",
                "{\"access_token\":\"canary\",\"access_\\u0074oken\":\"other\",\"token_type\":\"Bearer\"}",
            })
    void refusesANameThatIsThereTwice(String body) {
        // Given
        server.answers(Answer.json(200, body));

        // When
        TokenException failure = failure();

        // Then
        assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
        assertThat(failure)
                .hasMessageMatching(".*: answered 200 with \\w+ twice, of which two readers may take either");
    }

    @Test
    void takesNestingUpToADepthAndNoFurther() throws Exception {
        // Given
        String json = "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"x\":%s}";
        server.answers(number -> Answer.json(
                200,
                String.format(json, number == 1 ? "[".repeat(15) + "]".repeat(15) : "[".repeat(16) + "]".repeat(16))));

        // When // Then
        assertThat(request(server.credentials()).value()).isEqualTo("t");
        assertThat(failure().kind()).isEqualTo(Kind.MALFORMED);
    }

    @Test
    void refusesDeepNesting() {
        // Given
        server.answers(Answer.token("canary", "[".repeat(100_000)));

        // When // Then
        assertThat(failure().kind()).isEqualTo(Kind.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DPoP", "mac", "N_A", "Basic"})
    void refusesOtherTokenTypes(String type) {
        // Given
        server.answers(Answer.json(200, "{\"access_token\":\"canary\",\"token_type\":\"" + type + "\"}"));

        // When
        TokenException failure = failure();

        // Then
        assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
        assertThat(failure)
                .hasMessageEndingWith(
                        ": answered 200 with a token_type other than Bearer, which is the one that it takes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"canary\\r\\nX-Evil: 1", "canary\\u0000", "canary canary", "canary\u00fc", "can=ary"})
    void refusesATokenThatCouldBreakOutOfAHeader(String value) {
        // Given
        server.answers(Answer.token(value, 60));

        // When
        TokenException failure = failure();

        // Then
        assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
        assertThat(failure).hasMessageContaining(": answered 200 with an access token whose character ");
    }

    @Test
    void refusesATokenThatIsTooLong() {
        // Given
        server.answers(Answer.token("a".repeat(AccessToken.MAX_LENGTH + 1), 60));

        // When // Then
        assertThat(failure()).hasMessageEndingWith(": answered 200 with an access token longer than 16384 characters");
    }

    @Test
    void readsAMebibyteAndNoMore() throws Exception {
        // Given
        String json = "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}";
        String largest = json + " ".repeat(TokenTransport.MAX_RESPONSE_BYTES - json.length());
        server.answers(number -> Answer.json(200, number == 1 ? largest : largest + " "));

        // When
        AccessToken token = request(server.credentials());
        TokenException failure = failure();

        // Then
        assertThat(token.value()).isEqualTo("t");
        assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
        assertThat(failure).hasMessageEndingWith(": sent an answer larger than 1048576 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void followsNoRedirect(int status) {
        // Given
        server.answers(new Answer(status, null, new byte[0]));

        // When
        TokenException failure = failure();

        // Then
        assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
        assertThat(failure).hasMessageEndingWith(": answered " + status + ", a redirect, which is not followed");
        assertThat(server.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 202, 204})
    void takesNoOtherSuccessFor200(int status) {
        // Given
        server.answers(new Answer(status, null, new byte[0]));

        // When // Then
        assertThat(failure()).hasMessageEndingWith(": answered " + status + ", not 200");
    }

    /** Accepts connections, reads the request's first bytes, sends raw bytes, and hangs up or hangs. */
    private static final class RawServer implements AutoCloseable {
        private final ServerSocket socket;
        private final CountDownLatch done = new CountDownLatch(1);

        RawServer(String sent, boolean hang) throws IOException {
            socket = new ServerSocket(0);
            Thread thread = new Thread(() -> {
                while (!socket.isClosed()) {
                    try (Socket connection = socket.accept()) {
                        connection.getInputStream().read(new byte[8192]);
                        connection.getOutputStream().write(sent.getBytes(StandardCharsets.UTF_8));
                        connection.getOutputStream().flush();
                        if (hang) {
                            done.await();
                        }
                    } catch (IOException | InterruptedException e) {
                        // The test is over, or the client has gone: the next connection is another matter.
                        continue;
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        ClientCredentials credentials() {
            URI url = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/token");
            return Credentials.of(url, "portal", "top-secret-canary", "", "");
        }

        @Override
        public void close() throws IOException {
            done.countDown();
            socket.close();
        }
    }
}
