package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.client.Topics;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.gateway.Gateway;
import io.kafkasend.gateway.observe.GatewayManagement;
import io.kafkasend.portal.Portal;
import io.kafkasend.tls.TestAuthority;
import io.kafkasend.tls.TlsContexts;
import io.kafkasend.tls.TlsMaterial;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP through Kafka and back, with a real broker, portal and API. */
@Timeout(60)
class GatewayIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static EmbeddedBroker broker;
    private static GatewayApi api;
    private static Portal portal;
    private static Gateway gateway;

    @TempDir
    Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void startAll() throws Exception {
        broker = EmbeddedBroker.start();
        List.of("requests", "responses", "gateway", "dead").forEach(topic -> broker.createTopic(topic, 2));
        api = new GatewayApi();
        portal = Portal.start(Map.of(
                "kafkasend.bootstrap-servers",
                broker.bootstrapServers(),
                "kafkasend.request-topic",
                "requests",
                "kafkasend.response-topic",
                "responses",
                "kafkasend.dead-letter-topic",
                "dead",
                "kafkasend.reply-topics",
                "gateway",
                "kafkasend.target-api-url",
                api.url(),
                "kafkasend.allowed-endpoints",
                "/api/v1/*",
                "kafkasend.allowed-headers",
                "Content-Type,Accept,Accept-Encoding,If-None-Match,Range,X-Request-ID",
                "kafkasend.management-port",
                "off",
                "kafkasend.use-oauth",
                "false"));
        gateway = gateway(Map.of("kafkasend.gateway-reply-topic", "gateway"));
    }

    @AfterAll
    static void stopAll() {
        gateway.close();
        portal.close();
        api.close();
        broker.close();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private static Gateway gateway(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "kafkasend.bootstrap-servers",
                broker.bootstrapServers(),
                "kafkasend.request-topic",
                "requests",
                "kafkasend.response-topic",
                "responses",
                "kafkasend.gateway-port",
                "0",
                "kafkasend.gateway-management-port",
                "0"));
        settings.putAll(more);
        return Gateway.start(settings);
    }

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(0, closeable);
        return closeable;
    }

    private static HttpRequest.Builder request(Gateway at, String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + at.address().getPort() + path));
    }

    private static HttpRequest.Builder request(String path) {
        return request(gateway, path);
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static JsonNode problem(HttpResponse<byte[]> answer) throws IOException {
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        return new ObjectMapper().readTree(answer.body());
    }

    private static long crc(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return crc.getValue();
    }

    /** Writes bytes to the gateway's socket, and reads until it closes the connection. */
    private static String raw(String bytes) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", gateway.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
    void everyMethodComesWithPathQueryBodyAndHeaders(String method) throws Exception {
        // Given
        boolean bodiless = method.equals("GET") || method.equals("OPTIONS");
        String path = "/api/v1/echo/" + method + "?q=a%20b&q=%2F";

        // When
        HttpResponse<byte[]> answer = send(request(path)
                .header("X-Request-ID", "r-1")
                .header("Content-Type", "text/plain; charset=utf-8")
                .header("Authorization", "Bearer of-the-caller")
                .header("Cookie", "a=b")
                .method(method, bodiless ? BodyPublishers.noBody() : BodyPublishers.ofString("the body")));

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).asString().isEqualTo(bodiless ? "" : "the body");
        assertThat(answer.headers().firstValue("ETag")).contains("\"one\"");
        assertThat(answer.headers().firstValue("KafkaSend-Error")).isEmpty();
        GatewayApi.Seen seen = api.seen("/echo/" + method).get(0);
        assertThat(seen.uri()).isEqualTo(path);
        assertThat(seen.method()).isEqualTo(method);
        assertThat(seen.headers().get("X-request-id")).containsExactly("r-1");
        assertThat(seen.headers().get("Content-type")).containsExactly("text/plain; charset=utf-8");
        assertThat(seen.headers()).doesNotContainKeys("Authorization", "Cookie");
        assertThat(seen.headers().get("Idempotency-key"))
                .containsExactly(answer.headers().firstValue("KafkaSend-Job").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_046_528, 20_000_000})
    void bodiesOfAnySizeComeThroughBothWays(int size) throws Exception {
        // Given
        byte[] content = GatewayApi.random(size);

        // When
        HttpResponse<byte[]> known =
                send(request("/api/v1/upload/known" + size).PUT(BodyPublishers.ofByteArray(content)));
        HttpResponse<byte[]> unknown = send(request("/api/v1/upload/unknown" + size)
                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content))));
        HttpResponse<byte[]> download = send(request("/api/v1/bytes?" + size));

        // Then
        assertThat(List.of(known.statusCode(), unknown.statusCode(), download.statusCode()))
                .containsOnly(200);
        for (String kind : List.of("known", "unknown")) {
            GatewayApi.Seen seen = api.seen("/upload/" + kind + size).get(0);
            assertThat(seen.bytes()).isEqualTo(size);
            assertThat(seen.crc()).isEqualTo(crc(content));
        }
        assertThat(download.body()).isEqualTo(content);
        assertThat(download.headers().firstValueAsLong("Content-Length")).hasValue(size);
    }

    @Test
    void answersWithoutABodyHaveNone() throws Exception {
        HttpResponse<byte[]> head = send(request("/api/v1/echo").method("HEAD", BodyPublishers.noBody()));
        HttpResponse<byte[]> gone = send(request("/api/v1/gone"));
        HttpResponse<byte[]> same = send(request("/api/v1/same").header("If-None-Match", "\"one\""));
        HttpResponse<byte[]> other = send(request("/api/v1/same").header("If-None-Match", "\"two\""));

        assertThat(List.of(head.statusCode(), gone.statusCode(), same.statusCode(), other.statusCode()))
                .containsExactly(200, 204, 304, 200);
        assertThat(List.of(head.body().length, gone.body().length, same.body().length))
                .containsOnly(0);
        assertThat(other.body()).asString().isEqualTo("content");
    }

    @Test
    void whatTheApiZippedStaysZipped() throws Exception {
        HttpResponse<byte[]> answer = send(request("/api/v1/zipped").header("Accept-Encoding", "gzip"));

        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            assertThat(in.readAllBytes()).asString().isEqualTo("unzipped");
        }
    }

    @Test
    void anApisOwnErrorIsTheApisAndTheBridgesIsAProblem() throws Exception {
        // When
        HttpResponse<byte[]> ofApi = send(request("/api/v1/teapot"));
        HttpResponse<byte[]> ofBridge = send(request("/elsewhere"));

        // Then
        assertThat(ofApi.statusCode()).isEqualTo(418);
        assertThat(ofApi.body()).asString().isEqualTo("short and stout");
        assertThat(ofApi.headers().firstValue("KafkaSend-Error")).isEmpty();
        assertThat(ofBridge.statusCode()).isEqualTo(403);
        assertThat(ofBridge.headers().firstValue("KafkaSend-Error")).contains("ENDPOINT_NOT_ALLOWED");
        JsonNode problem = problem(ofBridge);
        assertThat(problem.path("code").asText()).isEqualTo("ENDPOINT_NOT_ALLOWED");
        assertThat(problem.path("status").asInt()).isEqualTo(403);
        assertThat(problem.path("retryable").asBoolean(true)).isFalse();
        assertThat(problem.path("job_id").asText())
                .isEqualTo(ofBridge.headers().firstValue("KafkaSend-Job").orElseThrow());
    }

    @Test
    void anAnswerThatBreaksOffLooksBrokenOff() throws Exception {
        // Given
        HttpResponse<InputStream> answer = HTTP.send(request("/api/v1/broken").build(), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);

        // When
        api.release("broken");

        // Then
        assertThatThrownBy(() -> answer.body().readAllBytes()).isInstanceOf(IOException.class);
    }

    @Test
    void aRefusedUploadCostsNoBody() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", gateway.address().getPort())) {
            socket.setSoTimeout(20_000);

            // When
            socket.getOutputStream()
                    .write(("PUT /elsewhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000000\r\n"
                                    + "Expect: 100-continue\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            // Then
            assertThat(answer).startsWith("HTTP/1.1 403 ").contains("KafkaSend-Error: ENDPOINT_NOT_ALLOWED");
        }
    }

    @Test
    void anUploadThatAPortalAcceptsIsAskedFor() throws Exception {
        // Given
        byte[] content = GatewayApi.random(9_000_000);
        try (Socket socket = new Socket("127.0.0.1", gateway.address().getPort())) {
            socket.setSoTimeout(20_000);
            InputStream in = socket.getInputStream();

            // When
            socket.getOutputStream()
                    .write(("PUT /api/v1/upload/expected HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                                    + content.length + "\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String first =
                    new String(in.readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length()), StandardCharsets.US_ASCII);
            socket.getOutputStream().write(content);

            // Then
            assertThat(first).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(api.seen("/upload/expected").get(0).crc()).isEqualTo(crc(content));
        }
    }

    @Test
    void aCallerThatGoesAwayEndsItsJob() throws Exception {
        // Given
        Gateway modern = open(gateway(
                Map.of("kafkasend.gateway-reply-topic", "gateway", "kafkasend.gateway-modern-portals", "true")));
        try (CapturedLog log = CapturedLog.begin("io.kafkasend.gateway.Access")) {
            // When
            try (Socket socket = new Socket("127.0.0.1", modern.address().getPort())) {
                socket.getOutputStream()
                        .write("GET /api/v1/held?gone HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> !api.seen("/held?gone").isEmpty());
            }

            // Then
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> log.lines().stream().anyMatch(line -> line.contains("went away")));
            String job = log.lines().stream()
                    .filter(line -> line.contains("went away"))
                    .findFirst()
                    .orElseThrow()
                    .replaceAll(".*job_id=([0-9a-f-]{36}).*", "$1");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> answers(job).stream().anyMatch(answer -> answer.contains("\"CANCELLED\"")));
        }
    }

    @Test
    void aGatewayThatEndsLetsAnswersComeAndTakesNoMore() throws Exception {
        // Given
        Gateway ending = gateway(Map.of("kafkasend.gateway-reply-topic", "gateway"));
        CompletableFuture<HttpResponse<byte[]>> answer =
                HTTP.sendAsync(request(ending, "/api/v1/held?last").build(), BodyHandlers.ofByteArray());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !api.seen("/held?last").isEmpty());

        // When
        CompletableFuture<Void> end = CompletableFuture.runAsync(ending::close);
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> assertThatThrownBy(
                        () -> send(request(ending, "/api/v1/echo")))
                .isInstanceOf(IOException.class));
        api.release("last");

        // Then
        assertThat(answer.get().body()).asString().isEqualTo("held");
        end.get();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "both lengths|POST /api/v1/x HTTP/1.1~Host: a~Content-Length: 4~Transfer-Encoding: chunked~~0~~|400",
                "two lengths|POST /api/v1/x HTTP/1.1~Host: a~Content-Length: 1~Content-Length: 1~~a|400",
                "a list of lengths|POST /api/v1/x HTTP/1.1~Host: a~Content-Length: 1, 1~~a|400",
                "a signed length|POST /api/v1/x HTTP/1.1~Host: a~Content-Length: +1~~a|400",
                "another coding|POST /api/v1/x HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~0~~|501",
                "a coding twice|POST /api/v1/x HTTP/1.1~Host: a~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~|400",
                "a coding with a tab|POST /api/v1/x HTTP/1.1~Host: a~Transfer-Encoding: \u000bchunked~~0~~|400",
                "chunks in 1.0|POST /api/v1/x HTTP/1.0~Host: a~Transfer-Encoding: chunked~~0~~|400",
                "no host|GET /api/v1/x HTTP/1.1~~|400",
                "two hosts|GET /api/v1/x HTTP/1.1~Host: a~Host: a~~|400",
                "a blank before the colon|GET /api/v1/x HTTP/1.1~Host : a~~|400",
                "a folded line|GET /api/v1/x HTTP/1.1~Host: a~X-A: b~ c~~|400",
                "a line without a name|GET /api/v1/x HTTP/1.1~Host: a~: b~~|400",
                "a bare LF|GET /api/v1/x HTTP/1.1^Host: a^^|400",
                "a bare CR|GET /api/v1/x HTTP/1.1~Host: a%b~~|400",
                "two blanks|GET  /api/v1/x HTTP/1.1~Host: a~~|400",
                "another version|GET /api/v1/x HTTP/2.0~Host: a~~|505",
                "no version|GET /api/v1/x~Host: a~~|400",
                "a fragment|GET /api/v1/x#y HTTP/1.1~Host: a~~|400",
                "no path|GET x HTTP/1.1~Host: a~~|400",
                "an unknown method|BREW /api/v1/x HTTP/1.1~Host: localhost~Connection: close~~|501",
            })
    void whatTwoParsersMayReadInTwoWaysIsRefused(String what, String request, int status) throws Exception {
        int before = api.seen("/x").size();

        String answer = raw(request.replace("~", "\r\n").replace('^', '\n').replace('%', '\r'));

        assertThat(answer).as(what).startsWith("HTTP/1.1 " + status + " ").contains("application/problem+json");
        assertThat(answer.split("HTTP/1\\.1 \\d")).as("answers to %s", what).hasSize(2);
        assertThat(api.seen("/x")).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"5;a=b~hello~0~~", "+5~hello~0~~", "5^hello~0~~", " 5~hello~0~~", "0x5~hello~0~~", "5~helloo~0~~"
            })
    void oddChunksMakeNoCall(String chunks) throws Exception {
        int before = api.seen("/chunks").size();

        String answer = raw(("POST /api/v1/chunks HTTP/1.1~Host: localhost~Transfer-Encoding: chunked~~" + chunks)
                .replace("~", "\r\n")
                .replace('^', '\n'));

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("BODY_INCOMPLETE");
        assertThat(api.seen("/chunks")).hasSize(before);
    }

    @Test
    void whatOnlyTheConnectionIsToKnowIsNotPassedOn() throws Exception {
        String answer = raw(
                "POST http://localhost/api/v1/hop HTTP/1.1\r\nHost: localhost\r\nConnection: close, X-Request-ID\r\n"
                        + "X-Request-ID: 1\r\nAccept: a/b\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n"
                        + "5\r\nhello\r\n0\r\nX-T: dropped\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("hello");
        assertThat(api.seen("/hop").get(0).headers())
                .containsEntry("Accept", List.of("a/b"))
                .doesNotContainKeys("X-request-id", "Trailer", "Transfer-encoding");
    }

    @Test
    void headersThatDidNotReachTheApiAreNamedToTheCaller() throws Exception {
        HttpResponse<byte[]> answer = send(request("/api/v1/headers")
                .setHeader("User-Agent", "tests")
                .header("X-Request-ID", "1")
                .header("X-Tenant", "2")
                .header("X-Request-Kind", "3")
                .GET());

        assertThat(answer.statusCode()).isEqualTo(200);
        String dropped = answer.headers().firstValue("KafkaSend-Dropped").orElse("");
        assertThat(List.of(dropped.split(", ")))
                .contains("X-Tenant", "X-Request-Kind")
                .doesNotContain("X-Request-ID");
    }

    @Test
    void aBodyOfUnknownLengthHasABound() throws Exception {
        // Given
        Gateway own = open(
                gateway(Map.of("kafkasend.gateway-reply-topic", "gateway", "kafkasend.gateway-spool-bytes", "100000")));

        // When
        HttpResponse<byte[]> fits = send(request(own, "/api/v1/upload/bounded")
                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[100_000]))));
        HttpResponse<byte[]> over = send(request(own, "/api/v1/upload/bounded")
                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[100_001]))));

        // Then
        assertThat(fits.statusCode()).isEqualTo(200);
        assertThat(over.statusCode()).isEqualTo(413);
        assertThat(problem(over).path("code").asText()).isEqualTo("BODY_TOO_LARGE");
        assertThat(api.seen("/upload/bounded")).hasSize(1);
    }

    @Test
    void aTraceGoesOnInStart() throws Exception {
        // Given
        String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

        // When
        HttpResponse<byte[]> traced = send(request("/api/v1/echo/traced").header("traceparent", trace));
        HttpResponse<byte[]> odd = send(request("/api/v1/echo/odd").header("traceparent", "00-odd"));

        // Then
        assertThat(start(traced).path("traceparent").asText()).isEqualTo(trace);
        assertThat(start(odd).has("traceparent")).isFalse();
        assertThat(List.of(start(traced), start(odd)))
                .allSatisfy(
                        start -> assertThat(start.path("headers").toString()).doesNotContainIgnoringCase("trace"));
    }

    /** What the portal has written of a job. */
    private static List<String> answers(String job) {
        return AllRecords.of(broker).stream()
                .filter(each -> each.topic().equals("gateway"))
                .filter(each -> job.equals(new String(each.key(), StandardCharsets.US_ASCII)))
                .map(each -> new String(each.value(), StandardCharsets.UTF_8))
                .toList();
    }

    /** START of the job that this answers. */
    private static JsonNode start(HttpResponse<byte[]> answer) throws IOException {
        String job = answer.headers().firstValue("KafkaSend-Job").orElseThrow();
        for (ConsumerRecord<byte[], byte[]> each : AllRecords.of(broker)) {
            if (each.topic().equals("requests") && job.equals(new String(each.key(), StandardCharsets.US_ASCII))) {
                return new ObjectMapper().readTree(each.value());
            }
        }
        throw new AssertionError("no START of job " + job);
    }

    @Test
    void aWebPageOfAnotherSiteIsRefused() throws Exception {
        assertThat(
                        raw(
                                "GET /api/v1/x HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("CROSS_SITE");
        assertThat(raw("GET /api/v1/x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421 ")
                .contains("MISDIRECTED");
    }

    @Test
    void aConnectionServesOneRequestAfterTheOther() throws Exception {
        String answers = raw("GET /api/v1/gone HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "POST /api/v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"
                + "GET /api/v1/teapot HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answers.split("HTTP/1\\.1 ")).hasSize(4);
        assertThat(answers).startsWith("HTTP/1.1 204 ").contains("HTTP/1.1 200 ", "HTTP/1.1 418 ");
    }

    @Test
    void aReplyTopicThatIsMissingIsMadeAsThePortalsOwnIs() throws Exception {
        // When
        open(gateway(Map.of("kafkasend.gateway-reply-topic", "made")));

        // Then
        try (Topics topics = new Topics(broker.bootstrapServers(), Map.of(), Duration.ofSeconds(10))) {
            assertThat(topics.find("made").orElseThrow().partitions()).isEqualTo(2);
        }
    }

    @Test
    void aCallerIsKnownByItsTokenAndHasItsLimits() throws Exception {
        // Given
        String token = "t-0123456789";
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
        Path file = Files.writeString(directory.resolve("callers"), "shop token=" + hash + " in-flight=1 rate=1\n");
        Gateway own = open(gateway(Map.of("kafkasend.gateway-callers", file.toString())));
        HttpRequest.Builder known = request(own, "/api/v1/teapot").header("Authorization", "bearer " + token);

        // When
        HttpResponse<byte[]> nobody = send(request(own, "/api/v1/teapot"));
        HttpResponse<byte[]> other = send(request(own, "/api/v1/teapot").header("Authorization", "Bearer x" + token));
        HttpResponse<byte[]> caller = send(known);
        HttpResponse<byte[]> again = send(known);

        // Then
        assertThat(List.of(nobody.statusCode(), other.statusCode(), caller.statusCode()))
                .containsExactly(401, 401, 418);
        assertThat(nobody.headers().firstValue("WWW-Authenticate").orElseThrow())
                .startsWith("Bearer");
        assertThat(new String(other.body(), StandardCharsets.UTF_8)).doesNotContain(token);
        assertThat(again.statusCode()).isEqualTo(429);
        assertThat(again.headers().firstValue("Retry-After")).contains("1");
    }

    @Test
    void aCallerMayShowACertificateOverTls() throws Exception {
        // Given
        TestAuthority authority = new TestAuthority("callers");
        TestAuthority.Issued server = authority.issueFor("localhost", TestAuthority.keys("EC", 256));
        Path file = Files.writeString(directory.resolve("callers"), "shop subject=CN=shop\n");
        Gateway own = open(gateway(Map.of(
                "kafkasend.gateway-callers",
                file.toString(),
                "kafkasend.gateway-certificate-file",
                TestAuthority.write(directory, "server.pem", server.certificates())
                        .toString(),
                "kafkasend.gateway-key-file",
                TestAuthority.write(directory, "server.key", server.privateKey())
                        .toString(),
                "kafkasend.gateway-caller-ca-file",
                TestAuthority.write(directory, "ca.pem", authority.pem()).toString())));
        URI uri = URI.create("https://localhost:" + own.address().getPort() + "/api/v1/upload/tls");
        byte[] content = GatewayApi.random(3_000_000);

        // When
        HttpResponse<byte[]> known = HttpClient.newBuilder()
                .sslContext(TlsContexts.of(authority.issue("shop").trusting(authority)))
                .build()
                .send(
                        HttpRequest.newBuilder(uri)
                                .PUT(BodyPublishers.ofByteArray(content))
                                .build(),
                        BodyHandlers.ofByteArray());
        HttpResponse<byte[]> other = HttpClient.newBuilder()
                .sslContext(TlsContexts.of(authority.issue("nobody").trusting(authority)))
                .build()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray());

        // Then
        assertThat(known.statusCode()).isEqualTo(200);
        assertThat(api.seen("/upload/tls").get(0).crc()).isEqualTo(crc(content));
        assertThat(other.statusCode()).isEqualTo(401);
        HttpClient without = HttpClient.newBuilder()
                .sslContext(TlsContexts.of(new TlsMaterial(List.of(authority.certificate()), List.of(), null)))
                .build();
        assertThatThrownBy(() -> without.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void whereNoPortalAnswersTheProblemNamesTheCause() throws Exception {
        // Given
        broker.createTopic("unread", 1);
        Gateway own = open(gateway(Map.of(
                "kafkasend.request-topic",
                "unread",
                "kafkasend.consumer-group",
                "nobody",
                "kafkasend.gateway-timeout-seconds",
                "3")));

        // When
        HttpResponse<byte[]> answer = send(request(own, "/api/v1/echo"));

        // Then
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(problem(answer).path("code").asText()).isEqualTo("NO_ANSWER");
        assertThat(problem(answer).path("detail").asText()).contains("no answer within 3 seconds", "no portal");
    }

    private static String managed(Gateway at, String path) throws IOException, InterruptedException {
        int port = at.bean("management", GatewayManagement.class)
                .address()
                .orElseThrow()
                .getPort();
        HttpResponse<String> page = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                BodyHandlers.ofString());
        return page.statusCode() + " " + page.body();
    }

    @Test
    void requestsAreCountedByTheirOutcomeAtTheManagementPort() throws Exception {
        // Given
        send(request("/api/v1/teapot"));
        send(request("/elsewhere"));

        // When
        String metrics = managed(gateway, "/observe/metrics");

        // Then
        assertThat(metrics)
                .contains("http_server_active_requests 0")
                .containsPattern("request_duration_seconds_count\\{[^}]*error_type=\"\"[^}]*status_code=\"418\"")
                .containsPattern("error_type=\"ENDPOINT_NOT_ALLOWED\"[^}]*status_code=\"403\"");
        assertThat(managed(gateway, "/observe/health/ready")).startsWith("200 ");
    }

    @Test
    void whereKafkaIsAwayItIsSaidInAProblem() throws Exception {
        // Given
        Gateway own = open(gateway(Map.of("kafkasend.bootstrap-servers", "127.0.0.1:1")));
        assertThat(managed(own, "/observe/health/ready")).startsWith("200 ");

        // When
        HttpResponse<byte[]> answer = send(request(own, "/api/v1/echo"));

        // Then
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(problem(answer).path("code").asText()).isEqualTo("KAFKA_UNAVAILABLE");
        assertThat(problem(answer).path("detail").asText()).contains("127.0.0.1:1");
        // The request is over once its caller has all of the answer.
        await().untilAsserted(() -> assertThat(managed(own, "/observe/health/ready"))
                .startsWith("503 ")
                .contains("kafkasend-kafka"));
    }

    @Test
    void curlUploadsAndDownloads() throws Exception {
        // Given
        Path upload = Files.write(directory.resolve("up.bin"), GatewayApi.random(12_000_000));
        Path download = directory.resolve("down.bin");
        String url = "http://127.0.0.1:" + gateway.address().getPort();

        // When
        String uploaded = curl("-T", upload.toString(), url + "/api/v1/upload/curl");
        String downloaded = curl("-o", download.toString(), url + "/api/v1/bytes?7000000");

        // Then
        assertThat(List.of(uploaded, downloaded))
                .allSatisfy(code -> assertThat(code).endsWith("200 0"));
        assertThat(api.seen("/upload/curl").get(0).crc()).isEqualTo(crc(Files.readAllBytes(upload)));
        assertThat(Files.readAllBytes(download)).isEqualTo(GatewayApi.random(7_000_000));
    }

    private static String curl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "-s", "-w", "%{http_code}"));
        command.addAll(List.of(arguments));
        Process curl;
        try {
            curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return Assumptions.abort("no curl on this machine");
        }
        String out = new String(curl.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return out.substring(Math.max(0, out.length() - 3)) + " " + curl.waitFor();
    }
}
