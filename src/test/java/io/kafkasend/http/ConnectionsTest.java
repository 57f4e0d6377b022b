package io.kafkasend.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.http.SloppyServer.Way;
import io.kafkasend.tls.TestAuthority;
import io.kafkasend.tls.TlsContexts;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that leave bodies unread, say too much or close, and what the next request gets. Real sockets, real TLS. */
@Timeout(60)
class ConnectionsTest {
    private static final TestAuthority AUTHORITY = new TestAuthority("test authority");
    // Made once: to make one costs more than a handshake.
    private static final SSLContext SERVERS =
            TlsContexts.of(AUTHORITY.issue("localhost").trusting(AUTHORITY));
    private static final SSLContext CLIENTS =
            TlsContexts.of(AUTHORITY.issue("client").trusting(AUTHORITY));
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS");
    private static final String SMUGGLED = "GET /admin HTTP/1.1\r\nHost: x\r\n\r\n";

    private static SloppyServer server(boolean tls) throws IOException {
        return new SloppyServer(tls ? SERVERS : null);
    }

    private static CloseableHttpClient client() {
        HttpClientBuilder builder = HttpClients.custom()
                .setConnectionManager(new DirectConnections(Duration.ofSeconds(10))
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(CLIENTS))
                        .build())
                .disableAutomaticRetries()
                .disableContentCompression();
        OneJobEach.govern(builder);
        return builder.build();
    }

    /** The answer's body; of one that is refused, the exception's message. */
    private static String call(CloseableHttpClient client, String method, String url, String body) {
        HttpUriRequestBase request = new HttpUriRequestBase(method, java.net.URI.create(url));
        if (body != null) {
            request.setHeader("Content-Type", "text/plain"); // OPTIONS is not sent without
            request.setEntity(new ByteArrayEntity(body.getBytes(StandardCharsets.ISO_8859_1), null));
        }
        try {
            return client.execute(
                    request, answer -> answer.getEntity() == null ? "" : EntityUtils.toString(answer.getEntity()));
        } catch (IOException e) {
            return "failed: " + e.getMessage();
        }
    }

    static Stream<Arguments> everyMethodAndWay() {
        return METHODS.stream().flatMap(method -> Stream.of(Way.values()).flatMap(way -> Stream.of(false, true)
                .flatMap(tls -> Stream.of(false, true).map(body -> Arguments.of(method, way, tls, body)))));
    }

    @ParameterizedTest
    @MethodSource("everyMethodAndWay")
    void nobodyGetsAnothersAnswerAndNothingIsSmuggled(String method, Way way, boolean tls, boolean body)
            throws Exception {
        try (SloppyServer server = server(tls);
                CloseableHttpClient client = client()) {
            // Given
            call(client, "GET", server.url() + "/warm", null); // there is a connection to be used again

            // When
            call(client, method, server.url() + "/first/" + way, body ? SMUGGLED : null);
            server.sendWhatIsLate();
            Awaitility.await().until(() -> way != Way.CLOSES || server.closed() > 0);
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                answers.add(call(client, "GET", server.url() + "/next/" + i, null));
            }

            // Then
            assertThat(answers)
                    .containsExactly(
                            "answer to /next/0", "answer to /next/1", "answer to /next/2", "answer to /next/3");
            assertThat(server.lines())
                    .containsExactly(
                            "GET /warm HTTP/1.1",
                            method + " /first/" + way + " HTTP/1.1",
                            "GET /next/0 HTTP/1.1",
                            "GET /next/1 HTTP/1.1",
                            "GET /next/2 HTTP/1.1",
                            "GET /next/3 HTTP/1.1");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void requestsWithoutABodyShareAConnection(boolean tls) throws Exception {
        try (SloppyServer server = server(tls);
                CloseableHttpClient client = client()) {
            // When
            for (int i = 0; i < 10; i++) {
                for (String method : List.of("GET", "PUT", "DELETE", "OPTIONS")) {
                    assertThat(call(client, method, server.url() + "/" + i, null))
                            .isEqualTo("answer to /" + i);
                }
            }

            // Then
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET,false", "DELETE,false", "HEAD,false", "OPTIONS,false", "POST,true", "PUT,true", "PATCH,true"})
    void onlyWhatIsMeantToHaveABodySaysThatThereIsNone(String method, boolean says) throws Exception {
        try (SloppyServer server = server(false);
                CloseableHttpClient client = client()) {
            // When
            call(client, method, server.url() + "/", "");

            // Then
            assertThat(server.heads().get(0).contains("Content-Length: 0\r\n")).isEqualTo(says);
            assertThat(server.heads().get(0).contains("Content-Length")).isEqualTo(says);
            assertThat(server.heads().get(0)).doesNotContain("Upgrade");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatCannotBeMadeAgainIsNotSentByAConnectionThatStoodIdle(boolean tls) throws Exception {
        try (SloppyServer server = server(tls);
                CloseableHttpClient client = client()) {
            // Given
            call(client, "GET", server.url() + "/warm", null);

            // When
            call(client, "POST", server.url() + "/a", null);
            call(client, "PATCH", server.url() + "/b", "body");

            // Then
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionThatTheServerHasClosedIsNotUsed(boolean tls) throws Exception {
        try (SloppyServer server = server(tls);
                CloseableHttpClient client = client()) {
            for (int i = 1; i <= 10; i++) {
                // Given
                int before = i;
                assertThat(call(client, "GET", server.url() + "/" + i + "/CLOSES", null))
                        .isEqualTo("answer to /" + i + "/CLOSES");

                // When
                Awaitility.await().until(() -> server.closed() == before);
            }

            // Then
            assertThat(server.connections()).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 000 x|its status is 000, and HTTP's are 100 to 599",
                "HTTP/1.1 099 x|its status is 099, and HTTP's are 100 to 599",
                "HTTP/1.1 600 x|its status is 600, and HTTP's are 100 to 599",
                "HTTP/1.1 999|its status is 999, and HTTP's are 100 to 599",
                "HTTP/1.1 1000 x|its status is 1000, and HTTP's are 100 to 599",
                "HTTP/1.1 20 x|its status is 20, and HTTP's are 100 to 599",
                "HTTP/1.1 12345678901 x|its status is no number of three digits",
                "HTTP/1.1 abc canary|its status is no number of three digits",
                "HTTP/1.1 -20 canary|its status is no number of three digits",
                "HTTP/1.1|it is no HTTP/1 answer",
                "canary|it is no HTTP/1 answer",
                "SSH-2.0-canary|it is no HTTP/1 answer",
                "HTTP/2 200|it is no HTTP/1 answer; it looks like HTTP/2, which is not spoken here",
                "HTTP/2.0 200|it is no HTTP/1 answer; it looks like HTTP/2, which is not spoken here",
                "HTTP/1.1 101 x|it switches to another protocol (101), which was not asked for",
                "HTTP/1.1 200 OK;Transfer-Encoding: gzip, chunked|its Transfer-Encoding is another than chunked",
                "HTTP/1.1 200 OK;Transfer-Encoding: identity|its Transfer-Encoding is another than chunked",
                "HTTP/1.1 200 OK;Content-Length: 2;Content-Length: 2|it has more than one Content-Length",
                "HTTP/1.1 200 OK;Content-Length: +2|its Content-Length is no number of bytes",
                "HTTP/1.1 200 OK;Content-Length: -2|its Content-Length is no number of bytes",
                "HTTP/1.1 200 OK;canary without a colon|its head is not as HTTP/1 has it"
            })
    void anAnswerThatIsNoneIsRefusedInOurOwnWords(String head, String fault) throws Exception {
        try (ServerSocket server =
                        answering((head.replace(";", "\r\n") + "\r\n\r\nok").getBytes(StandardCharsets.US_ASCII));
                CloseableHttpClient client = client()) {
            // When
            String said = call(client, "GET", url(server), null);

            // Then
            assertThat(said).isEqualTo("failed: " + fault);
        }
    }

    @Test
    void aServerThatSpeaksTlsIsGuessed() throws Exception {
        try (ServerSocket server = answering(new byte[] {0x15, 3, 1, 0, 2, 2, 22});
                CloseableHttpClient client = client()) {
            // When
            String said = call(client, "GET", url(server), null);

            // Then
            assertThat(said)
                    .isEqualTo("failed: it is no HTTP/1 answer; it looks like TLS: is the URL to begin with https?");
        }
    }

    @Test
    void aHeadThatBrokeOffIsNoAnswer() throws Exception {
        try (ServerSocket server =
                        answering("HTTP/1.1 200 OK\r\nContent-Type: text/plain".getBytes(StandardCharsets.US_ASCII));
                CloseableHttpClient client = client()) {
            // When
            String said = call(client, "GET", url(server), null);

            // Then
            assertThat(said).isEqualTo("failed: the answer's head ended before its end");
        }
    }

    @Test
    void aServerThatAnswersBeforeItIsAskedIsNotAskedAgainOnThatConnection() throws Exception {
        // Given
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                SocketChannel channel = SocketChannel.open(server.getLocalSocketAddress());
                Socket talking = server.accept()) {
            AccountedConnection connection = new AccountedConnection("new", Http1Config.DEFAULT);
            connection.bind(channel.socket());
            talking.getOutputStream().write(SloppyServer.FORGED.getBytes(StandardCharsets.US_ASCII));

            // When
            connection.sendRequestHeader(new BasicClassicHttpRequest("GET", "/"));

            // Then
            assertThat(connection.isConsistent()).isFalse();
        }
    }

    /** What a server does once it has refused a body by the head alone. */
    private enum Then {
        READS_ON,
        ENDS_ITS_SIDE,
        CLOSES
    }

    @ParameterizedTest
    @CsvSource({"READS_ON,false", "READS_ON,true", "ENDS_ITS_SIDE,false", "CLOSES,false"})
    void anAnswerThatComesBeforeTheBodyIsSentIsTheAnswer(Then then, boolean tls) throws Exception {
        String refusal = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large";
        try (ServerSocket server = tls
                        ? SERVERS.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress())
                        : new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                CloseableHttpClient client = client()) {
            // Given
            daemon(() -> {
                try (Socket socket = server.accept()) {
                    readHead(socket);
                    socket.getOutputStream().write(refusal.getBytes(StandardCharsets.US_ASCII));
                    if (then == Then.READS_ON) {
                        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                    } else if (then == Then.ENDS_ITS_SIDE) {
                        socket.shutdownOutput();
                    }
                } catch (IOException e) {
                    // the client has closed
                }
            });

            // When
            String url = (tls ? "https://localhost:" : "http://127.0.0.1:") + server.getLocalPort() + "/";
            String answer = call(client, "POST", url, "x".repeat(20_000_000));

            // Then
            assertThat(answer).isEqualTo("too large");
        }
    }

    private static String url(ServerSocket server) {
        return "http://127.0.0.1:" + server.getLocalPort() + "/";
    }

    /** A server that reads a request's head, sends what it was given, and closes. */
    private static ServerSocket answering(byte[] answer) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(() -> {
            try (Socket socket = server.accept();
                    OutputStream out = socket.getOutputStream()) {
                readHead(socket);
                out.write(answer);
            } catch (IOException e) {
                // the test is over
            }
        });
        return server;
    }

    private static void readHead(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "answering");
        thread.setDaemon(true);
        thread.start();
    }

    private static String answerWith(String headers) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                CloseableHttpClient client = client()) {
            Thread api = new Thread(() -> {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().read(new byte[8_192]);
                    OutputStream out = socket.getOutputStream();
                    out.write(("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + headers + "\r\nok")
                            .getBytes(StandardCharsets.ISO_8859_1));
                    out.flush();
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // what is too long is not read to its end
                }
            });
            api.setDaemon(true);
            api.start();
            return call(client, "GET", "http://127.0.0.1:" + server.getLocalPort() + "/", null);
        }
    }

    @Test
    void longLinesAndManyFieldsAreRead() throws Exception {
        assertThat(answerWith("X-Long: " + "a".repeat(100_000) + "\r\n")).isEqualTo("ok");
        assertThat(answerWith("X-Many: a\r\n".repeat(999))).isEqualTo("ok");
    }

    @Test
    void aHeadThatIsTooLargeIsToldFromABrokenConnection() throws Exception {
        for (String headers : List.of(
                "X-Long: " + "a".repeat(200_000) + "\r\n",
                "X-Many: a\r\n".repeat(1_001),
                ("X-Both: " + "a".repeat(1_000) + "\r\n").repeat(900),
                "X-Endless: " + "a".repeat(20_000_000))) {
            assertThat(answerWith(headers))
                    .isEqualTo("failed: its head is larger than 131072 bytes or 1000 header fields");
        }
    }
}
