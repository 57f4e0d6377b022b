package io.kafkasend.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.dev.http.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** At a raw socket: what a client library would hide. */
@Timeout(60)
class DevHttpServerTest {

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private final DevHttpServer server = DevHttpServer.start("test-server", "127.0.0.1", 0, this::handle);

    @AfterEach
    void stop() {
        server.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        seen.add(exchange.method() + " " + exchange.target());
        switch (exchange.uri().getPath()) {
            case "/unread" -> exchange.send(200, bytes("unread"));
            case "/repeat" -> {
                byte[] body = exchange.body().readAllBytes();
                exchange.send(200, body);
            }
            case "/status" -> exchange.send(Integer.parseInt(exchange.uri().getQuery()), bytes("body"));
            case "/thread" -> exchange.send(200, bytes(Thread.currentThread().getName()));
            case "/wait" -> {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    seen.add("interrupted");
                }
            }
            case "/fail" -> throw new IllegalStateException("on purpose");
            case "/fail-late" ->
                exchange.send(200, 10, out -> {
                    out.write(bytes("half"));
                    throw new IllegalStateException("on purpose");
                });
            default -> throw new IOException("on purpose");
        }
    }

    @Test
    void requestsFollowEachOtherOnOneConnectionAndOneThread() throws Exception {
        // Given
        try (Socket socket = connect()) {
            // When
            String first = exchange(socket, "GET /thread HTTP/1.1\r\nHost: a\r\n\r\n", "test-server-1");
            String second = exchange(socket, "GET /thread HTTP/1.1\r\nHost: a\r\n\r\n", "test-server-1");

            // Then
            assertThat(first)
                    .startsWith("HTTP/1.1 200 OK\r\nDate: ")
                    .contains("\r\nContent-Length: 13\r\n")
                    .doesNotContain("Connection:");
            assertThat(second).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, Connection: close, close",
        "HTTP/1.1, 'Connection: TE, Close', close",
        "HTTP/1.0, Host: a, close",
        "HTTP/1.0, Connection: keep-alive, keep-alive"
    })
    void theClientSaysWhetherTheConnectionIsKept(String version, String header, String connection) throws Exception {
        // Given
        String request = "GET /thread " + version + "\r\n" + header + "\r\n\r\n";

        // When
        String answer;
        try (Socket socket = connect()) {
            if (connection.equals("close")) {
                answer = untilTheEnd(socket, request);
            } else {
                answer = exchange(socket, request, "test-server-1");
                exchange(socket, request, "test-server-1");
            }
        }

        // Then
        assertThat(answer).endsWith("test-server-1").contains("\r\nConnection: " + connection + "\r\n");
    }

    @Test
    void aBodyThatNobodyReadIsReadBeforeTheAnswer() throws Exception {
        // Given
        byte[] body = new byte[3_000_000];
        Arrays.fill(body, (byte) 'x');

        // When
        String answer;
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(bytes("POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n"));
            socket.getOutputStream().write(body);
            answer = exchange(socket, "", "unread");
            exchange(socket, "GET /thread HTTP/1.1\r\nHost: a\r\n\r\n", "test-server-1");
        }

        // Then
        assertThat(answer).startsWith("HTTP/1.1 200 OK");
        assertThat(seen).containsExactly("POST /unread", "GET /thread");
    }

    @Test
    void bodiesComeInChunksAndAfterAnInvitation() throws Exception {
        // Given
        try (Socket socket = connect()) {
            // When
            String invitation = exchange(
                    socket,
                    "POST /repeat HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "\r\n\r\n");
            String answer = exchange(socket, "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n", "hello world");

            // Then
            assertThat(invitation).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 200 OK").contains("\r\nContent-Length: 11\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"GET,200,true", "HEAD,200,false", "GET,204,false", "HEAD,204,false", "GET,304,false", "GET,599,true"})
    void aBodyIsSentOnlyWhereOneMayBe(String method, int status, boolean sent) throws Exception {
        // When
        String answer;
        try (Socket socket = connect()) {
            answer = untilTheEnd(
                    socket, method + " /status?" + status + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        }

        // Then
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").endsWith(sent ? "\r\n\r\nbody" : "\r\n\r\n");
        assertThat(answer.contains("Content-Length: 4\r\n")).isEqualTo(status != 204 && status != 304);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /a|b HTTP/1.1\r\nHost: a\r\n\r\n",
                "nonsense\r\n\r\n",
                "POST /repeat HTTP/1.1\r\nContent-Length: many\r\n\r\n",
                "POST /repeat HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
            })
    void whatIsNoRequestIsRefused(String request) throws Exception {
        // When
        String answer;
        try (Socket socket = connect()) {
            answer = untilTheEnd(socket, request);
        }

        // Then
        assertThat(answer).isEqualTo("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        assertThat(seen).isEmpty();
    }

    @Test
    void anUnknownTransferEncodingIsRefused() throws Exception {
        // When
        String answer;
        try (Socket socket = connect()) {
            answer = untilTheEnd(socket, "POST /repeat HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n");
        }

        // Then
        assertThat(answer).startsWith("HTTP/1.1 501 ");
    }

    @Test
    void headersMayBeLong() throws Exception {
        // When
        String answer;
        try (Socket socket = connect()) {
            answer = untilTheEnd(
                    socket, "GET /thread HTTP/1.1\r\nConnection: close\r\nX-Long: " + "x".repeat(200_000) + "\r\n\r\n");
        }

        // Then
        assertThat(answer).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void aFailureIsToldAsLongAsNothingWasSent() throws Exception {
        // When
        String early;
        String late;
        String lost;
        try (Socket socket = connect()) {
            early = exchange(socket, "GET /fail HTTP/1.1\r\nHost: a\r\n\r\n", "}");
            late = untilTheEnd(socket, "GET /fail-late HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        try (Socket socket = connect()) {
            lost = untilTheEnd(socket, "GET /lost HTTP/1.1\r\nHost: a\r\n\r\n");
        }

        // Then
        assertThat(early).startsWith("HTTP/1.1 500 ").endsWith("\r\n\r\n{\"error\":\"internal_error\"}");
        assertThat(late).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nhalf");
        assertThat(lost).isEmpty();
    }

    @Test
    void closingCutsConnectionsAndInterruptsHandlers() throws Exception {
        // Given
        try (Socket idle = connect();
                Socket busy = connect()) {
            exchange(idle, "GET /thread HTTP/1.1\r\nHost: a\r\n\r\n", "test-server-1");
            busy.getOutputStream().write(bytes("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"));
            assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo("GET /thread");
            assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo("GET /wait");

            // When
            server.close();

            // Then
            assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo("interrupted");
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
            assertThat(busy.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
        }
    }

    @Test
    void moreConnectionsThanThreadsWaitForTheirTurn() throws Exception {
        // Given
        Socket[] sockets = new Socket[257];
        for (int i = 0; i < sockets.length; i++) {
            sockets[i] = connect();
            sockets[i].getOutputStream().write(bytes("GET /thread HTTP/1.1\r\nHost: a\r\n\r\n"));
        }
        for (int i = 0; i < 256; i++) {
            exchange(sockets[i], "", "test-server-" + (i + 1));
        }

        // When
        boolean servedBefore = sockets[256].getInputStream().available() > 0;
        sockets[41].close();
        String answer = exchange(sockets[256], "", "test-server-42");

        // Then
        assertThat(servedBefore).isFalse();
        assertThat(answer).startsWith("HTTP/1.1 200 OK");
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void aHostThatIsNoneIsNamed() {
        // When // Then
        assertThatThrownBy(() -> DevHttpServer.start("test-server", "no host", 0, this::handle))
                .isInstanceOf(StartException.class)
                .hasMessage("cannot listen on no host: the name does not resolve");
    }

    private Socket connect() throws IOException {
        return new Socket("127.0.0.1", server.port());
    }

    /** Sends a text, and reads up to and with another. */
    private static String exchange(Socket socket, String sent, String end) throws IOException {
        socket.getOutputStream().write(bytes(sent));
        InputStream in = socket.getInputStream();
        StringBuilder received = new StringBuilder();
        while (!received.toString().endsWith(end)) {
            int c = in.read();
            assertThat(c).as(received.toString()).isNotEqualTo(-1);
            received.append((char) c);
        }
        return received.toString();
    }

    private static String untilTheEnd(Socket socket, String sent) throws IOException {
        socket.getOutputStream().write(bytes(sent));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
