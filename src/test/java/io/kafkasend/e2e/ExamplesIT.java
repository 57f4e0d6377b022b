package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.client.ScriptedPortal;
import io.kafkasend.client.ScriptedPortal.Received;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.e2e.ExampleClient.Run;
import io.kafkasend.e2e.ExampleClient.Running;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.RequestStart;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The clients of {@code examples/}, as PROTOCOL.md's readers get them: against a real portal, and against one that is odd. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ExamplesIT {
    private static final byte[] BODY = random(2_000_001);
    private static final String TEXT = "naïve 漢字 😀 \"quoted\"\r\n";
    private static final String STRANGER = "6f1f9d2e-9e0c-4f0e-8f3b-1d2c3b4a5f60";

    private static final Queue<Received> SEEN = new ConcurrentLinkedQueue<>();

    private static Stack stack;
    private static ScriptedPortal odd;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() throws Exception {
        stack = Stack.start(
                Map.of("kafkasend.allowed-endpoints", "/api/v1/upload,/api/v1/documents/*,/api/v1/status*"));
        stack.broker.createTopic("odd-requests", 3);
        stack.broker.createTopic("odd-responses", 3, Map.of("max.message.bytes", String.valueOf(8 << 20)));
        odd = new ScriptedPortal(
                stack.broker.bootstrapServers(), "odd-requests", "odd-responses", ExamplesIT::answerOddly);
    }

    @AfterAll
    static void stop() {
        odd.close();
        stack.close();
    }

    @ParameterizedTest
    @EnumSource
    void bodiesOfAnySizeComeThroughByteForByte(ExampleClient client) throws Exception {
        // Given
        client.prepare();
        byte[] body = random(5_000_000);
        Path file = Files.write(directory.resolve("naïve name.pdf"), body);
        Path empty = Files.createFile(directory.resolve("empty.txt"));
        Path target = Files.writeString(directory.resolve("answer.bin"), "what was there before");

        // When
        Run status = run(client, "GET", "/api/v1/status");
        Run upload = run(client, "POST", "/api/v1/upload", file.toString(), "--type", "application/pdf");
        Run raw = run(client, "POST", "/api/v1/upload", file.toString(), "--raw", "-H", "X-Request-ID: a:b=c");
        Run nothing = run(client, "POST", "/api/v1/upload", empty.toString());
        Run download = run(client, "GET", "/api/v1/documents/a?size=5000000", "-o", target.toString());
        Run none = run(client, "GET", "/api/v1/documents/a?size=0");

        // Then
        for (Run run : List.of(status, upload, raw, nothing, download, none)) {
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.err()).startsWith("200, ").hasLineCount(1);
        }
        assertThat(status.text()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(upload.text()).contains("naïve name.pdf", "application/pdf", "\"size\":5000000", sha256(body));
        assertThat(raw.text()).contains("\"size\":5000000", sha256(body)).doesNotContain("naïve name.pdf");
        assertThat(nothing.text()).contains("empty.txt", "\"size\":0");
        assertThat(download.out()).isEmpty();
        assertThat(Files.size(target)).isEqualTo(5_000_000);
        assertThat(sha256(Files.readAllBytes(target))).isEqualTo(SampleApi.documentSha256("a", 5_000_000));
        assertThat(none.out()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void clientsBesideOneAnotherGetTheirOwnAnswers(ExampleClient client) throws Exception {
        // Given
        client.prepare();
        List<Running> started = new ArrayList<>();

        // When
        for (String name : List.of("one", "two", "three")) {
            started.add(start(client, "GET", "/api/v1/documents/" + name + "?size=1000000"));
        }

        // Then
        for (String name : List.of("one", "two", "three")) {
            Run run = started.remove(0).end();
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(sha256(run.out())).isEqualTo(SampleApi.documentSha256(name, 1_000_000));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatFailsIsOneLineAndItsExitCode(ExampleClient client) throws Exception {
        // Given
        client.prepare();
        Path file = Files.write(directory.resolve("large.bin"), random(3_000_000));
        Map<String, String> nowhere = Map.of("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + closedPort());
        Map<String, String> noTopic = Map.of("KAFKA_RESPONSE_TOPIC", "no-such-topic");
        Map<List<String>, String> usage = new LinkedHashMap<>();
        usage.put(List.of("GET", "/a", directory.resolve("missing").toString()), "missing is no file");
        usage.put(List.of("GET", "/a", "--timeout", "0"), "--timeout");
        usage.put(List.of("GET", "/a", "--nonsense"), "--nonsense");
        usage.put(List.of("GET", "/a", "-H", "no colon"), "--header");
        usage.put(List.of("get", "/a"), "METHOD");
        SEEN.clear();

        // When
        Running away = client.start(directory, environment(nowhere), "GET", "/api/v1/status");
        Running topicless = client.start(directory, environment(noTopic), "GET", "/api/v1/status");
        Running silent = startOddly(client, "GET", "/never", "--timeout", "1");
        Run refused = run(client, "GET", "/api/v1/admin");
        Run refusedEarly = run(client, "POST", "/api/v1/admin", file.toString());
        Run missing = run(client, "GET", "/api/v1/status/404");
        Run failed = run(client, "GET", "/api/v1/status/503", "--fail");
        Run full = run(client, "GET", "/api/v1/status", "-o", "/dev/full");
        Run unwritable = runOddly(
                client, "POST", "/unwritten", "-o", directory.resolve("no/such").toString());

        // Then
        assertThat(missing.exitCode()).as(missing.err()).isZero();
        assertThat(missing.err()).startsWith("404, ");
        assertThat(failed.exitCode()).isEqualTo(3);
        requireLine(refused, 1, "(ENDPOINT_NOT_ALLOWED)");
        requireLine(refusedEarly, 1, "(ENDPOINT_NOT_ALLOWED)");
        requireLine(full, 1, "space");
        requireLine(unwritable, 1, "such");
        assertThat(SEEN).noneMatch(request -> request.start().endpoint().equals("/unwritten"));
        requireLine(away.end(), 1, "no answer from Kafka at " + nowhere.get("KAFKA_BOOTSTRAP_SERVERS"));
        requireLine(topicless.end(), 1, "topic no-such-topic");
        requireLine(silent.end(), 4, "no answer within 1 seconds");
        for (Map.Entry<List<String>, String> mistake : usage.entrySet()) {
            Run run = run(client, mistake.getKey().toArray(String[]::new));
            assertThat(run.exitCode()).as(mistake.getKey() + ": " + run.err()).isEqualTo(2);
            assertThat(run.err()).containsIgnoringCase(mistake.getValue()).hasLineCount(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersArePutTogetherHoweverTheyCome(ExampleClient client) throws Exception {
        client.prepare();
        Map<String, Running> started = new LinkedHashMap<>();
        for (String path :
                List.of("/frames", "/base64", "/shuffled", "/sliced", "/anew", "/unbound", "/long-text", "/text")) {
            started.put(path, startOddly(client, "GET", path));
        }
        for (Map.Entry<String, Running> run : started.entrySet()) {
            Run ended = run.getValue().end();
            assertThat(ended.exitCode()).as(run.getKey() + ": " + ended.err()).isZero();
            assertThat(ended.err()).hasLineCount(1);
            byte[] expected = run.getKey().equals("/text")
                    ? TEXT.getBytes(StandardCharsets.UTF_8)
                    : run.getKey().equals("/long-text") ? longText() : BODY;
            assertThat(ended.out()).as(run.getKey()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatIsNotWholeOrNotRightIsAFailure(ExampleClient client) throws Exception {
        client.prepare();
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("/wrong-crc", "CRC-32");
        lines.put("/wrong-length", "announced otherwise");
        lines.put("/too-many", "announced otherwise");
        lines.put("/no-base64", "");
        lines.put("/no-json", "");
        lines.put("/interrupted", "the API broke off (ANSWER_INTERRUPTED)");
        lines.put("/old-error", "too bad (no code)");
        Map<String, Running> started = new LinkedHashMap<>();
        for (String path : lines.keySet()) {
            started.put(path, startOddly(client, "GET", path));
        }
        Running oldText = startOddly(client, "GET", "/old-text");
        for (Map.Entry<String, Running> run : started.entrySet()) {
            requireLine(run.getValue().end(), 1, lines.get(run.getKey()));
        }
        Run warned = oldText.end();
        assertThat(warned.exitCode()).as(warned.err()).isZero();
        assertThat(warned.text()).isEqualTo("é");
        assertThat(warned.err()).contains("warning: ");
    }

    @ParameterizedTest
    @EnumSource
    void requestsKeepTheProtocolsRules(ExampleClient client) throws Exception {
        // Given
        client.prepare();
        SEEN.clear();
        Path file = Files.write(directory.resolve("body.bin"), BODY);

        // When
        Run run = runOddly(client, "PUT", "/base64?a=%20b", file.toString(), "--raw", "--timeout", "77");

        // Then
        assertThat(run.exitCode()).as(run.err()).isZero();
        Received seen = SEEN.remove();
        RequestStart start = seen.start();
        assertThat(seen.body()).isEqualTo(BODY);
        assertThat(start.totalChunks()).isEqualTo(4);
        assertThat(start.crc32()).isEqualTo(crc(BODY));
        assertThat(start.totalBytes()).isEqualTo(BODY.length);
        assertThat(start.timeoutSeconds()).isEqualTo(77);
        assertThat(start.expiresAt() - Instant.now().getEpochSecond()).isBetween(0L, 77L);
        assertThat(start.filename()).isNull();
        assertThat(start.secretSha256()).hasSize(64);
    }

    /** What the API would answer, in the ways that portals of all ages have, and between what others write. */
    private static void answerOddly(Received request, ScriptedPortal portal) {
        SEEN.add(request);
        JobId job = request.start().jobId();
        String digest = ",\"request_sha256\":\"" + portal.digest(job) + "\"";
        String whole = ",\"total_chunks\":4,\"total_bytes\":" + BODY.length + ",\"crc32\":" + crc(BODY) + digest;
        List<byte[]> pieces = pieces(BODY, 665_598);
        strangersWrite(job, portal);
        switch (request.start().endpoint().split("\\?")[0]) {
            case "/frames" -> {
                start(portal, job, false, digest);
                for (int i = 0; i < 4; i++) {
                    Map<String, String> headers = new LinkedHashMap<>(Map.of(
                            "ks-type", "CHUNK", "ks-seq", "" + i, "ks-request", portal.digest(job), "other", "1"));
                    if (i == 3) {
                        headers.putAll(Map.of("ks-total", "4", "ks-crc32", "" + crc(BODY)));
                    }
                    portal.sendRecord(job.value().getBytes(StandardCharsets.US_ASCII), pieces.get(i), headers);
                }
            }
            case "/base64" -> {
                start(portal, job, false, whole);
                for (int i = 0; i < 4; i++) {
                    chunk(portal, job, i, base64(pieces.get(i)), digest);
                }
            }
            case "/shuffled" -> {
                for (int i : new int[] {3, 1, 1, 2}) {
                    chunk(portal, job, i, base64(pieces.get(i)), digest + ",\"new_field\":{\"a\":[1]}");
                }
                start(portal, job, false, whole);
                start(portal, job, false, whole);
                send(portal, job, "\"message_type\":\"PROGRESS\",\"sequence\":0,\"total_chunks\":99" + digest);
                chunk(portal, job, 3, base64(pieces.get(3)), digest);
                chunk(portal, job, 0, base64(pieces.get(0)), digest);
            }
            case "/sliced" -> { // as old portals: one base64 text, cut anywhere
                String text = base64(BODY);
                int cut = 665_601;
                int chunks = (text.length() + cut - 1) / cut;
                start(portal, job, false, ",\"total_chunks\":" + chunks + ",\"crc32\":" + crc(BODY));
                for (int i = 0; i < chunks; i++) {
                    chunk(portal, job, i, text.substring(i * cut, Math.min(text.length(), (i + 1) * cut)), "");
                }
            }
            case "/anew" -> {
                start(portal, job, false, digest);
                chunk(portal, job, 0, base64(random(665_598)), digest);
                chunk(portal, job, 2, base64(random(665_598)), digest);
                start(portal, job, false, whole);
                for (int i = 0; i < 4; i++) {
                    chunk(portal, job, i, base64(pieces.get(i)), digest);
                }
            }
            case "/unbound" -> { // a stranger's ERROR without a digest comes after a record that has it
                start(portal, job, false, whole);
                error(portal, job, "a stranger's", "");
                for (int i = 0; i < 4; i++) {
                    chunk(portal, job, i, base64(pieces.get(i)), digest);
                }
            }
            case "/long-text" -> { // one record of more than a MiB, and is_text false on it
                start(portal, job, true, ",\"total_chunks\":1,\"crc32\":" + crc(longText()));
                chunk(portal, job, 0, new String(longText(), StandardCharsets.UTF_8), ",\"is_text\":false");
            }
            case "/text" -> portal.answerText(job, 200, "text/plain", TEXT);
            case "/old-text" -> {
                start(portal, job, true, ",\"total_chunks\":1,\"crc32\":" + crc(new byte[] {(byte) 0xE9}));
                chunk(portal, job, 0, "é", "");
            }
            case "/wrong-crc" -> {
                start(portal, job, false, ",\"total_chunks\":1,\"crc32\":1" + digest);
                chunk(portal, job, 0, "AAAA", digest);
            }
            case "/wrong-length" -> {
                start(portal, job, true, ",\"total_chunks\":1,\"total_bytes\":4" + digest);
                chunk(portal, job, 0, "abc", digest);
            }
            case "/too-many" -> {
                chunk(portal, job, 2, "AAAA", digest);
                chunk(portal, job, 0, "AAAA", digest);
                start(portal, job, false, ",\"total_chunks\":1" + digest);
            }
            case "/no-base64" -> {
                start(portal, job, false, ",\"total_chunks\":1" + digest);
                chunk(portal, job, 0, "A*AA", digest);
            }
            case "/no-json" -> portal.send(job, "<html>".getBytes(StandardCharsets.UTF_8));
            case "/interrupted" -> {
                start(portal, job, false, digest);
                chunk(portal, job, 0, base64(pieces.get(0)), digest);
                error(portal, job, "the API broke off", ",\"error_code\":\"ANSWER_INTERRUPTED\"" + digest);
            }
            case "/old-error" -> error(portal, job, "too\\nbad", "");
            default -> {} // never answered
        }
    }

    /** Records that a client must not take for its own, or not look at. */
    private static void strangersWrite(JobId job, ScriptedPortal portal) {
        byte[] own = job.value().getBytes(StandardCharsets.US_ASCII);
        byte[] garbage = {(byte) 0xFF, 0, '{', (byte) 0x80};
        portal.sendRecord(STRANGER.getBytes(StandardCharsets.US_ASCII), garbage, Map.of());
        portal.sendRecord(STRANGER.getBytes(StandardCharsets.US_ASCII), garbage, Map.of("ks-type", "?"));
        portal.sendRecord(new byte[0], garbage, Map.of());
        portal.sendRecord(null, garbage, Map.of());
        portal.sendRecord(own, null, Map.of());
        error(portal, job, "of nobody's START", ",\"request_sha256\":\"" + "0".repeat(64) + "\"");
        portal.sendRecord(
                own,
                ("{\"job_id\":\"" + STRANGER + "\",\"message_type\":\"ERROR\",\"error_message\":\"another's\"}")
                        .getBytes(StandardCharsets.UTF_8),
                Map.of());
    }

    private static void start(ScriptedPortal portal, JobId job, boolean text, String more) {
        send(portal, job, "\"message_type\":\"START\",\"status_code\":200,\"data\":null,\"is_text\":" + text + more);
    }

    private static void chunk(ScriptedPortal portal, JobId job, int sequence, String data, String more) {
        send(portal, job, "\"message_type\":\"CHUNK\",\"sequence\":" + sequence + ",\"data\":\"" + data + "\"" + more);
    }

    private static void error(ScriptedPortal portal, JobId job, String message, String more) {
        send(portal, job, "\"message_type\":\"ERROR\",\"error_message\":\"" + message + "\"" + more);
    }

    private static void send(ScriptedPortal portal, JobId job, String fields) {
        portal.send(job, ("{\"job_id\":\"" + job + "\"," + fields + "}").getBytes(StandardCharsets.UTF_8));
    }

    private Run run(ExampleClient client, String... arguments) throws IOException {
        return start(client, arguments).end();
    }

    private Run runOddly(ExampleClient client, String... arguments) throws IOException {
        return startOddly(client, arguments).end();
    }

    private Running start(ExampleClient client, String... arguments) throws IOException {
        return client.start(directory, environment(Map.of()), arguments);
    }

    private Running startOddly(ExampleClient client, String... arguments) throws IOException {
        Map<String, String> topics =
                Map.of("KAFKA_REQUEST_TOPIC", "odd-requests", "KAFKA_RESPONSE_TOPIC", "odd-responses");
        return client.start(directory, environment(topics), arguments);
    }

    private static Map<String, String> environment(Map<String, String> more) {
        Map<String, String> all =
                new LinkedHashMap<>(Map.of("KAFKA_BOOTSTRAP_SERVERS", stack.broker.bootstrapServers()));
        all.putAll(more);
        return all;
    }

    private static void requireLine(Run run, int exitCode, String... parts) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).startsWith("client: ").contains(parts).hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static List<byte[]> pieces(byte[] body, int size) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < body.length; at += size) {
            pieces.add(java.util.Arrays.copyOfRange(body, at, Math.min(body.length, at + size)));
        }
        return pieces;
    }

    private static byte[] longText() {
        return "größer 漢字 ".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
