package io.kafkasend.cli.dev;

import io.kafkasend.cli.console.Bytes;
import io.kafkasend.cli.console.Ink;
import io.kafkasend.cli.option.RecordCount;
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
import io.kafkasend.security.PolicyViolation.Reason;
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
    private static final String KEPT = String.valueOf(4L << 30);

    private static final String REQUESTS = "api-requests";
    private static final String RESPONSES = "api-responses";
    private static final String DEAD_LETTERS = "api-dead-letters";

    private final PrintStream out;
    private final Ink ink;
    private final SecurityLog securityLog = SecurityLog.inPlaceOfPrinting();
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private EmbeddedBroker broker;
    private SampleApi api;
    private KafkaSendClient client;
    private RecordCount records;
    private int passed;
    private int failed;

    /**
     * @param ink colours out
     */
    Demo(PrintStream out, Ink ink) {
        this.out = out;
        this.ink = ink;
    }

    /** Starts every part, each on a free port of this machine. */
    void start() throws Exception {
        long begin = System.nanoTime();
        String secret = UUID.randomUUID().toString();
        say("Starting five parts in this process, each on a free port of this machine:");
        broker = opened(EmbeddedBroker.builder()
                .property("log.retention.bytes", KEPT) // the largest file that it sends, four times
                .start());
        broker.sayWhyTheProcessEnds(line -> say("demo: " + line));
        broker.createTopic(REQUESTS, PARTITIONS);
        broker.createTopic(RESPONSES, PARTITIONS);
        broker.createTopic(DEAD_LETTERS, 1);
        say("  broker        Kafka at " + broker.bootstrapServers() + ", with topics " + REQUESTS + ",");
        say("                " + RESPONSES + " and " + DEAD_LETTERS);
        TokenServer tokens = opened(TokenServer.start("portal", secret));
        say("  token server  " + tokens.tokenUrl());
        api = opened(SampleApi.start(tokens::isValid));
        say("  sample API    " + api.url() + ", takes that server's tokens only");
        opened(Portal.start(Map.of(
                "kafkasend.management-port",
                "off",
                "kafkasend.warm-up-seconds",
                "0", // whoever watches would rather not wait
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
        say("  portal        calls the API; allows /api/v1/upload, /api/v1/documents/*");
        say("                and /api/v1/status");
        client = opened(KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .modernPortals(true)
                .defaultTimeout(Duration.ofMinutes(5))
                .build());
        say("  client        reaches the broker, and nothing else");
        records = opened(new RecordCount(broker.bootstrapServers()));
        say(String.format(Locale.ROOT, "All are up after %.1f s.", seconds(begin)));
        out.println();
    }

    /** Runs every check; says whether all passed. */
    boolean prove(long size) throws IOException {
        Path file = Files.createTempFile("kafkasend-demo-", ".bin");
        try {
            write(file, size);
            long requests = records.in(REQUESTS);
            long responses = records.in(RESPONSES);
            check("upload of " + Bytes.of(size), () -> upload(file));
            say("      " + REQUESTS + " now has " + messages(records.in(REQUESTS) - requests) + ", from the client;");
            say("      " + RESPONSES + " has " + messages(records.in(RESPONSES) - responses) + ", from the portal");
            check("download of " + Bytes.of(size), () -> download(size));
            check("JSON GET", this::getJson);
            check("endpoint not allowed", () -> refused("/api/v1/admin/users", Reason.ENDPOINT_NOT_ALLOWED));
            check(
                    "SSRF attempt",
                    () -> refused(
                            "/api/v1/documents/a?callback=http://169.254.169.254/latest/meta-data",
                            Reason.ENDPOINT_FORBIDDEN_HOST));
        } finally {
            Files.deleteIfExists(file);
        }
        out.println();
        String sum = "demo: " + passed + " passed, " + failed + " failed";
        out.println(failed == 0 ? ink.green(sum) : ink.red(sum));
        return failed == 0 && passed == CHECKS;
    }

    /** How a job's records are called. */
    private static String messages(long count) {
        long chunks = count - 1; // after its START
        return "START and " + chunks + (chunks == 1 ? " CHUNK" : " CHUNKs");
    }

    /** What to try when it is over. */
    void sayWhatIsNext() {
        out.println();
        out.println("Next:");
        out.println("  ./kafkasend demo --keep    # leaves it all running, says how to talk to it");
        out.println("  ./kafkasend help           # the commands; broker, sample-api and portal run");
        out.println("                             # the same parts on their own: see docs/use/cli.md");
        out.println("  ./kafkasend bench --quick  # how fast it is on this machine");
    }

    /** How to reach the parts from another terminal. */
    void explainHowToTalkToIt() {
        out.println();
        out.println("Everything is still running. From another terminal:");
        out.println("  export KAFKA_BOOTSTRAP_SERVERS=" + broker.bootstrapServers());
        out.println("  ./kafkasend send-file README.md -e /api/v1/upload");
        out.println("  ./kafkasend send-request -e /api/v1/status");
        out.println("  ./kafkasend send-request -e '/api/v1/documents/a?size=50000000' -o a.bin");
        out.println("  ./kafkasend send-request -e /api/v1/admin/users");
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
        return "200, SHA-256 " + sent.substring(0, 8) + "... at both ends";
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
        return "200, SHA-256 " + received.substring(0, 8) + "... at both ends";
    }

    private String getJson() {
        Answer answer = client.call(
                Request.builder().method(Method.GET).endpoint("/api/v1/status").build());
        require(answer.status() == 200, "the API answered " + answer.status());
        require(answer.text().startsWith("{"), "no JSON came");
        return "200, " + answer.text().strip();
    }

    /** The client learns no more than that; why, by its own code, is in the portal's log. */
    private String refused(String endpoint, Reason why) {
        int before = api.calls().size();
        try {
            Answer answer = client.call(
                    Request.builder().method(Method.GET).endpoint(endpoint).build());
            throw new IllegalStateException("it was answered " + answer.status());
        } catch (JobFailedException e) {
            String code = e.code().orElse("none");
            String logged = securityLog.lastReason();
            require(code.equals("ENDPOINT_NOT_ALLOWED"), "the client's code is " + code);
            require(logged.equals(why.name()), "the portal's reason is " + logged);
            require(api.calls().size() == before, "the API was called");
            return logged + "; API not called";
        }
    }

    private void check(String name, Callable<String> proof) {
        long begin = System.nanoTime();
        String number = "[" + (passed + failed + 1) + "/" + CHECKS + "] ";
        String proved;
        boolean right = true;
        try {
            proved = proof.call();
            passed++;
        } catch (Exception e) {
            failed++;
            right = false;
            proved = "FAILED: " + e.getMessage();
        }
        String line =
                Printable.line(String.format(Locale.ROOT, "%s%-21s %5.2f s  %s", number, name, seconds(begin), proved));
        out.println(right ? line : ink.red(line));
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
