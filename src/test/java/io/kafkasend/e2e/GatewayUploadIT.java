package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.gateway.Gateway;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Uploads that go on where they broke, as draft-ietf-httpbis-resumable-upload has them: by curl, by hand and by a client of others. */
@Timeout(120)
class GatewayUploadIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern PLACE = Pattern.compile("(?i)\r\nLocation: (/.well-known/kafkasend/uploads/\\S+)");
    private static final byte[] CONTENT = GatewayApi.random(3_000_000);

    @TempDir
    static Path directory;

    private static Path uploads;
    private static GatewayApi api;
    private static GatewayGround ground;
    private static Gateway gateway;

    @BeforeAll
    static void startAll() throws Exception {
        uploads = Files.createDirectory(directory.resolve("uploads"));
        Files.writeString(
                directory.resolve("callers"),
                "alice token=" + sha256("alice") + "\nmallory token=" + sha256("mallory") + "\n");
        Files.write(directory.resolve("first"), Arrays.copyOf(CONTENT, 1_000_000));
        Files.write(directory.resolve("second"), Arrays.copyOfRange(CONTENT, 1_000_000, 2_000_000));
        Files.write(directory.resolve("third"), Arrays.copyOfRange(CONTENT, 2_000_000, 3_000_000));
        Files.write(directory.resolve("whole"), CONTENT);
        api = new GatewayApi();
        ground = new GatewayGround(api.url(), "Content-Type,Accept");
        gateway = gateway(uploads.toString());
    }

    @AfterAll
    static void stopAll() {
        ground.close();
        api.close();
    }

    private static Gateway gateway(String uploads) throws Exception {
        return ground.gateway(Map.of(
                "kafkasend.gateway-reply-topic",
                GatewayGround.REPLY_TOPIC,
                "kafkasend.gateway-callers",
                directory.resolve("callers").toString(),
                "kafkasend.gateway-uploads-bytes",
                "10000000",
                "kafkasend.gateway-uploads-directory",
                uploads));
    }

    private static String sha256(String text) throws Exception {
        return sha256(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static String url(String path) {
        return "http://127.0.0.1:" + gateway.address().getPort() + path;
    }

    private static HttpResponse<String> send(String method, String place, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(place)))
                .header("Authorization", "Bearer alice")
                .timeout(SOON)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> append(String place, long offset, boolean complete, byte[] body)
            throws IOException, InterruptedException {
        return send(
                "PATCH",
                place,
                body,
                "Content-Type",
                "application/partial-upload",
                "Upload-Offset",
                Long.toString(offset),
                "Upload-Complete",
                complete ? "?1" : "?0");
    }

    private static String begin(String path, byte[] body) throws IOException, InterruptedException {
        HttpResponse<String> begun = send("POST", path, body, "Upload-Complete", "?0");
        assertThat(begun.statusCode()).isEqualTo(201);
        return header(begun, "Location");
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static JsonNode problem(HttpResponse<String> answer) throws IOException {
        return new ObjectMapper().readTree(answer.body());
    }

    private static String curl(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "-si", "-H", "Authorization: Bearer alice"));
        command.addAll(List.of(words));
        ProcessRun run = ProcessRun.of(directory, Map.of(), command);
        assertThat(run.exitCode()).as(run.output()).isZero();
        return run.output();
    }

    private static String place(String answer) {
        Matcher place = PLACE.matcher(answer);
        assertThat(place.find()).as(answer).isTrue();
        return place.group(1);
    }

    /** A connection that sends a head and a part of the body, and hears of the upload's place. */
    private static Socket connect(String path, int bytes) throws IOException {
        Socket socket = new Socket("127.0.0.1", gateway.address().getPort());
        OutputStream out = socket.getOutputStream();
        out.write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer alice\r\n"
                        + "Content-Type: text/plain\r\nUpload-Draft-Interop-Version: 8\r\nUpload-Complete: ?1\r\n"
                        + "Content-Length: " + CONTENT.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(CONTENT, 0, bytes);
        out.flush();
        return socket;
    }

    private static String head(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = in.read();
            assertThat(read).as(head.toString()).isNotNegative();
            head.append((char) read);
        }
        return head.toString();
    }

    @Test
    void curlSendsAnUploadInPartsAsTheDraftsSecondExample() throws Exception {
        // When
        String begun = curl(
                "-H",
                "Upload-Complete: ?0",
                "-H",
                "Content-Type: text/plain",
                "-H",
                "Upload-Length: 3000000",
                "--data-binary",
                "@" + directory.resolve("first"),
                url("/api/v1/hashed?parts"));
        String place = place(begun);
        String second = curl(
                "-X",
                "PATCH",
                "-H",
                "Upload-Complete: ?0",
                "-H",
                "Upload-Offset: 1000000",
                "-H",
                "Content-Type: application/partial-upload",
                "--data-binary",
                "@" + directory.resolve("second"),
                url(place));
        String told = curl("-I", url(place));
        String third = curl(
                "-X",
                "PATCH",
                "-H",
                "Upload-Complete: ?1",
                "-H",
                "Upload-Offset: 2000000",
                "-H",
                "Content-Type: application/partial-upload",
                "--data-binary",
                "@" + directory.resolve("third"),
                url(place));

        // Then
        assertThat(begun)
                .contains("HTTP/1.1 201 ", "\r\nUpload-Complete: ?0\r\n", "\r\nUpload-Offset: 1000000\r\n")
                .contains("\r\nUpload-Limit: max-size=10000000, max-age=");
        assertThat(second).contains("HTTP/1.1 204 ", "\r\nUpload-Complete: ?0\r\n");
        assertThat(told)
                .contains("HTTP/1.1 204 ", "\r\nUpload-Offset: 2000000\r\n", "\r\nUpload-Length: 3000000\r\n")
                .contains("\r\nUpload-Complete: ?0\r\n", "\r\nCache-Control: no-store\r\n");
        assertThat(third)
                .contains("HTTP/1.1 200 ", "\r\nUpload-Complete: ?1\r\n")
                .endsWith(sha256(CONTENT));
        assertThat(api.seen("hashed?parts")).singleElement().satisfies(seen -> {
            assertThat(seen.method()).isEqualTo("POST");
            assertThat(seen.bytes()).isEqualTo(CONTENT.length);
            assertThat(seen.headers().get("Content-type")).containsExactly("text/plain");
            assertThat(seen.headers().keySet()).noneMatch(name -> name.startsWith("Upload-"));
        });
        assertThat(curl("-I", url(place))).contains("\r\nUpload-Complete: ?1\r\n");
    }

    @Test
    void curlHearsThatItsUploadCouldBeResumed() throws Exception {
        String answer = curl(
                "-H",
                "Upload-Complete: ?1",
                "-H",
                "Upload-Draft-Interop-Version: 8",
                "-T",
                directory.resolve("whole").toString(),
                url("/api/v1/hashed?whole"));

        assertThat(answer)
                .contains("HTTP/1.1 104 Upload Resumption Supported\r\nLocation: ")
                .contains("\r\nUpload-Draft-Interop-Version: 8\r\n", "HTTP/1.1 200 ", "\r\nUpload-Complete: ?1\r\n")
                .endsWith(sha256(CONTENT));
    }

    @Test
    void whatNobodyCouldResumeIsSentAsItComes() throws Exception {
        // When
        String answer = curl(
                "-0",
                "-H",
                "Upload-Complete: ?1",
                "-H",
                "Upload-Draft-Interop-Version: 8",
                "-T",
                directory.resolve("whole").toString(),
                url("/api/v1/hashed?old"));
        String unannounced = curl(
                "-H", "Upload-Complete: ?1", "-T", directory.resolve("whole").toString(), url("/api/v1/hashed?plain"));

        // Then
        assertThat(answer).doesNotContain(" 104 ", "Upload-Offset").endsWith(sha256(CONTENT));
        assertThat(unannounced).doesNotContain(" 104 ", "Upload-Offset").endsWith(sha256(CONTENT));
    }

    @Test
    void anUploadThatBrokeMidwayGoesOnAtTheNextGateway() throws Exception {
        // Given
        Path own = Files.createDirectory(directory.resolve("own"));
        Gateway before = gateway;
        gateway = gateway(own.toString());
        try {
            String place;
            try (Socket socket = connect("/api/v1/hashed?broken", 1_234_567)) {
                String head = head(socket);
                assertThat(head).startsWith("HTTP/1.1 104 ");
                place = place(head);
                await().atMost(SOON).until(() -> onDisk(own) == 1_234_567);
            }

            // When
            gateway.close();
            gateway = gateway(own.toString());
            HttpResponse<String> told = send("HEAD", place, null);
            HttpResponse<String> done =
                    append(place, 1_234_567, true, Arrays.copyOfRange(CONTENT, 1_234_567, CONTENT.length));

            // Then
            assertThat(told.statusCode()).isEqualTo(204);
            assertThat(header(told, "Upload-Offset")).isEqualTo("1234567");
            assertThat(header(told, "Upload-Length")).isEqualTo("3000000");
            assertThat(header(told, "Upload-Complete")).isEqualTo("?0");
            assertThat(done.statusCode()).isEqualTo(200);
            assertThat(done.body()).isEqualTo(sha256(CONTENT));
            assertThat(api.seen("hashed?broken")).hasSize(1);
            assertThat(onDisk(own)).isZero();
        } finally {
            gateway.close();
            gateway = before;
        }
    }

    /** As after a gateway that died once it had all, and before it knew the answer. */
    @Test
    void anUploadThatIsCompletedTwiceIsOneCall() throws Exception {
        // Given
        String place = begin("/api/v1/hashed?twice", new byte[10]);
        String id = place.substring(place.lastIndexOf('/') + 1);
        Path copy = Files.createDirectory(directory.resolve("copy"));
        for (String file : List.of(id + ".head", id + ".data")) {
            Files.copy(uploads.resolve(file), copy.resolve(file));
        }
        HttpResponse<String> first = append(place, 10, true, new byte[5]);
        Gateway before = gateway;
        gateway = gateway(copy.toString());

        // When
        HttpResponse<String> told = send("HEAD", place, null);
        HttpResponse<String> again = append(place, 10, true, new byte[5]);
        gateway = before;

        // Then
        assertThat(header(told, "Upload-Complete")).isEqualTo("?0");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body()).isEqualTo(sha256(new byte[15]));
        assertThat(header(again, "Upload-Complete")).isEqualTo("?1");
        assertThat(header(again, "KafkaSend-Job")).isEqualTo(header(first, "KafkaSend-Job"));
        assertThat(api.seen("hashed?twice")).hasSize(1);
    }

    private static long onDisk(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            long bytes = 0;
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".data")).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }

    @Test
    void theAnswerIsKeptForACallerThatWentAway() throws Exception {
        // Given
        String place;
        try (Socket socket = connect("/api/v1/held?gone", CONTENT.length)) {
            place = place(head(socket));
            await().atMost(SOON).until(() -> !api.seen("held?gone").isEmpty());
        }

        // When
        HttpResponse<String> told = send("HEAD", place, null);
        HttpResponse<String> job = send("GET", place, null);
        HttpResponse<String> again = append(place, CONTENT.length, true, null);
        api.release("gone");
        HttpResponse<String> answer = send("GET", header(job, "Location"), null, "Prefer", "wait=60");

        // Then
        assertThat(header(told, "Upload-Complete")).isEqualTo("?1");
        assertThat(job.statusCode()).isEqualTo(303);
        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(problem(again).path("type").asText())
                .isEqualTo("https://iana.org/assignments/http-problem-types#completed-upload");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("held");
        assertThat(api.seen("held?gone")).hasSize(1);
    }

    @Test
    void aPartAtAnotherOffsetIsRefusedAndTheRightOneTold() throws Exception {
        // Given
        String place = begin("/api/v1/hashed?offset", new byte[10]);

        // When
        HttpResponse<String> refused = append(place, 5, true, new byte[5]);

        // Then
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(header(refused, "Upload-Offset")).isEqualTo("10");
        assertThat(header(refused, "KafkaSend-Error")).isEqualTo("UPLOAD_OFFSET");
        assertThat(problem(refused).path("type").asText())
                .isEqualTo("https://iana.org/assignments/http-problem-types#mismatching-upload-offset");
        assertThat(problem(refused).path("expected-offset").asInt()).isEqualTo(10);
        assertThat(problem(refused).path("provided-offset").asInt()).isEqualTo(5);
    }

    @Test
    void aPartSaysWhatItIs() throws Exception {
        String place = begin("/api/v1/hashed?typed", new byte[10]);

        assertThat(send("PATCH", place, new byte[1], "Upload-Offset", "10", "Upload-Complete", "?1")
                        .statusCode())
                .isEqualTo(400);
        assertThat(send("PATCH", place, new byte[1], "Content-Type", "application/partial-upload")
                        .statusCode())
                .isEqualTo(400);
        assertThat(send("PUT", place, new byte[1]).statusCode()).isEqualTo(400);
        assertThat(header(send("HEAD", place, null), "Upload-Offset")).isEqualTo("10");
        assertThat(api.seen("hashed?typed")).isEmpty();
    }

    @Test
    void anotherCallerFindsNone() throws Exception {
        String place = begin("/api/v1/hashed?other", new byte[10]);

        for (String method : List.of("HEAD", "GET", "DELETE")) {
            assertThat(send(method, place, null, "Authorization", "Bearer mallory")
                            .statusCode())
                    .isEqualTo(404);
        }
        assertThat(send(
                                "PATCH",
                                place,
                                new byte[1],
                                "Authorization",
                                "Bearer mallory",
                                "Content-Type",
                                "application/partial-upload",
                                "Upload-Offset",
                                "10",
                                "Upload-Complete",
                                "?1")
                        .statusCode())
                .isEqualTo(404);
        assertThat(append(place, 10, true, new byte[5]).body()).isEqualTo(sha256(new byte[15]));
    }

    @Test
    void anUploadThatIsDroppedIsGone() throws Exception {
        String place = begin("/api/v1/hashed?dropped", new byte[10]);

        assertThat(send("DELETE", place, null).statusCode()).isEqualTo(204);
        assertThat(send("HEAD", place, null).statusCode()).isEqualTo(404);
        assertThat(append(place, 10, true, new byte[1]).statusCode()).isEqualTo(404);
        assertThat(uploads.resolve(place.substring(place.lastIndexOf('/') + 1) + ".data"))
                .doesNotExist();
    }

    @Test
    void whatIsOverTheCallersShareIsRefusedBeforeItIsSent() throws Exception {
        HttpResponse<String> refused =
                send("POST", "/api/v1/hashed?large", new byte[1], "Upload-Complete", "?0", "Upload-Length", "10000001");

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(header(refused, "Upload-Limit")).startsWith("max-size=10000000, ");
    }

    @Test
    void anEmptyUploadIsARequestWithoutABody() throws Exception {
        String place = begin("/api/v1/hashed?empty", new byte[0]);

        assertThat(append(place, 0, true, null).body()).isEqualTo(sha256(new byte[0]));
    }

    @Test
    void tusJsClientGoesOnWithWhatItGaveUp() throws Exception {
        // Given
        NodeProject node = NodeProject.install(
                Path.of("src/test/resources/foreign/tus"),
                Path.of("target/tus"),
                directory,
                "the gateway's uploads are not tried by tus-js-client");

        // When
        ProcessRun run = node.run(
                "upload.mjs",
                List.of(url("/api/v1/hashed?tus"), directory.resolve("whole").toString(), "alice"));

        // Then
        assertThat(run.exitCode()).as(run.output()).isZero();
        Matcher said = Pattern.compile("went on at (\\d+): ([0-9a-f]*)").matcher(run.output());
        assertThat(said.find()).as(run.output()).isTrue();
        assertThat(Integer.parseInt(said.group(1))).isGreaterThanOrEqualTo(1_400_000);
        assertThat(said.group(2)).isEqualTo(sha256(CONTENT));
        assertThat(api.seen("hashed?tus")).hasSize(1);
    }
}
