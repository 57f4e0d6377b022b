package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.gateway.Gateway;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** The gateway by clients that know nothing of Kafka: what each does is a row of docs/use/gateway.md. */
@Timeout(240)
class ForeignClientsIT {
    private static final Path CLIENTS = Path.of("src/test/resources/foreign");
    private static final Path PYTHON = Path.of("target/foreign");
    private static final int BYTES = 5_000_000;
    private static final List<String> CASES = List.of(
            "upload", "unknown", "expect", "download", "bodiless", "range", "gzip", "problem", "reuse", "refusal");
    private static final byte[] CONTENT = GatewayApi.random(BYTES);

    private static GatewayApi api;
    private static GatewayGround ground;
    private static Gateway gateway;
    private static String sha256;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() throws Exception {
        api = new GatewayApi();
        ground = new GatewayGround(api.url(), "Content-Type,Accept,Accept-Encoding,If-None-Match,Range");
        gateway = ground.gateway();
        sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(CONTENT));
    }

    @AfterAll
    static void stop() {
        ground.close();
        api.close();
    }

    private static String url() {
        return "http://127.0.0.1:" + gateway.address().getPort();
    }

    /** The row of the document: each case with its cell. */
    private static Map<String, String> row(String client) throws IOException {
        String row = Files.readAllLines(Path.of("docs/use/gateway.md")).stream()
                .filter(line -> line.startsWith("| " + client + " |"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("docs/use/gateway.md has no row for " + client));
        String[] cells = row.split(" *\\| *");
        Map<String, String> cases = new LinkedHashMap<>();
        for (int i = 0; i < CASES.size(); i++) {
            cases.put(CASES.get(i), cells[i + 2]);
        }
        return cases;
    }

    /** Compares what a client printed with its row: what it cannot do, it does not print. */
    private static void compare(String client, String output) throws IOException {
        Map<String, String> done = new LinkedHashMap<>();
        CASES.forEach(name -> done.put(name, "no"));
        output.lines().filter(line -> line.contains(" ")).forEach(line -> {
            String[] words = line.split(" ", 2);
            done.computeIfPresent(words[0], (name, before) -> words[1]);
        });
        assertThat(done).as("what %s does: %s", client, output).containsExactlyEntriesOf(row(client));
    }

    /** Go and wrk are not what examples need, and so need not be there. */
    private static void skip(String client, String reason) {
        String line = "the gateway is not driven by " + client + ": " + reason;
        if ("true".equals(System.getenv("EXAMPLES_REQUIRED")) && !client.startsWith("Go") && !client.equals("wrk")) {
            throw new AssertionError(line);
        }
        System.out.println(line);
        throw new TestAbortedException(line);
    }

    /** Runs a client, which asks five times for the last of its connections. */
    private void drive(String client, String... command) throws Exception {
        try (CountingRelay relay = new CountingRelay(gateway.address().getPort())) {
            List<String> words = new ArrayList<>(List.of(command));
            words.addAll(List.of(url(), relay.url(), sha256));
            ProcessRun run;
            try {
                run = ProcessRun.of(directory, Map.of("GOFLAGS", "", "GO111MODULE", "off"), words);
            } catch (IOException e) {
                skip(client, e.getMessage());
                return;
            }
            compare(client, run.output());
            assertThat(relay.connections()).as("connections for five requests").isBetween(1, 2); // Node opens a second
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"requests", "httpx"})
    void python(String library) throws Exception {
        Path interpreter = PYTHON.resolve("venv/bin/python").toAbsolutePath();
        if (!Files.exists(PYTHON.resolve("done"))) {
            Files.createDirectories(PYTHON);
            String requirements = CLIENTS.resolve("requirements.txt").toString();
            for (List<String> step : List.of(
                    List.of("python3", "-m", "venv", PYTHON.resolve("venv").toString()),
                    List.of(interpreter.toString(), "-m", "pip", "install", "--quiet", "-r", requirements))) {
                try {
                    ProcessRun run = ProcessRun.of(directory, Map.of(), step);
                    if (run.exitCode() != 0) {
                        skip(library, run.output());
                    }
                } catch (IOException e) {
                    skip(library, e.getMessage());
                }
            }
            Files.createFile(PYTHON.resolve("done"));
        }
        drive(
                "Python " + library,
                interpreter.toString(),
                CLIENTS.resolve("client.py").toString(),
                library);
    }

    @Test
    void node() throws Exception {
        drive("Node fetch", "node", CLIENTS.resolve("client.mjs").toString());
    }

    @Test
    void go() throws Exception {
        drive("Go net/http", "go", "run", CLIENTS.resolve("client.go").toString());
    }

    /** Of what curl wrote, and of the status that {@code -w} adds. */
    private String curl(String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of("curl", "-sS", "-w", " %{http_code}", "--max-time", "60"));
        words.addAll(List.of(arguments));
        try {
            return ProcessRun.of(directory, Map.of(), words).output();
        } catch (IOException e) {
            skip("curl", e.getMessage());
            return "";
        }
    }

    @Test
    void curl() throws Exception {
        String file = Files.write(directory.resolve("up.bin"), CONTENT).toString();
        String large = Files.write(directory.resolve("large.bin"), GatewayApi.random(4 * BYTES))
                .toString();
        Path down = directory.resolve("down.bin");
        String v1 = url() + "/api/v1";
        Map<String, Boolean> done = new LinkedHashMap<>();
        done.put("upload", curl("-T", file, v1 + "/hashed").equals(sha256 + " 200"));
        done.put(
                "unknown",
                curl("-T", file, "-H", "Transfer-Encoding: chunked", v1 + "/hashed")
                        .equals(sha256 + " 200"));
        done.put(
                "expect",
                curl("-v", "-T", large, "-H", "Expect: 100-continue", v1 + "/hashed")
                        .contains("HTTP/1.1 100 Continue"));
        done.put(
                "download",
                curl("-o", down.toString(), v1 + "/bytes?" + BYTES).equals(" 200")
                        && Arrays.equals(Files.readAllBytes(down), CONTENT));
        done.put(
                "bodiless",
                curl("-I", v1 + "/echo").matches("(?is).*ETag: \"one\".* 200")
                        && curl(v1 + "/gone").equals(" 204")
                        && curl("-H", "If-None-Match: \"one\"", v1 + "/same").equals(" 304"));
        done.put(
                "range",
                curl("-r", "100-199", "-o", down.toString(), v1 + "/bytes?" + BYTES)
                                .equals(" 206")
                        && Arrays.equals(Files.readAllBytes(down), Arrays.copyOfRange(CONTENT, 100, 200)));
        done.put("gzip", curl("--compressed", v1 + "/zipped").equals("unzipped 200"));
        done.put(
                "problem",
                curl("-i", url() + "/elsewhere")
                        .matches("(?s).*application/problem\\+json.*ENDPOINT_NOT_ALLOWED.* 403"));
        try (CountingRelay relay = new CountingRelay(gateway.address().getPort())) {
            String again = relay.url() + "/api/v1/gone";
            done.put("reuse", curl(again, again, again, again, again).endsWith("204") && relay.connections() == 1);
        }
        done.put(
                "refusal",
                curl("-T", large, "-H", "Expect:", url() + "/elsewhere").endsWith(" 403"));
        compare("curl", lines(done));
    }

    private static String lines(Map<String, Boolean> done) {
        StringBuilder lines = new StringBuilder();
        done.forEach((name, yes) -> lines.append(name).append(yes ? " yes\n" : " FAILED\n"));
        return lines.toString();
    }

    @Test
    void java() throws Exception {
        HttpClient http = HttpClient.newHttpClient(); // which offers HTTP/2 each time
        Map<String, Boolean> done = new LinkedHashMap<>();
        BodyPublisher known = BodyPublishers.ofByteArray(CONTENT);
        BodyPublisher unknown = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(CONTENT));
        done.put(
                "upload", text(send(http, request("/api/v1/hashed").PUT(known))).equals(sha256));
        done.put(
                "unknown",
                text(send(http, request("/api/v1/hashed").PUT(unknown))).equals(sha256));
        done.put(
                "expect",
                text(send(http, request("/api/v1/hashed").expectContinue(true).PUT(known)))
                        .equals(sha256));
        done.put(
                "download",
                Arrays.equals(send(http, request("/api/v1/bytes?" + BYTES)).body(), CONTENT));
        HttpResponse<byte[]> head = send(http, request("/api/v1/echo").method("HEAD", BodyPublishers.noBody()));
        HttpResponse<byte[]> gone = send(http, request("/api/v1/gone"));
        HttpResponse<byte[]> same = send(http, request("/api/v1/same").header("If-None-Match", "\"one\""));
        done.put(
                "bodiless",
                List.of(head.statusCode(), gone.statusCode(), same.statusCode()).equals(List.of(200, 204, 304))
                        && head.body().length + gone.body().length + same.body().length == 0);
        HttpResponse<byte[]> part = send(http, request("/api/v1/bytes?" + BYTES).header("Range", "bytes=100-199"));
        done.put(
                "range", part.statusCode() == 206 && Arrays.equals(part.body(), Arrays.copyOfRange(CONTENT, 100, 200)));
        HttpResponse<byte[]> problem = send(http, request("/elsewhere"));
        done.put(
                "problem",
                problem.statusCode() == 403
                        && problem.headers()
                                .firstValue("Content-Type")
                                .orElse("")
                                .equals("application/problem+json")
                        && text(problem).contains("\"code\":\"ENDPOINT_NOT_ALLOWED\""));
        try (CountingRelay relay = new CountingRelay(gateway.address().getPort())) {
            boolean all = true;
            for (int i = 0; i < 5; i++) {
                URI again = URI.create(relay.url() + "/api/v1/gone");
                all &= send(http, HttpRequest.newBuilder(again)).statusCode() == 204;
            }
            done.put("reuse", all && relay.connections() == 1);
        }
        BodyPublisher large = BodyPublishers.ofByteArray(GatewayApi.random(4 * BYTES));
        done.put("refusal", send(http, request("/elsewhere").PUT(large)).statusCode() == 403);
        compare("Java HttpClient", lines(done)); // which does not unzip
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(60));
    }

    private static HttpResponse<byte[]> send(HttpClient http, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"keep-alive", "close"})
    void wrkHasEveryAnswerAndNoBrokenConnection(String connection) throws Exception {
        String report = "";
        try {
            report = ProcessRun.of(
                            directory,
                            Map.of(),
                            List.of(
                                    "wrk",
                                    "-t1",
                                    "-c16",
                                    "-d2s",
                                    "--latency",
                                    "-H",
                                    "Connection: " + connection,
                                    url() + "/api/v1/echo/wrk"))
                    .output();
        } catch (IOException e) {
            skip("wrk", e.getMessage());
        }
        System.out.println("wrk, Connection: " + connection + "\n" + report);
        assertThat(report).contains(" requests in ").doesNotContain("Socket errors", "Non-2xx");
    }

    @Test
    void aBrowserOnAPageOfTheSameOrigin() throws Exception {
        try (Chromium browser = Chromium.start(directory.resolve("profile"))) {
            // Given
            browser.show(url() + "/api/v1/page");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> browser.run("typeof cases").asText().equals("function"));

            // Then
            compare("Chromium", browser.run("cases('" + sha256 + "')").asText());

            // When
            String elsewhere = api.url().replace("127.0.0.1", "localhost");
            browser.show(elsewhere + "/api/v1/page");
            await().atMost(Duration.ofSeconds(30)).until(() -> browser.run("location.origin + typeof cases")
                    .asText()
                    .equals(elsewhere + "function"));
            browser.run("fetch('" + url() + "/api/v1/echo/stolen', { mode: 'no-cors' }).then(answer => answer.type)");

            // Then
            assertThat(api.seen("/echo/stolen")).isEmpty();
        }
    }
}
