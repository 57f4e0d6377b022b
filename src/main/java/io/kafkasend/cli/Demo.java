package io.kafkasend.cli;

import io.kafkasend.client.Answer;
import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.Body;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.client.Request;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.Method;
import io.kafkasend.security.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * The whole job on real parts in one process, and what it proves. Not thread-safe, but for {@link #close()}.
 */
final class Demo implements AutoCloseable {
    private static final int PARTITIONS = 3;
    private static final int CHECKS = 5;

    private final PrintStream out;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private EmbeddedBroker broker;
    private SampleApi api;
    private KafkaSendClient client;
    private int passed;
    private int failed;

    Demo(PrintStream out) {
        this.out = out;
    }

    /** Starts every part, each on a free port of this machine. */
    void start() throws Exception {
        long begin = System.nanoTime();
        String secret = UUID.randomUUID().toString();
        broker = opened(EmbeddedBroker.start());
        broker.createTopic("api-requests", PARTITIONS);
        broker.createTopic("api-responses", PARTITIONS);
        broker.createTopic("api-dead-letters", 1);
        say("broker        Kafka, " + broker.bootstrapServers());
        TokenServer tokens = opened(TokenServer.start("portal", secret));
        say("token server  " + tokens.tokenUrl());
        api = opened(SampleApi.start(tokens::isValid));
        say("sample API    " + api.url() + ", takes that server's tokens only");
        opened(Portal.start(Map.of(
                "kafkasend.bootstrap-servers",
                broker.bootstrapServers(),
                "kafkasend.target-api-url",
                api.url().toString(),
                "kafkasend.allowed-endpoints",
                "/api/v1/upload,/api/v1/documents/*,/api/v1/status",
                "kafkasend.modern-readers",
                "true", // nobody else reads the topic
                "kafkasend.oauth2-token-url",
                tokens.tokenUrl().toString(),
                "kafkasend.oauth2-client-id",
                "portal",
                "kafkasend.oauth2-client-secret",
                secret)));
        client = opened(KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .modernPortals(true)
                .defaultTimeout(Duration.ofMinutes(5))
                .build());
        say(String.format(
                Locale.ROOT,
                "portal        allows /api/v1/upload, /api/v1/documents/* and /api/v1/status; all up in %.1f s",
                seconds(begin)));
        out.println();
    }

    /** Runs every check; says whether all passed. */
    boolean prove(long size) throws IOException {
        Path file = Files.createTempFile("kafkasend-demo-", ".bin");
        try {
            write(file, size);
            check("upload of " + Bytes.of(size), () -> upload(file));
            check("download of " + Bytes.of(size), () -> download(size));
            check("JSON GET", this::getJson);
            check("endpoint off the allow-list", () -> refused("/api/v1/admin/users"));
            check(
                    "SSRF attempt",
                    () -> refused("/api/v1/documents/a?callback=http://169.254.169.254/latest/meta-data"));
        } finally {
            Files.deleteIfExists(file);
        }
        out.println();
        out.println("demo: " + passed + " passed, " + failed + " failed");
        return failed == 0 && passed == CHECKS;
    }

    /** How to reach the parts from another terminal. */
    void explainHowToTalkToIt() {
        String servers = broker.bootstrapServers();
        out.println();
        out.println("Everything is still running. From another terminal:");
        out.println("  ./kafkasend send-file README.md -e /api/v1/upload -b " + servers);
        out.println("  ./kafkasend send-request -e /api/v1/status -b " + servers);
        out.println("  ./kafkasend send-request -e '/api/v1/documents/a?size=1000000' -o a.bin -b " + servers);
        out.println("  ./kafkasend send-request -e /api/v1/admin/users -b " + servers);
        out.println("Ctrl-C ends it.");
    }

    private String upload(Path file) throws IOException {
        Answer answer = client.call(Request.builder()
                .method(Method.POST)
                .endpoint("/api/v1/upload")
                .body(Body.file(file))
                .filename("demo.bin")
                .contentType("application/octet-stream")
                .build());
        String sent = sha256(Files.newInputStream(file));
        require(answer.status() == 200, "the API answered " + answer.status());
        require(
                answer.text().contains("\"sha256\":\"" + sent + "\""),
                "the API received other bytes: " + answer.text());
        return "200, SHA-256 " + sent.substring(0, 12) + "... equal at both ends";
    }

    private String download(long size) throws IOException {
        BodyDigest digest = new BodyDigest(true);
        OutputStream sink = new OutputStream() {
            @Override
            public void write(int b) {
                digest.update(new byte[] {(byte) b});
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                digest.update(bytes, from, length);
            }
        };
        Answer answer = client.call(
                Request.builder()
                        .method(Method.GET)
                        .endpoint("/api/v1/documents/demo?size=" + size)
                        .build(),
                AnswerTarget.stream(sink),
                ProgressListener.none());
        String expected = SampleApi.documentSha256("demo", size);
        String received = digest.sha256();
        require(answer.status() == 200, "the API answered " + answer.status());
        require(digest.bytes() == size, digest.bytes() + " bytes came");
        require(expected.equals(received), "other bytes came than the API sent");
        return "200, SHA-256 " + received.substring(0, 12) + "... equal at both ends";
    }

    private String getJson() {
        Answer answer = client.call(
                Request.builder().method(Method.GET).endpoint("/api/v1/status").build());
        require(answer.status() == 200, "the API answered " + answer.status());
        require(answer.text().startsWith("{"), "no JSON came");
        return "200, " + answer.text().strip();
    }

    private String refused(String endpoint) {
        int before = api.calls().size();
        try {
            Answer answer = client.call(
                    Request.builder().method(Method.GET).endpoint(endpoint).build());
            throw new IllegalStateException("it was answered " + answer.status());
        } catch (JobFailedException e) {
            require(e.code().orElse("").equals("ENDPOINT_NOT_ALLOWED"), "the code is " + e.code());
            require(api.calls().size() == before, "the API was called");
            return "refused with " + e.code().orElseThrow() + ", the API saw nothing";
        }
    }

    private void check(String name, Callable<String> proof) {
        long begin = System.nanoTime();
        String number = "[" + (passed + failed + 1) + "/" + CHECKS + "] ";
        String label = String.format(Locale.ROOT, "%-28s", name);
        try {
            String proved = proof.call();
            passed++;
            say(String.format(Locale.ROOT, "%s%s %5.2f s  %s", number, label, seconds(begin), proved));
        } catch (Exception e) {
            failed++;
            say(String.format(Locale.ROOT, "%s%s %5.2f s  FAILED: %s", number, label, seconds(begin), e.getMessage()));
        }
    }

    private static void write(Path file, long size) throws IOException {
        try (OutputStream stream = Files.newOutputStream(file);
                InputStream document = SampleApi.document("upload", size)) {
            document.transferTo(stream);
        }
    }

    private static String sha256(InputStream stream) throws IOException {
        BodyDigest digest = new BodyDigest(true);
        try (stream) {
            byte[] buffer = new byte[1 << 16];
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return digest.sha256();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    /** What the API or a peer said may stand in the line. */
    private void say(String line) {
        out.println(Printable.line(line));
    }

    private <T extends AutoCloseable> T opened(T part) {
        synchronized (parts) {
            parts.push(part);
        }
        return part;
    }

    /** Ends every part, last first; does nothing the second time. */
    @Override
    public void close() {
        synchronized (parts) {
            while (!parts.isEmpty()) {
                try {
                    parts.pop().close();
                } catch (Exception e) {
                    say("demo: a part did not end well: " + e.getMessage());
                }
            }
        }
    }
}
