package io.kafkasend.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kafkasend.ChildJvm;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.client.ScriptedPortal;
import io.kafkasend.client.ScriptedPortal.Received;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.Transfer;
import io.kafkasend.security.client.ClientKey;
import io.kafkasend.security.client.SignatureCheck;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CliIT {
    private static final BlockingQueue<Received> SEEN = new LinkedBlockingQueue<>();

    /** Text that would overwrite, turn and hide itself on a terminal. */
    private static final String TURNED = "refused\rgranted \u202edetnarg\u2069 a\u200bb\u2028c\r\nend";

    private static final String TURNED_SHOWN = "refused\\rgranted \\u202edetnarg\\u2069 a\\u200bb\\u2028c";

    private static final AtomicBoolean BUSY = new AtomicBoolean();

    private static EmbeddedBroker broker;
    private static ScriptedPortal portal;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 2);
        broker.createTopic("api-responses", 2);
        broker.createTopic("api-dead-letters", 1);
        portal = new ScriptedPortal(broker.bootstrapServers(), "api-requests", "api-responses", CliIT::answer);
    }

    @AfterAll
    static void stop() {
        portal.close();
        broker.close();
    }

    /** The API: what the path says. */
    private static void answer(Received request, ScriptedPortal p) {
        SEEN.add(request);
        JobId job = request.start().jobId();
        switch (request.start().endpoint()) {
            case "/echo" -> p.answerBinary(job, 200, request.body());
            case "/text" -> p.answerText(job, 200, "text/plain", "héllo");
            case "/turned" -> p.answerText(job, 200, "text/plain", TURNED);
            case "/turned-refusal" -> p.fail(job, ErrorCode.ENDPOINT_NOT_ALLOWED, TURNED);
            case "/json" -> p.answerText(job, 201, "application/json", "{\"ok\":true}");
            case "/cookies" ->
                p.send(
                        job,
                        ("{\"job_id\":\"" + job
                                        + "\",\"message_type\":\"START\",\"total_chunks\":0,\"status_code\":200,"
                                        + "\"headers\":{\"ETag\":\"e\",\"Set-Cookie\":[\"a=1, b\",\"c=2\"]},\"is_text\":false}")
                                .getBytes(StandardCharsets.UTF_8));
            case "/dropped" ->
                p.send(
                        job,
                        ("{\"job_id\":\"" + job
                                        + "\",\"message_type\":\"START\",\"total_chunks\":0,\"status_code\":200,"
                                        + "\"headers\":{},\"is_text\":false,\"dropped_headers\":[\"X-A\",\"X\\u001b-B\"]}")
                                .getBytes(StandardCharsets.UTF_8));
            case "/missing" -> p.answerText(job, 404, "text/plain", "no such item");
            case "/refused" -> p.fail(job, ErrorCode.ENDPOINT_NOT_ALLOWED, "the endpoint is not allowed");
            case "/busy-once" -> {
                if (BUSY.getAndSet(false)) {
                    p.fail(job, ErrorCode.TOO_MANY_JOBS, "the portal is full");
                } else {
                    p.answerText(job, 200, "text/plain", "at last");
                }
            }
            case "/busy" -> p.fail(job, ErrorCode.TOO_MANY_JOBS, "the portal is full");
            default -> {} // never answered
        }
    }

    @Test
    void aFileGoesUpAsMultipartAndTheAnswerComesToStandardOutput() throws Exception {
        Path file = Files.writeString(directory.resolve("report.json"), "{\"a\":1}");

        CommandRun run = run("send-file", file.toString(), "-e", "/echo", "-H", "X-Tag: 7", "-H", "x-tag: 8, 9");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("{\"a\":1}");
        assertThat(run.err()).contains("POST /echo", "sent 100 % of 7 bytes", "received 100 %", "200 after");
        Received seen = seen();
        assertThat(seen.start().method()).isEqualTo(Method.POST);
        assertThat(seen.start().filename()).isEqualTo("report.json");
        assertThat(seen.start().contentType()).isEqualTo("application/json");
        assertThat(seen.start().headers()).containsExactly(Map.entry("X-Tag", "7, 8, 9"));
    }

    @Test
    void theAnswersHeadStandsBeforeItsBodyWhereThatIsAskedFor() throws Exception {
        // Given
        Path file = directory.resolve("answer.txt");
        String head = "HTTP/1.1 200\nContent-Type: text/plain\n\n";

        // When
        CommandRun straight = run("send-request", "-e", "/text", "-i", "-q");
        CommandRun shown = CommandRun.with(environment(), true, "", "send-request", "-e", "/text", "--include", "-q");
        CommandRun beside = run("send-request", "-e", "/text", "-i", "-q", "-o", file.toString());
        CommandRun repeated = run("send-request", "-e", "/cookies", "-i", "-q");
        CommandRun json = run("send-request", "-e", "/text", "-i", "-q", "--json");
        CommandRun without = run("send-request", "-e", "/text", "-q");

        // Then
        assertThat(straight.out()).isEqualTo(head + "héllo");
        assertThat(shown.out()).isEqualTo(head + "héllo\n");
        assertThat(beside.out()).isEqualTo(head);
        assertThat(file).hasContent("héllo");
        assertThat(repeated.out()).isEqualTo("HTTP/1.1 200\nETag: e\nSet-Cookie: a=1, b\nSet-Cookie: c=2\n\n");
        assertThat(json.out()).startsWith("{").doesNotContain("HTTP/1.1");
        assertThat(without.out()).isEqualTo("héllo");
        for (int i = 0; i < 6; i++) {
            seen();
        }
    }

    @Test
    void aJobHasTheIdThatItsCallerChoseAndIsSentOnce() throws Exception {
        // Given
        String id = JobId.random().value();
        String another = JobId.random().value();

        // When
        CommandRun run = run("send-request", "-e", "/text", "--job-id", id, "--no-wait", "-q");
        CommandRun busy = run("send-request", "-e", "/busy", "--job-id", another, "-q");

        // Then
        assertThat(run.out().strip()).isEqualTo(id);
        assertThat(seen().start().jobId().value()).isEqualTo(id);
        assertThat(busy.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(seen().start().jobId().value()).isEqualTo(another);
        assertThat(SEEN).isEmpty();
    }

    @Test
    void aRequestIsSignedWithTheKeyThatKeygenMade() throws Exception {
        run("keygen", "--client-id", "reports", "--out", directory.toString());
        Path key = directory.resolve("reports.key.pem");

        CommandRun run = run("send-request", "-e", "/text", "--signing-key", key.toString(), "--client-id", "reports");

        assertThat(run.exitCode()).as(run.err()).isZero();
        RequestStart start = seen().start();
        assertThat(start.clientId()).isEqualTo("reports");
        ClientKey known = ClientKey.ofPem(Files.readString(directory.resolve("reports.pem")));
        assertThat(new SignatureCheck(Duration.ofHours(1))
                        .verify(start.signature(), Map.of("reports", known))
                        .clientId())
                .isEqualTo("reports");
    }

    @Test
    void anAnswerIsWaitedForOnTheTopicThatWasAskedFor() throws Exception {
        broker.createTopic("answers-elsewhere", 1);

        CommandRun run = run("send-request", "-e", "/text", "--reply-to", "answers-elsewhere", "--timeout", "3");

        // This portal knows nothing of it, and answers on its own topic.
        assertThat(run.exitCode()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(seen().start().replyTo()).isEqualTo("answers-elsewhere");
    }

    @Test
    void aRawFileHasNoName() throws Exception {
        Path file = Files.writeString(directory.resolve("data"), "raw");

        CommandRun run =
                run("send-file", file.toString(), "-e", "/text", "--raw", "-m", "put", "-t", "text/csv", "--quiet");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("héllo");
        assertThat(run.err()).isEmpty();
        Received seen = seen();
        assertThat(seen.start().method()).isEqualTo(Method.PUT);
        assertThat(seen.start().multipart()).isFalse();
        assertThat(seen.start().contentType()).isEqualTo("text/csv");
        assertThat(seen.body()).asString().isEqualTo("raw");
    }

    @Test
    void aFileGoesUpInFramesAndCompressedWhereThatIsAskedFor() throws Exception {
        Path file = Files.writeString(directory.resolve("a.csv"), "a,b,c\n".repeat(300_000));

        CommandRun run =
                run("send-file", file.toString(), "-e", "/echo", "--binary", "--yes", "--compress", "zstd", "--quiet");
        CommandRun plain = run("send-file", file.toString(), "-e", "/echo", "--quiet");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outBytes()).isEqualTo(Files.readAllBytes(file));
        assertThat(plain.outBytes()).isEqualTo(Files.readAllBytes(file));
        assertThat(seen().start().transfer())
                .isEqualTo(
                        new Transfer(ContentEncoding.ZSTD, true, true, Set.of(ContentEncoding.ZSTD), true, true, true));
        assertThat(seen().start().transfer()).isEqualTo(new Transfer(null, false, true, Set.of(), true, true, true));
    }

    @Test
    void aFormGoesAsTheOptionsSayAndAPortalThatIsTooOldForItIsNamed() throws Exception {
        // Given
        String file = Files.writeString(directory.resolve("a.txt"), "abc").toString();
        List<String> form = List.of("--form-field", "document", "--form", "b=1=2", "--form", "a=", "--form", "b=3");

        for (List<String> command : List.of(List.of("send-file", file), List.of("send-request", "--data-file", file))) {
            // When
            List<String> arguments = new ArrayList<>(command);
            arguments.addAll(List.of("-e", "/echo", "--quiet"));
            arguments.addAll(form);
            CommandRun run = run(arguments.toArray(String[]::new));

            // Then
            RequestStart start = seen().start();
            assertThat(start.filename()).isEqualTo("a.txt");
            assertThat(start.contentType()).isEqualTo("text/plain");
            assertThat(start.form().file()).isEqualTo("document");
            assertThat(start.form().texts())
                    .containsExactly(Map.entry("b", List.of("1=2", "3")), Map.entry("a", List.of("")));
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err())
                    .contains("the portal is too old for form fields")
                    .contains("answered 200");
        }
    }

    @Test
    void bodiesAreCheckedBySha256WhereThatIsAskedFor() throws Exception {
        Path file = Files.writeString(directory.resolve("a.txt"), "abc");

        CommandRun run = run("send-file", file.toString(), "-e", "/echo", "--sha256", "--quiet");
        CommandRun plain = run("send-file", file.toString(), "-e", "/echo", "--quiet");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(plain.exitCode()).as(plain.err()).isZero();
        assertThat(seen().start().sha256())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(seen().start().sha256()).isNull();
    }

    @Test
    void anEmptyFileIsSentToo() throws Exception {
        Path file = Files.createFile(directory.resolve("empty.txt"));

        CommandRun run = run("send-file", file.toString(), "-e", "/json");

        assertThat(run.exitCode()).isZero();
        Received seen = seen();
        assertThat(seen.start().totalChunks()).isZero();
        assertThat(seen.start().multipart()).isTrue();
    }

    @Test
    void aRequestWithoutDataIsAGet() throws Exception {
        CommandRun run = run("send-request", "-e", "/json");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("{\"ok\":true}");
        Received seen = seen();
        assertThat(seen.start().method()).isEqualTo(Method.GET);
        assertThat(seen.start().contentType()).isNull();
    }

    @Test
    void aRequestWithDataIsAPost() throws Exception {
        assertThat(run("send-request", "-e", "/echo", "-d", "{\"ä\":1}").out()).isEqualTo("{\"ä\":1}");

        Received seen = seen();
        assertThat(seen.start().method()).isEqualTo(Method.POST);
        assertThat(seen.start().contentType()).isEqualTo("application/json");
    }

    @Test
    void dataComesFromStandardInput() throws Exception {
        CommandRun run =
                CommandRun.with(environment(), false, "from a pipe", "send-request", "-e", "/echo", "--data-file", "-");

        assertThat(run.out()).isEqualTo("from a pipe");
        assertThat(seen().start().contentType()).isEqualTo("application/octet-stream");
    }

    @Test
    void dataComesFromAFileByteForByteAsWithCurl() throws Exception {
        // Given
        byte[] content = "\"a b\" --json\n\n# 'c\u0000\r\n@other".getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(directory.resolve("item.json"), content);

        // When
        CommandRun named = run("send-request", "-e", "/echo", "-q", "-d", "@" + file);
        CommandRun piped = CommandRun.with(environment(), false, "in", "send-request", "-e", "/echo", "-q", "-d", "@-");
        CommandRun raw = run("send-request", "-e", "/echo", "-q", "--data-raw", "@" + file);

        // Then
        assertThat(named.outBytes()).isEqualTo(content);
        assertThat(seen().start().contentType()).isEqualTo("application/json");
        assertThat(piped.out()).isEqualTo("in");
        assertThat(seen().start().contentType()).isEqualTo("application/octet-stream");
        assertThat(raw.out()).isEqualTo("@" + file);
        assertThat(seen().start().contentType()).isEqualTo("text/plain; charset=utf-8");
    }

    @Test
    void aFileComesFromStandardInputUnderTheNameThatIsGiven() throws Exception {
        // When
        CommandRun run = CommandRun.with(environment(), false, "in", "send-file", "-", "-e", "/echo", "-q");
        CommandRun named = CommandRun.with(
                environment(), false, "in", "send-file", "-", "-e", "/echo", "-q", "--filename", "a.json");
        CommandRun raw = CommandRun.with(environment(), false, "in", "send-file", "-", "-e", "/echo", "-q", "--raw");

        // Then
        for (CommandRun each : List.of(run, named, raw)) {
            assertThat(each.exitCode()).as(each.err()).isZero();
            assertThat(each.out()).isEqualTo("in");
        }
        assertThat(seen().start().filename()).isEqualTo("stdin");
        RequestStart start = seen().start();
        assertThat(start.filename()).isEqualTo("a.json");
        assertThat(start.contentType()).isEqualTo("application/json");
        assertThat(seen().start().multipart()).isFalse();
    }

    @Test
    void anAnswerThatCannotBeWrittenIsAFailure() throws Exception {
        for (String[] how : new String[][] {{}, {"-o", "-"}, {"--json"}, {"--no-wait"}, {"--fail", "--json"}}) {
            // Given
            OutputStream full = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("No space left on device");
                }
            };

            // When
            CommandRun run = CommandRun.onto(
                    full,
                    concat(
                            new String[] {"send-request", "-e", "/missing", "-q", "-b", broker.bootstrapServers()},
                            how));

            // Then
            assertThat(run.exitCode()).as(String.join(" ", how)).isEqualTo(ExitCode.FAILED);
            assertThat(run.err()).contains("No space left on device").hasLineCount(1);
            seen();
        }
    }

    @Test
    void theAnswerIsSavedToAFile() throws Exception {
        Path file = directory.resolve("answer.bin");
        byte[] body = new byte[2_000_000];
        new java.util.Random(1).nextBytes(body);
        Path source = Files.write(directory.resolve("source.bin"), body);

        CommandRun run = run("send-file", source.toString(), "-e", "/echo", "-o", file.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.outBytes()).isEmpty();
        assertThat(file).hasBinaryContent(body);
        assertThat(run.err()).contains("sent 30 %", "in " + file);
        seen();
    }

    @Test
    void headersThatDidNotReachTheApiAreNamedInOneLine() throws Exception {
        CommandRun run = run("send-request", "-e", "/dropped");
        CommandRun quiet = run("send-request", "-e", "/dropped", "-q");
        CommandRun json = run("send-request", "-e", "/dropped", "--json");

        assertThat(run.err())
                .contains("the portal did not pass on: X-A, X\\u001b-B (its PORTAL_ALLOWED_HEADERS says what passes)");
        assertThat(quiet.err()).isEmpty();
        assertThat(json.out()).contains("\"dropped_headers\":[\"X-A\",");
        seen();
        seen();
        seen();
    }

    @Test
    void failMakesAnErrorOfTheApiOursToo() throws Exception {
        assertThat(run("send-request", "-e", "/missing").exitCode()).isZero();

        CommandRun run = run("send-request", "-e", "/missing", "--fail");

        assertThat(run.exitCode()).isEqualTo(ExitCode.API_ERROR);
        assertThat(run.out()).isEqualTo("no such item");
        assertThat(run.err()).contains("404 after");
        seen();
        seen();
    }

    @Test
    void anErrorOfThePortalIsOneLineAndExitCodeOne() throws Exception {
        CommandRun refused = run("send-request", "-e", "/refused", "--quiet");

        assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.err())
                .isEqualTo("kafkasend: the endpoint is not allowed (ENDPOINT_NOT_ALLOWED)" + System.lineSeparator());
        assertThat(run("send-request", "-e", "/busy", "--quiet", "--retries", "0")
                        .err())
                .contains("may pass later");
        seen();
        seen();
    }

    @Test
    void whatThePortalCannotDoNowIsSentAgain() throws Exception {
        // Given
        BUSY.set(true);

        // When
        CommandRun run = run("send-request", "-e", "/busy-once");

        // Then
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("at last");
        assertThat(run.err()).contains("the portal is full (TOO_MANY_JOBS); retry 1 of 3 in 0.");
        assertThat(seen().start().jobId()).isNotEqualTo(seen().start().jobId());
    }

    @Test
    void jsonCountsAttempts() throws Exception {
        // Given
        BUSY.set(true);

        // When
        CommandRun run = run("send-request", "-e", "/busy-once", "--json", "-q");

        // Then
        assertThat(json(run)).containsEntry("attempts", "2").containsEntry("outcome", "answered");
        seen();
        seen();
    }

    @Test
    void retriesOutOfRangeAreBadUsage() {
        CommandRun run = run("send-request", "-e", "/json", "--retries", "-1");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--retries is -1; it takes 0 to 100");
    }

    @Test
    void controlCTellsThePortalAndExitsWith130() throws Exception {
        // Given
        Process process = new ProcessBuilder(ChildJvm.command(
                        List.of(),
                        "io.kafkasend.cli.KafkaSend",
                        "send-request",
                        "-e",
                        "/never",
                        "--modern-portals",
                        "-b",
                        broker.bootstrapServers()))
                .redirectErrorStream(true)
                .start();
        try {
            JobId job = seen().start().jobId();

            // When
            assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();

            // Then
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(130);
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("interrupted");
            await().until(() -> portal.cancelled().contains(job));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void noAnswerIsExitCodeFour() throws Exception {
        CommandRun run = run("send-request", "-e", "/never", "--timeout", "1", "--quiet");

        assertThat(run.exitCode()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(run.err()).contains("no answer within 1 seconds");
        assertThat(run.errLines()).isEqualTo(1);
        seen();
    }

    @Test
    void noWaitPrintsTheJobsId() throws Exception {
        CommandRun run = run("send-request", "-e", "/never", "--no-wait");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().strip()).isEqualTo(seen().start().jobId().value());
        assertThat(json(run("send-request", "-e", "/never", "--no-wait", "--json")))
                .containsEntry("job_id", seen().start().jobId().value());
    }

    @Test
    void detachPrintsTheLineThatFetchesTheAnswerAnyNumberOfTimes() throws Exception {
        CommandRun begun = run("send-request", "-e", "/text", "--detach");
        assertThat(begun.exitCode()).as(begun.err()).isZero();
        String[] line = begun.out().strip().split(" ");
        assertThat(line).startsWith("kafkasend", "fetch", seen().start().jobId().value(), "--digest");
        String[] fetch = concat(Arrays.copyOfRange(line, 1, line.length), new String[] {"--timeout", "30"});

        for (int i = 0; i < 3; i++) {
            CommandRun fetched = run(fetch);
            assertThat(fetched.exitCode()).as(fetched.err()).isZero();
            assertThat(fetched.out()).isEqualTo("héllo");
        }
        assertThat(json(run(concat(fetch, new String[] {"--json"}))))
                .containsEntry("status", "200")
                .containsEntry("body", "héllo");
        assertThat(SEEN).isEmpty();
    }

    @Test
    void fetchSaysWhatThereIsOfAJobWithoutAnswer() throws Exception {
        String id = run("send-request", "-e", "/never", "--no-wait").out().strip();
        seen();

        CommandRun run = run("fetch", id, "-q");
        assertThat(run.exitCode()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(run.err()).contains("no answer yet");
        assertThat(run.errLines()).isEqualTo(1);
        assertThat(json(run("fetch", id, "--json")))
                .containsEntry("error_code", "TIMED_OUT")
                .containsEntry("job_id", id);
    }

    @Test
    void fetchTakesTheAnswerOfTheRequestThatTheDigestNamesAndRefusesWhatIsNone() throws Exception {
        String id = run("send-request", "-e", "/refused", "--no-wait").out().strip();
        seen();

        CommandRun run = run("fetch", id, "--since", "2d", "--timeout", "30", "-q");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("the endpoint is not allowed");
        assertThat(run("fetch", id, "--digest", "abc").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run("fetch", id, "--since", "yesterday").err()).contains("is no time", "7d");
        assertThat(run("fetch", id, "--timeout", "-1").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void jsonHoldsTextAsText() throws Exception {
        CommandRun run = run("send-request", "-e", "/json", "--json");

        assertThat(run.exitCode()).isZero();
        assertThat(json(run))
                .containsEntry("status", "201")
                .containsEntry("body", "{\"ok\":true}")
                .containsEntry("bytes", "11")
                .containsEntry("crc_verified", "true")
                .containsEntry("outcome", "answered")
                .containsEntry("exit_code", "0")
                .containsEntry("attempts", "1")
                .containsEntry("headers.Content-Type", "application/json")
                .containsKeys("job_id", "crc32", "seconds");
        seen();
    }

    @Test
    void jsonHoldsTheValuesOfARepeatedHeaderApart() throws Exception {
        CommandRun run = run("send-request", "-e", "/cookies", "--json");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("\"headers\":{\"ETag\":\"e\",\"Set-Cookie\":[\"a=1, b\",\"c=2\"]}");
        seen();
    }

    @Test
    void jsonHoldsBinaryAsBase64AndNamesAFile() throws Exception {
        Path file = Files.write(directory.resolve("b.bin"), new byte[] {0, 1, 2, (byte) 0xFF});

        assertThat(json(run("send-file", file.toString(), "-e", "/echo", "--json")))
                .containsEntry("body_base64", Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
        String target = directory.resolve("c.bin").toString();
        assertThat(json(run("send-file", file.toString(), "-e", "/echo", "--json", "-o", target)))
                .containsEntry("output", target)
                .doesNotContainKeys("body", "body_base64");
        seen();
        seen();
    }

    @Test
    void jsonHoldsTheErrorToo() throws Exception {
        CommandRun run = run("send-request", "-e", "/busy", "--json", "--retries", "0");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(json(run))
                .containsEntry("error", "the portal is full")
                .containsEntry("error_code", "TOO_MANY_JOBS")
                .containsEntry("retryable", "true")
                .containsKeys("job_id", "seconds");
        assertThat(json(run("send-request", "-e", "/never", "--json", "--timeout", "1")))
                .containsEntry("error_code", "TIMED_OUT")
                .containsEntry("outcome", "timed_out")
                .containsEntry("exit_code", "4");
        seen();
        seen();
    }

    @Test
    void aTerminalGetsTextAndABarButNothingBinary() throws Exception {
        // Given
        Path file = Files.write(directory.resolve("b.bin"), new byte[] {0, 1, 2, (byte) 0xFF});

        // When
        CommandRun text = CommandRun.with(environment(), true, "", "send-request", "-e", "/text");
        CommandRun binary = CommandRun.with(environment(), true, "", "send-file", file.toString(), "-e", "/echo");
        CommandRun forced =
                CommandRun.with(environment(), true, "", "send-file", file.toString(), "-e", "/echo", "-o", "-");

        // Then
        assertThat(text.out()).isEqualTo("héllo" + System.lineSeparator());
        assertThat(binary.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(binary.outBytes()).isEmpty();
        assertThat(binary.err()).contains("is binary", "--output FILE");
        Path kept = Path.of(binary.err().replaceFirst("(?s).*it is in ([^;]+);.*", "$1"));
        assertThat(kept).hasBinaryContent(new byte[] {0, 1, 2, (byte) 0xFF});
        Files.delete(kept);
        assertThat(forced.exitCode()).isZero();
        assertThat(forced.outBytes()).containsExactly(0, 1, 2, 0xFF);
        seen();
        seen();
        seen();
    }

    @Test
    void bytesThatGoToTheTerminalHaveNoBarAmongThem() throws Exception {
        // Given
        Path file = Files.write(directory.resolve("c.bin"), new byte[] {0, 1, 2, (byte) 0xFF});
        String[] send = {"send-file", file.toString(), "-e", "/echo", "-o"};

        // When
        CommandRun mixed = CommandRun.onScreen(environment(), send[0], send[1], send[2], send[3], send[4], "-");
        CommandRun apart = CommandRun.onScreen(
                environment(),
                send[0],
                send[1],
                send[2],
                send[3],
                send[4],
                directory.resolve("d.bin").toString());

        // Then
        assertThat(mixed.outBytes()).containsExactly(0, 1, 2, 0xFF);
        assertThat(mixed.err()).matches("200 after [^\r\n]*\\R");
        assertThat(apart.err()).contains("POST /echo", "200 after");
        seen();
        seen();
    }

    @Test
    void whatAnApiOrAPortalSaysCannotTurnOrHideTextOnATerminal() throws Exception {
        // When
        CommandRun shown = CommandRun.with(environment(), true, "", "send-request", "-e", "/turned");
        CommandRun piped = run("send-request", "-e", "/turned");
        CommandRun json = run("send-request", "-e", "/turned", "--json");
        CommandRun refused = run("send-request", "-e", "/turned-refusal");
        CommandRun refusedJson = run("send-request", "-e", "/turned-refusal", "--json");

        // Then
        assertThat(shown.exitCode()).isZero();
        assertThat(shown.out()).isEqualTo(TURNED_SHOWN + "\nend" + System.lineSeparator());
        assertThat(piped.out()).isEqualTo(TURNED);
        assertThat(json(json)).containsEntry("body", TURNED);
        for (CommandRun run : List.of(json, refused, refusedJson)) {
            assertThat(run.out() + run.err()).doesNotContain("\r", "\u202e", "\u2069", "\u200b", "\u2028");
        }
        assertThat(refused.err()).contains("refused granted \\u202edetnarg\\u2069 a\\u200bb c end");
        for (int i = 0; i < 5; i++) {
            seen();
        }
    }

    @Test
    void aTerminalIsKnownByStandardOutputAlone() throws Exception {
        // Given
        Path terminal = Files.createSymbolicLink(directory.resolve("1"), Path.of("/dev/pts/7"));
        Path pipe = Files.createSymbolicLink(directory.resolve("2"), Path.of("pipe:[4711]"));
        Path file = Files.createSymbolicLink(directory.resolve("3"), directory.resolve("answer"));

        // Then
        assertThat(Console.terminal(terminal)).isTrue();
        assertThat(Console.terminal(pipe)).isFalse();
        assertThat(Console.terminal(file)).isFalse();
    }

    @Test
    void aMissingTopicIsOneLine() {
        CommandRun run = run("send-request", "-e", "/a", "--request-topic", "nowhere", "--quiet");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("topic nowhere does not exist", "topics --create");
        assertThat(run.errLines()).isEqualTo(1);
    }

    @Test
    void noBrokerIsOneLine() {
        CommandRun run = CommandRun.of("send-request", "-e", "/a", "-b", "127.0.0.1:9", "--connect-timeout", "1");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("no answer from Kafka at 127.0.0.1:9");
        assertThat(run.errLines()).isEqualTo(1);
    }

    @Test
    void topicsAreCheckedAndCreated() {
        // Given
        String[] names = {
            "--request-topic", "new-requests", "--response-topic", "new-responses", "--dead-letter-topic", "new-dead"
        };

        // When, Then
        CommandRun missing = run(concat(new String[] {"topics"}, names));
        assertThat(missing.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(missing.out()).contains("new-requests: missing", "new-responses: missing");

        CommandRun created =
                run(concat(new String[] {"topics", "--create", "--partitions", "3", "--retention-hours", "2"}, names));
        assertThat(created.exitCode()).as(created.err()).isZero();
        assertThat(created.out().lines())
                .containsExactly(
                        "new-requests: created; partitions 3, replication factor 1, max.message.bytes 1048588, retention 2 h",
                        "new-responses: created; partitions 3, replication factor 1, max.message.bytes 1048588, retention 2 h",
                        "new-dead: created; partitions 3, replication factor 1, max.message.bytes 1114124, retention 2 h");

        assertThat(run(concat(new String[] {"topics", "--create"}, names)).out())
                .contains("new-requests: ok");
        CommandRun checked = run(concat(new String[] {"topics", "--check"}, names));
        assertThat(checked.exitCode()).isZero();
        assertThat(checked.out()).contains("new-responses: ok; partitions 3");
        assertThat(checked.err())
                .contains(
                        "note: answers on new-responses are JSON, which old clients read",
                        "PORTAL_MODERN_READERS=true");
    }

    @Test
    void topicsAreTheSameAsJson() throws Exception {
        // Given
        broker.createTopic("tight", 1, Map.of("max.message.bytes", "1000"));
        String[] names = {"--request-topic", "json-requests", "--response-topic", "api-responses"};

        // When
        CommandRun missing = run(concat(new String[] {"topics", "--json"}, names));
        CommandRun created = run(concat(new String[] {"topics", "--json", "--create", "--partitions", "2"}, names));
        CommandRun unfit = run("topics", "--json", "--request-topic", "tight");

        // Then
        assertThat(missing.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(json(missing))
                .containsEntry("outcome", "failed")
                .containsEntry("error_code", "TOPICS_UNFIT")
                .containsEntry("error", "json-requests is missing");
        assertThat(missing.out()).contains("{\"name\":\"json-requests\",\"state\":\"missing\",\"faults\":[]}");
        assertThat(created.exitCode()).as(created.err()).isZero();
        assertThat(json(created)).containsEntry("outcome", "done");
        assertThat(created.out())
                .contains("{\"name\":\"json-requests\",\"state\":\"created\",\"partitions\":2,\"replication_factor\":1,"
                        + "\"max_message_bytes\":1048588,\"retention_ms\":86400000,\"faults\":[]}");
        assertThat(json(unfit)).containsEntry("error", "tight is unfit").containsEntry("error_code", "TOPICS_UNFIT");
        assertThat(unfit.out()).contains("\"faults\":[\"max.message.bytes must be at least 1048576\"]");
    }

    @Test
    void deadLettersAreTheSameAsJson() throws Exception {
        // Given
        broker.createTopic("json-dead", 1);
        broker.createTopic("json-back", 1);
        byte[] bytes = {(byte) 0xFF, 0, 1};
        bury(
                "json-dead",
                "k".getBytes(StandardCharsets.UTF_8),
                "no \u202ejson".getBytes(StandardCharsets.UTF_8),
                "why");
        bury("json-dead", bytes, bytes, null);
        bury("json-dead", null, null, null);
        String[] where = {"--json", "--dead-letter-topic", "json-dead"};
        Path raw = directory.resolve("value.bin");

        // When
        CommandRun list = run(concat(new String[] {"dlq", "list"}, where));
        CommandRun text = run(concat(new String[] {"dlq", "show", "0:0"}, where));
        CommandRun binary = run(concat(new String[] {"dlq", "show", "0:1"}, where));
        CommandRun nothing = run(concat(new String[] {"dlq", "show", "0:2"}, where));
        CommandRun saved = run(concat(new String[] {"dlq", "show", "0:1", "--raw", raw.toString()}, where));
        CommandRun savedAgain = run(concat(new String[] {"dlq", "show", "0:1", "--raw", raw.toString()}, where));
        CommandRun none = run(concat(new String[] {"dlq", "show", "0:99"}, where));
        String[] back = concat(where, new String[] {"--request-topic", "json-back"});
        CommandRun skipped = run(concat(new String[] {"dlq", "replay", "0:0", "--yes"}, back));
        CommandRun replayed = run(concat(new String[] {"dlq", "replay", "--all", "--yes"}, back));
        CommandRun absent = run(concat(new String[] {"dlq", "replay", "0:99", "--yes"}, back));
        CommandRun no =
                CommandRun.with(environment(), true, "n\n", concat(new String[] {"dlq", "replay", "0:0"}, back));
        CommandRun noTopic = run("dlq", "list", "--json", "--dead-letter-topic", "no-such-topic");

        // Then
        assertThat(json(list)).containsEntry("outcome", "done").containsEntry("command", "dlq list");
        assertThat(list.out())
                .contains(
                        "{\"place\":\"0:0\",",
                        "\"bytes\":10,\"error_code\":null,\"reason\":\"why\"}",
                        "\"place\":\"0:2\"");
        assertThat(json(text)).containsEntry("outcome", "done");
        assertThat(text.out())
                .contains("\"key\":\"k\",\"bytes\":10,\"value\":\"no \\u202ejson\"")
                .doesNotContain("\u202e");
        assertThat(json(binary)).containsEntry("outcome", "done");
        assertThat(binary.out()).contains("\"key_base64\":\"/wAB\",\"bytes\":3,\"value_base64\":\"/wAB\"");
        assertThat(json(nothing)).containsEntry("outcome", "done");
        assertThat(nothing.out()).contains("\"key\":null,\"bytes\":0,\"value\":null");
        assertThat(json(saved)).containsEntry("outcome", "done");
        assertThat(saved.out()).contains("\"output\":\"" + raw + "\"").doesNotContain("\"value");
        assertThat(raw).hasBinaryContent(bytes);
        assertThat(json(savedAgain)).containsEntry("error_code", "FILE").containsEntry("exit_code", "1");
        assertThat(json(none)).containsEntry("error_code", "NO_RECORD").containsEntry("exit_code", "1");
        assertThat(json(skipped)).containsEntry("error_code", "ALL_SKIPPED").containsEntry("written", "0");
        assertThat(skipped.out())
                .contains("\"skipped\":[{\"place\":\"0:0\",\"reason\":\"it can only come back, INVALID_JSON\"}]");
        assertThat(json(replayed)).containsEntry("outcome", "done").containsEntry("written", "1");
        assertThat(json(absent)).containsEntry("error_code", "NO_RECORD").containsEntry("written", "0");
        assertThat(json(no)).containsEntry("error_code", "NOT_CONFIRMED");
        assertThat(json(noTopic)).containsEntry("error_code", "NO_TOPIC").containsEntry("retryable", "false");
    }

    private static void bury(String topic, byte[] key, byte[] value, String reason) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, value);
            if (reason != null) {
                record.headers().add("__connect.errors.exception.message", reason.getBytes(StandardCharsets.UTF_8));
            }
            producer.send(record).get();
        }
    }

    @Test
    void anUnfitTopicIsNamed() {
        broker.createTopic("small", 1, Map.of("max.message.bytes", "1000", "retention.ms", "60000"));

        CommandRun run = run("topics", "--request-topic", "small");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out())
                .contains("small: unfit, max.message.bytes must be at least 1048576, retention must be at least")
                .contains("api-responses: ok");
    }

    @Test
    void kafkaPropertiesComeFromAFileAndTheCommandLineOverIt() throws Exception {
        // Given
        Path config = Files.writeString(directory.resolve("client.properties"), "security.protocol=PIGEON\n");
        Map<String, String> environment = new HashMap<>(environment());
        environment.put("KAFKA_CLIENT_CONFIG", config.toString());

        // When, Then
        CommandRun bad = CommandRun.with(environment, false, "", "topics");
        assertThat(bad.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(bad.err()).contains("PIGEON");
        CommandRun good =
                CommandRun.with(environment, false, "", "topics", "--kafka-property", "security.protocol=PLAINTEXT");
        assertThat(good.exitCode()).as(good.err()).isZero();
    }

    private static CommandRun run(String... arguments) {
        return CommandRun.with(environment(), false, "", arguments);
    }

    private static Map<String, String> environment() {
        return Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    }

    private static Received seen() throws InterruptedException {
        Received received = SEEN.poll(60, TimeUnit.SECONDS);
        assertThat(received).isNotNull();
        return received;
    }

    private static String[] concat(String[] first, String[] second) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(second));
        return all.toArray(String[]::new);
    }

    /** One JSON object on one line, flat: nested names joined by a dot. */
    private static Map<String, String> json(CommandRun run) throws Exception {
        assertThat(run.out().lines()).hasSize(1);
        OutputSchema.require(run.out());
        Map<String, String> fields = new HashMap<>();
        String prefix = "";
        try (JsonParser parser = new JsonFactory().createParser(run.out().getBytes(StandardCharsets.UTF_8))) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            JsonToken token;
            while ((token = parser.nextToken()) != null) {
                if (token == JsonToken.START_OBJECT) {
                    prefix = parser.currentName() + ".";
                } else if (token == JsonToken.END_OBJECT) {
                    prefix = "";
                } else if (token.isScalarValue()) {
                    fields.put(prefix + parser.currentName(), parser.getText());
                }
            }
        }
        return fields;
    }
}
