package io.kafkasend.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafkasend.dev.sample.BulkBody;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SampleApiTest {

    private static final String TOKEN = "good";
    private static final String EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private final SampleApi api = SampleApi.start(TOKEN::equals);
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void hashesA50MegabyteFileInAMultipartBody() throws Exception {
        // Given
        long size = 50_000_000;
        String boundary = "----boundary-42";
        byte[] head = ("--" + boundary
                        + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"größe \\\"1\\\".pdf\"\r\n"
                        + "Content-Type: application/pdf\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        byte[] tail = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);

        // When
        HttpResponse<String> answer = send(request("/api/v1/upload")
                .header("Content-Type", "multipart/form-data; boundary=\"" + boundary + "\"")
                .POST(BodyPublishers.ofInputStream(() -> new SequenceInputStream(Collections.enumeration(List.of(
                        new ByteArrayInputStream(head),
                        SampleApi.document("upload", size),
                        new ByteArrayInputStream(tail)))))));

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.body())
                .isEqualTo("{\"filename\":\"größe \\\"1\\\".pdf\",\"content_type\":\"application/pdf\",\"size\":" + size
                        + ",\"sha256\":\"" + SampleApi.documentSha256("upload", size) + "\"}");
        assertThat(api.calls()).singleElement().satisfies(call -> assertThat(call.bodySize())
                .isEqualTo(head.length + size + tail.length));
    }

    @Test
    void discardsABodyAndSaysWhenItsLastByteCame() throws Exception {
        // Given
        Instant before = Instant.now().minusSeconds(1);

        // When
        HttpResponse<String> answer =
                send(request("/api/v1/discard").POST(BodyPublishers.ofByteArray(BulkBody.RANDOM.bytes(3_000_000))));

        // Then
        Matcher received = Pattern.compile("\\{\"size\":3000000,\"received_at\":\"([^\"]+)\"}")
                .matcher(answer.body());
        assertThat(received.matches()).as(answer.body()).isTrue();
        assertThat(Instant.parse(received.group(1)))
                .isBetween(before, Instant.now().plusSeconds(1));
    }

    @ParameterizedTest
    @EnumSource
    void bulkBodiesAreAsLongAsWantedAndAlwaysTheSame(BulkBody content) throws Exception {
        // When
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        request("/api/v1/bulk?size=1500000&content=" + content.queryName())
                                .build(),
                        BodyHandlers.ofByteArray());

        // Then
        assertThat(answer.body()).isEqualTo(content.bytes(1_500_000));
        assertThat(deflated(answer.body())).isGreaterThan(0).satisfies(size -> {
            if (content == BulkBody.RANDOM) {
                assertThat(size).isGreaterThan(1_490_000);
            } else {
                assertThat(size).isLessThan(500_000);
            }
        });
    }

    @Test
    void callsHangUntilTheyAreLetGo() throws Exception {
        // Given
        CompletableFuture<HttpResponse<String>> hanging = HttpClient.newHttpClient()
                .sendAsync(
                        request("/api/v1/hang")
                                .POST(BodyPublishers.ofString("unread"))
                                .build(),
                        BodyHandlers.ofString());
        await().until(() -> send(request("/api/v1/hang/count")).body().equals("{\"hanging\":1}"));
        assertThat(hanging).isNotDone();

        // When
        HttpResponse<String> released = send(request("/api/v1/hang/release").POST(BodyPublishers.noBody()));

        // Then
        assertThat(released.body()).isEqualTo("{\"released\":1}");
        assertThat(hanging.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    private static int deflated(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(bytes);
        }
        return out.size();
    }

    @Test
    void takesARawBody() throws Exception {
        // When
        HttpResponse<String> answer = send(
                request("/api/v1/upload").header("Content-Type", "text/plain").POST(BodyPublishers.ofString("hello")));
        HttpResponse<String> empty = send(request("/api/v1/upload").POST(BodyPublishers.noBody()));

        // Then
        assertThat(answer.body())
                .isEqualTo("{\"filename\":null,\"content_type\":\"text/plain\",\"size\":5,\"sha256\":"
                        + "\"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\"}");
        assertThat(empty.body())
                .isEqualTo("{\"filename\":null,\"content_type\":null,\"size\":0,\"sha256\":\"" + EMPTY_SHA256 + "\"}");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_510, 65_520, 65_530, 65_535, 65_536, 65_537, 131_000, 131_072})
    void findsTheDelimiterWhereverItFallsInTheBuffer(int size) throws Exception {
        // Given
        byte[] file = new byte[size];
        for (int i = 0; i < size; i++) {
            // Full of beginnings of a delimiter.
            file[i] = (byte) "\r\n--b\r\n--\r\r\n-".charAt(i % 13);
        }
        byte[] head = "--bound\r\nContent-Disposition: form-data; name=file; filename=\"\"\r\n\r\n"
                .getBytes(StandardCharsets.UTF_8);
        byte[] tail = "\r\n--bound-- \r\nepilogue".getBytes(StandardCharsets.UTF_8);

        // When
        HttpResponse<String> answer = send(request("/api/v1/upload")
                .header("Content-Type", "multipart/form-data;boundary=bound")
                .POST(BodyPublishers.ofByteArrays(List.of(head, file, tail))));

        // Then
        assertThat(answer.body())
                .isEqualTo("{\"filename\":\"\",\"content_type\":null,\"size\":" + size + ",\"sha256\":\""
                        + HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(file)) + "\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "multipart/form-data|--b\\r\\n\\r\\n\\r\\n--b--|names no boundary",
                "multipart/form-data; boundary=\"\"|x|1 to 70",
                "multipart/form-data; boundary=b|''|ends before",
                "multipart/form-data; boundary=b|no delimiter at all|ends before",
                "multipart/form-data; boundary=b|--b--|no part",
                "multipart/form-data; boundary=b|--b\\r\\nContent-Disposition: form-data; name=\"file\"|ends before",
                "multipart/form-data; boundary=b|--b\\r\\nContent-Disposition: form-data; name=\"file\"\\r\\n\\r\\nabc|ends before",
                "multipart/form-data; boundary=b|--b\\r\\nContent-Disposition: form-data; name=\"file\"\\r\\n\\r\\nabc\\r\\n--b|ends before",
                "multipart/form-data; boundary=b|--b\\r\\nContent-Disposition: form-data; name=\"file\"\\r\\n\\r\\nabc\\r\\n--bX|neither",
                "multipart/form-data; boundary=b|--b\\r\\nContent-Disposition: form-data; name=\"other\"\\r\\n\\r\\nabc\\r\\n--b--|not named file",
                "multipart/form-data; boundary=b|--b\\r\\nContent-Disposition: form-data; name=\"file\\r\\n\\r\\nabc\\r\\n--b--|not well formed",
                "multipart/form-data; boundary=b|--b\\r\\nContent-Disposition: attachment; name=\"file\"\\r\\n\\r\\nabc\\r\\n--b--|form-data",
                "multipart/form-data; boundary=b|--b\\r\\nContent-Type: text/plain\\r\\n\\r\\nabc\\r\\n--b--|form-data",
                "multipart/form-data; boundary=b|--b\\r\\nno header\\r\\n\\r\\nabc\\r\\n--b--|has no name",
                "multipart/form-data; boundary=b|--b\\r\\nContent-Disposition: form-data; name=\"file\"\\r\\nContent-Transfer-Encoding: base64\\r\\n\\r\\nYQ==\\r\\n--b--|transfer-encoded",
                "multipart/form-data; boundary=b|--b\\r\\nContent-Disposition: form-data; name=\"file\"\\r\\n\\r\\nabc\\r\\n--b\\r\\nContent-Disposition: form-data; name=\"file\"\\r\\n\\r\\nabc\\r\\n--b--|more than one part",
            })
    void refusesAMalformedMultipartBody(String contentType, String body, String reason) throws Exception {
        // When
        HttpResponse<String> answer = send(request("/api/v1/upload")
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body.replace("\\r\\n", "\r\n"))));

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .startsWith("{\"error\":\"malformed_multipart\"")
                .contains(reason);
    }

    @Test
    void refusesEndlessPartHeaders() throws Exception {
        // When
        HttpResponse<String> answer = send(request("/api/v1/upload")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString("--b\r\nX: " + "y".repeat(1_000_000))));

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("headers exceed 16384 bytes");
    }

    @Test
    void documentsAreTheSameEachTimeAndDifferByName() throws Exception {
        // Given
        long size = 50_000_001;

        // When
        HttpResponse<InputStream> answer = http.send(
                request("/api/v1/documents/annual%20report+1?size=" + size).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream body = answer.body();
                OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            body.transferTo(sink);
        }

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
        assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(size);
        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo(SampleApi.documentSha256("annual report+1", size))
                .isNotEqualTo(SampleApi.documentSha256("other", size));
    }

    @Test
    void documentsCanBeEmptyHaveADefaultSizeAndAreHeaded() throws Exception {
        // When
        HttpResponse<String> empty = send(request("/api/v1/documents/a?size=0"));
        HttpResponse<byte[]> unsized =
                http.send(request("/api/v1/documents/a").build(), HttpResponse.BodyHandlers.ofByteArray());
        HttpResponse<String> head = send(request("/api/v1/documents/a?size=7").method("HEAD", BodyPublishers.noBody()));
        HttpResponse<String> tooLarge = send(request("/api/v1/documents/a?size=1073741825"));
        HttpResponse<String> noNumber = send(request("/api/v1/documents/a?size=-1"));

        // Then
        assertThat(empty.body()).isEmpty();
        assertThat(empty.headers().firstValueAsLong("Content-Length")).hasValue(0);
        assertThat(unsized.body()).isEqualTo(SampleApi.document("a", 1024).readAllBytes());
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(7);
        assertThat(tooLarge.statusCode()).isEqualTo(400);
        assertThat(noNumber.statusCode()).isEqualTo(400);
        assertThatThrownBy(() -> SampleApi.document("a", -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void demandsAValidBearerToken() throws Exception {
        // When
        HttpResponse<String> missing = send(HttpRequest.newBuilder(api.url().resolve("/api/v1/upload"))
                .POST(BodyPublishers.ofByteArray(new byte[1_000_000])));
        HttpResponse<String> unknown =
                send(HttpRequest.newBuilder(api.url().resolve("/api/v1/status")).header("Authorization", "Bearer bad"));
        HttpResponse<String> basic =
                send(HttpRequest.newBuilder(api.url().resolve("/api/v1/status")).header("Authorization", "Basic good"));
        HttpResponse<String> good = send(
                HttpRequest.newBuilder(api.url().resolve("/api/v1/status")).header("Authorization", "bearer good"));

        // Then
        assertThat(List.of(missing, unknown, basic)).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate"))
                    .hasValueSatisfying(value -> assertThat(value).startsWith("Bearer realm="));
        });
        assertThat(unknown.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(value -> assertThat(value).endsWith("error=\"invalid_token\""));
        assertThat(good.statusCode()).isEqualTo(200);
        assertThat(good.body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(api.calls()).extracting(SampleApi.Call::authorized).containsExactly(false, false, false, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
    void echoesAnyMethodAndNotesTheCall(String method) throws Exception {
        // Given
        String target = "/api/v1/echo?a=%2e%2E/b&c=d+e&a=%C3%BC;";

        // When
        HttpResponse<String> answer = send(request(target)
                .header("Idempotency-Key", "key-1")
                .header("X-Request-ID", "\"quoted\"")
                .method(method, method.equals("HEAD") ? BodyPublishers.noBody() : BodyPublishers.ofString("hello")));

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        if (method.equals("HEAD")) {
            assertThat(answer.body()).isEmpty();
            assertThat(answer.headers().firstValueAsLong("Content-Length").getAsLong())
                    .isPositive();
        } else {
            assertThat(answer.body())
                    .startsWith("{\"method\":\"" + method + "\",\"target\":\"" + target + "\",\"headers\":{")
                    .contains("\"X-request-id\":[\"\\\"quoted\\\"\"]")
                    .endsWith("\"size\":5,\"sha256\":"
                            + "\"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\"}");
        }
        assertThat(api.calls()).singleElement().satisfies(call -> {
            assertThat(call.method()).isEqualTo(method);
            assertThat(call.target()).isEqualTo(target);
            assertThat(call.idempotencyKey()).isEqualTo("key-1");
            assertThat(call.bodySha256()).hasSize(64);
        });
        api.clearCalls();
        assertThat(api.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/echo/../status",
                "//127.0.0.1/api/v1/status",
                "/api/v1//status",
                "/api/v1/%73tatus",
                "http://elsewhere/api/v1/status?x"
            })
    void targetsAreKeptByteForByte(String target) throws Exception {
        // Given
        try (Socket socket = new Socket("127.0.0.1", api.port())) {

            // When
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                                    + "Authorization: Bearer good\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            // Then
            assertThat(answer).startsWith("HTTP/1.1 ");
            assertThat(api.calls()).extracting(SampleApi.Call::target).containsExactly(target);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 301, 304, 307, 400, 401, 404, 409, 418, 429, 500, 502, 503, 599})
    void answersWithAnyStatus(int status) throws Exception {
        // When
        HttpResponse<String> answer =
                send(request("/api/v1/status/" + status).method("PUT", BodyPublishers.ofString("x")));

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(status == 204 || status == 304 ? "" : "{\"status\":" + status + "}");
        assertThat(answer.headers().firstValue("Location").isPresent()).isEqualTo(status == 301 || status == 307);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/status/199,400",
        "/api/v1/status/600,400",
        "/api/v1/status/abc,400",
        "/api/v1/nothing,404",
        "/api/v1/documents/,404",
        "/api/v1/documents/a/b,404",
        "/,404",
        "/api/v1/upload,405",
        "/api/v1/text?charset=klingon,400",
        "/api/v1/text?charset=%20,400",
        "/api/v1/text?repeat=0,400",
        "/api/v1/slow?seconds=3601,400",
        "/api/v1/slow?seconds=soon,400",
    })
    void refusesWhatItDoesNotServe(String target, int status) throws Exception {
        // When
        HttpResponse<String> answer = send(request(target));

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).startsWith("{\"error\":\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "ISO-8859-1", "UTF-16LE", "windows-1252", "US-ASCII"})
    void textComesInTheCharacterSetAskedFor(String name) throws Exception {
        // Given
        Charset charset = Charset.forName(name);

        // When
        HttpResponse<byte[]> answer = http.send(
                request("/api/v1/text?repeat=3&charset=" + name).build(), HttpResponse.BodyHandlers.ofByteArray());

        // Then
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; charset=" + name);
        assertThat(new String(answer.body(), charset))
                .isEqualTo(SampleApi.text(charset, 3))
                .doesNotContain("?");
        assertThat(SampleApi.text(StandardCharsets.UTF_8, 1)).contains("ö", "😀");
        assertThat(SampleApi.text(StandardCharsets.ISO_8859_1, 1)).contains("ö").doesNotContain("😀");
    }

    @Test
    void slowCallsDelayNoOtherAndEndWhenTheApiCloses() throws Exception {
        // Given
        CompletableFuture<HttpResponse<String>> slow =
                http.sendAsync(request("/api/v1/slow?seconds=3600").build(), HttpResponse.BodyHandlers.ofString());

        // When
        HttpResponse<String> quick = send(request("/api/v1/slow?seconds=0.01"));

        // Then
        assertThat(quick.statusCode()).isEqualTo(200);
        assertThat(slow).isNotDone();
        api.close();
        await().atMost(Duration.ofSeconds(60)).until(slow::isDone);
    }

    @Test
    void healthNeedsNoToken() throws Exception {
        // When
        HttpResponse<String> health = send(HttpRequest.newBuilder(URI.create(api.url() + "/health")));

        // Then
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(send(HttpRequest.newBuilder(URI.create(api.url() + "/health/x")))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void anOpenOneTellsOnAnyPathWhatItGot() throws Exception {
        try (SampleApi open = SampleApi.open("127.0.0.1", 0, null)) {
            // When
            HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(open.url() + "/any/where?a=b"))
                    .header("X-Request-ID", "7")
                    .header("Authorization", "Bearer secret")
                    .method("PATCH", BodyPublishers.ofString("abc")));
            HttpResponse<String> known = send(HttpRequest.newBuilder(URI.create(open.url() + "/api/v1/status")));

            // Then
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .contains("\"method\":\"PATCH\"", "\"path\":\"/any/where\"", "\"target\":\"/any/where?a=b\"")
                    .contains("\"X-request-id\":[\"7\"]", "\"size\":3", "\"sha256\":\"ba7816bf8f01cfea")
                    .doesNotContain("secret", "kept");
            assertThat(known.body()).isEqualTo("{\"status\":\"ok\"}");
        }
    }

    @Test
    void uploadsAreKeptUnderNamesOfTheApisOwn(@TempDir Path directory) throws Exception {
        // Given
        Path uploads = directory.resolve("made/for/them");
        String form =
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../größe.txt\"\r\n\r\nabc\r\n--b--\r\n";
        try (SampleApi open = SampleApi.open("127.0.0.1", 0, uploads)) {
            for (String path : List.of("/api/v1/upload", "/any/where")) {
                // When
                HttpResponse<String> file = send(HttpRequest.newBuilder(URI.create(open.url() + path))
                        .header("Content-Type", "multipart/form-data; boundary=b")
                        .POST(BodyPublishers.ofString(form)));
                HttpResponse<String> raw = send(
                        HttpRequest.newBuilder(URI.create(open.url() + path)).POST(BodyPublishers.ofString("raw")));
                send(HttpRequest.newBuilder(URI.create(open.url() + "/no/body")));
                HttpResponse<String> broken = send(HttpRequest.newBuilder(URI.create(open.url() + path))
                        .header("Content-Type", "multipart/form-data; boundary=b")
                        .POST(BodyPublishers.ofString(form.replace("--b--", "--c--"))));

                // Then
                assertThat(file.body()).contains("\"filename\":\"../../größe.txt\"", "ba7816bf8f01cfea");
                assertThat(Files.readString(uploads.resolve(kept(file)))).isEqualTo("abc");
                assertThat(kept(file)).endsWith("-.._.._gr__e.txt");
                assertThat(Files.readString(uploads.resolve(kept(raw)))).isEqualTo("raw");
                assertThat(broken.body()).doesNotContain("kept");
            }
        }
        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all.filter(Files::isRegularFile)).hasSize(4).allMatch(file -> file.getParent()
                    .equals(uploads));
        }
        assertThatThrownBy(() -> SampleApi.open("127.0.0.1", 0, Files.createFile(directory.resolve("file"))))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("uploads cannot be kept in");
    }

    private static String kept(HttpResponse<String> answer) {
        Matcher kept = Pattern.compile("\"kept\":\"([^\"]+)\"").matcher(answer.body());
        assertThat(kept.find()).as(answer.body()).isTrue();
        return kept.group(1);
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(api.url() + target)).header("Authorization", "Bearer " + TOKEN);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
