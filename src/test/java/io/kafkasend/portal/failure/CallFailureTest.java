package io.kafkasend.portal.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import io.kafkasend.security.address.AddressRefusedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CallFailureTest {
    private static final String CANARY = "canary\r\n\u001b[31m";

    static Stream<Throwable> quoting() {
        return Stream.of(
                new ProtocolException(CANARY),
                new ClientProtocolException(CANARY, new ParseException(CANARY)),
                new MalformedChunkCodingException(CANARY),
                new AnswerException(new MessageConstraintException(CANARY)));
    }

    @ParameterizedTest
    @MethodSource("quoting")
    void whatTheApiSentIsNotQuoted(Throwable failure) {
        assertThat(CallFailure.shown(failure))
                .startsWith("what came is not well-formed HTTP ("
                        + failure.getClass().getSimpleName())
                .doesNotContain("canary");
    }

    static Stream<Arguments> plain() {
        return Stream.of(
                arguments(
                        new ConnectException("Connect to http://h:1 [h/1.2.3.4] failed: Connection refused"),
                        "connection refused"),
                arguments(new ConnectException("Network is unreachable"), "no route to the host"),
                arguments(new NoRouteToHostException("Host is unreachable"), "no route to the host"),
                arguments(new ConnectTimeoutException("Connect timed out"), "no connection in time"),
                arguments(
                        new ConnectionRequestTimeoutException("Timeout deadline: 180000 MILLISECONDS"),
                        "none of the portal's connections was free in time"),
                arguments(
                        new UnknownHostException("api.example.com"),
                        "unknown host: the name service has no address of api.example.com"),
                arguments(
                        new AddressRefusedException(new PolicyViolation(Reason.ADDRESS_FORBIDDEN, "it is internal")),
                        "no address that may be connected to: it is internal"),
                arguments(
                        new PolicyViolation(Reason.ENDPOINT_NOT_ALLOWED, "the allow-list does not have this path"),
                        "the allow-list does not have this path"),
                arguments(
                        new io.kafkasend.protocol.ProtocolException(
                                ErrorCode.INVALID_MESSAGE, null, "total_chunks differs from START's"),
                        "total_chunks differs from START's"),
                arguments(new SocketTimeoutException("Read timed out"), "no answer in time"),
                arguments(new SocketException("Connection reset"), "connection reset"),
                arguments(new SocketException("Broken pipe"), "the connection was closed while the request was sent"),
                arguments(
                        new NoHttpResponseException("h:1 failed to respond"),
                        "the connection was closed before an answer"),
                arguments(new AnswerException(new SocketException("Connection reset")), "connection reset"),
                arguments(new ConnectionClosedException(), "the connection was closed before the answer's end"),
                arguments(
                        new SSLHandshakeException("the certificate of h is of no authority trusted by PORTAL_CA_FILE"),
                        "TLS failed: the certificate of h is of no authority trusted by PORTAL_CA_FILE"),
                arguments(
                        new RefusedException(ErrorCode.JOB_TIMEOUT, "0 of 2 chunks came in time"),
                        "0 of 2 chunks came in time"));
    }

    @ParameterizedTest
    @MethodSource("plain")
    void whatTheNetworkDoesIsSaidInPlainWords(Throwable failure, String words) {
        assertThat(CallFailure.shown(failure)).isEqualTo(words);
    }

    @Test
    void aRealConnectionThatIsRefusedAndAHostThatIsNoneAreSaidInPlainWordsToo() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        try (CloseableHttpClient client = HttpClients.createMinimal()) {
            assertThat(CallFailure.shown(failure(client, "http://127.0.0.1:" + port + "/")))
                    .isEqualTo("connection refused");
            assertThat(CallFailure.shown(failure(client, "http://host.invalid/")))
                    .startsWith("unknown host");
        }
    }

    private static Throwable failure(CloseableHttpClient client, String url) {
        return catchThrowable(() -> client.execute(new HttpGet(url), answer -> null));
    }

    @Test
    void anyOtherMessageIsShownByNameAndPrintable() {
        assertThat(CallFailure.shown(new IllegalStateException("odd"))).isEqualTo("IllegalStateException: odd");
        assertThat(CallFailure.shown(new IOException("a\r\n" + "b".repeat(1_000))))
                .startsWith("IOException: a\\r\\nb")
                .hasSizeLessThan(320);
    }
}
