package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.client.Answer;
import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.Body;
import io.kafkasend.client.Frames;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.client.Request;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers of before read the same topics, every record of them: nothing of what ours write by default ends one. */
@Timeout(180)
@SuppressWarnings("try") // a client that is closed early
class OldPeersIT {
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");
    private static final byte[] BINARY = random(3_000_000);

    private static EmbeddedBroker broker;
    private static ScriptedApi api;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start();
        api = ScriptedApi.start(OldPeersIT::answer);
    }

    @AfterAll
    static void stop() {
        api.close();
        broker.close();
    }

    private static void answer(String head, Socket socket, OutputStream out) throws java.io.IOException {
        Matcher length = LENGTH.matcher(head);
        if (length.find()) {
            socket.getInputStream().readNBytes(Integer.parseInt(length.group(1)));
        }
        if (head.contains("/hangs")) {
            assertThat(socket.getInputStream().read()).isNegative();
        } else if (head.contains("/binary")) {
            out.write(("HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: " + BINARY.length
                            + "\r\nConnection: close\r\n\r\n")
                    .getBytes(ISO_8859_1));
            out.write(BINARY);
        } else if (head.contains("/begins-and-hangs")) {
            out.write("HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nConnection: close\r\n\r\n"
                    .getBytes(ISO_8859_1));
            out.write(BINARY);
            out.write(BINARY);
            out.flush();
            socket.getInputStream().read();
        } else {
            out.write(("HTTP/1.1 201 Yes\r\nContent-Type: application/json\r\nLink: <a>\r\nLink: <b>\r\n"
                            + "Content-Length: 8\r\nConnection: close\r\n\r\n{\"a\":\"ä\"}")
                    .getBytes(ISO_8859_1));
        }
    }

    private static Portal portal(String name, Map<String, String> more) throws Exception {
        broker.createTopic(name + "-requests", 2);
        broker.createTopic(name + "-responses", 2);
        broker.createTopic(name + "-dead-letters", 1);
        Map<String, String> settings = new HashMap<>(Map.of(
                "kafkasend.bootstrap-servers",
                broker.bootstrapServers(),
                "kafkasend.request-topic",
                name + "-requests",
                "kafkasend.response-topic",
                name + "-responses",
                "kafkasend.dead-letter-topic",
                name + "-dead-letters",
                "kafkasend.consumer-group",
                name,
                "kafkasend.target-api-url",
                api.url(),
                "kafkasend.allowed-endpoints",
                "/api/v1/*",
                "kafkasend.use-oauth",
                "false"));
        settings.putAll(more);
        return Portal.start(settings);
    }

    private static Map<String, String> environment(String name) {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                "KAFKA_REQUEST_TOPIC", name + "-requests",
                "KAFKA_RESPONSE_TOPIC", name + "-responses",
                "PORTAL_DEAD_LETTER_TOPIC", name + "-dead-letters");
    }

    private static KafkaSendClient.Builder client(String name) {
        return KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .requestTopic(name + "-requests")
                .responseTopic(name + "-responses");
    }

    private static long hanging() {
        return api.heads().stream().filter(head -> head.contains("/hangs")).count();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Test
    void nothingThatOurPortalAndOurCommandsWriteByThemselvesEndsAPeerOfBefore() throws Exception {
        // Given
        String file = Files.write(directory.resolve("a.bin"), BINARY).toString();
        Map<String, String> environment = environment("old");
        String garbage = JobId.random().value();
        try (Portal portal = portal("old", Map.of());
                StrictReader requests = new StrictReader(broker.bootstrapServers(), "old-requests", "request");
                StrictReader answers = new StrictReader(broker.bootstrapServers(), "old-responses", "answer");
                WireClient stranger = new WireClient(broker.bootstrapServers(), "old-requests", "old-responses")) {
            requests.ignore(garbage);
            stranger.raw(garbage.getBytes(UTF_8), new byte[] {(byte) 0xFF, 0, 1});
            stranger.flush();

            // When
            // The portal may say before the client does that its time is over: 1 in place of 4
            for (String[] command : List.of(
                    new String[] {"0", "send-request", "-e", "/api/v1/text", "--json"},
                    new String[] {"0", "send-request", "-e", "/api/v1/text", "--no-wait"},
                    new String[] {"0", "send-request", "-e", "/api/v1/binary", "-o", file + ".answer"},
                    new String[] {"0", "send-request", "-e", "/api/v1/text", "-d", "{}", "--compress", "gzip"},
                    new String[] {"0", "send-file", file, "-e", "/api/v1/text"},
                    new String[] {"0", "send-file", file, "-e", "/api/v1/text", "--form", "a=b", "--sha256"},
                    new String[] {"0", "dlq", "list"},
                    new String[] {"1", "send-request", "-e", "/not-allowed", "--retries", "0"},
                    new String[] {"[14]", "send-request", "-e", "/api/v1/hangs", "--timeout", "1"},
                    new String[] {"2", "send-file", file, "-e", "/api/v1/text", "--binary"})) {
                Command run = Command.run(
                        environment, List.of(command).subList(1, command.length).toArray(String[]::new));
                assertThat(String.valueOf(run.code())).as(run.err()).matches(command[0]);
            }
            try (KafkaSendClient client = client("old").build()) {
                Answer apart =
                        client.call(Request.builder().endpoint("/api/v1/text").build());
                assertThat(apart.headerValues("Link")).containsExactly("<a>", "<b>");
                Request hangs = Request.builder().endpoint("/api/v1/hangs").build();
                long before = hanging();
                CompletableFuture<Answer> cancelled = client.send(hangs);
                CompletableFuture<Answer> left = client.send(hangs);
                await().until(() -> hanging() == before + 2);
                cancelled.cancel(true);
                client.close();
                assertThat(left).isCompletedExceptionally();
            }

            // Then: what was last is there too, and all of it was bearable
            assertThat(Command.run(environment, "send-request", "-e", "/api/v1/text", "-q")
                            .code())
                    .isZero();
            assertThat(Files.readAllBytes(Path.of(file + ".answer"))).isEqualTo(BINARY);
            assertThat(portal.context().isStarted()).isTrue();
            await().until(() ->
                    requests.seen("START") == 12 && answers.seen("START") == 8 && answers.seen("CHUNK") == 7 + 5);
            assertThat(requests.faults()).isEmpty();
            assertThat(answers.faults()).isEmpty();
            assertThat(requests.seen("CHUNK")).isGreaterThan(10);
            assertThat(answers.seen("ERROR")).isPositive();
        }
    }

    @Test
    void framesGoToATopicOfOnesOwnAndToTheSharedOneOnlyWhereTheOperatorSaysThatAllReadThem() throws Exception {
        // Given
        broker.createTopic("own-replies", 1);
        broker.createTopic("modern-replies", 1);
        Request binary = Request.builder().endpoint("/api/v1/binary").build();
        try (Portal careful = portal("own", Map.of("kafkasend.reply-topics", "own-replies"));
                Portal told = portal("modern", Map.of("kafkasend.modern-readers", "true"));
                StrictReader shared = new StrictReader(broker.bootstrapServers(), "own-responses", "answer");
                StrictReader replies = new StrictReader(broker.bootstrapServers(), "own-replies", "answer");
                StrictReader modern = new StrictReader(broker.bootstrapServers(), "modern-responses", "answer");
                KafkaSendClient onTheShared = client("own").build();
                KafkaSendClient nameTheShared =
                        client("own").replyTo("own-responses").build();
                KafkaSendClient onItsOwn = client("own").replyTo("own-replies").build();
                KafkaSendClient ofModern = client("modern").build()) {
            // When
            List<Answer> all = List.of(
                    onTheShared.call(binary), nameTheShared.call(binary), onItsOwn.call(binary), ofModern.call(binary));

            // Then
            assertThat(all).allSatisfy(answer -> assertThat(answer.bytes()).isEqualTo(BINARY));
            await().until(() -> shared.seen("CHUNK") == 10
                    && replies.faults().size() == 3
                    && modern.faults().size() == 3);
            assertThat(shared.faults()).isEmpty();
            assertThat(careful.context().isStarted() && told.context().isStarted())
                    .isTrue();
        }
    }

    @Test
    void aPortalThatHasShownWhatItIsIsToldAndAnyOneWhereTheUserSaysSo() throws Exception {
        // Given
        try (Portal portal = portal("told", Map.of());
                StrictReader requests = new StrictReader(broker.bootstrapServers(), "told-requests", "request");
                KafkaSendClient client = client("told").build();
                KafkaSendClient knows = client("told").modernPortals(true).build()) {
            // When
            CountDownLatch answering = new CountDownLatch(1);
            CompletableFuture<Answer> begun =
                    client.send(Request.get("/api/v1/begins-and-hangs"), AnswerTarget.memory(), new ProgressListener() {
                        @Override
                        public void answering(int status) {
                            answering.countDown();
                        }
                    });
            answering.await();
            long before = hanging();
            CompletableFuture<Answer> unknown = client.send(Request.get("/api/v1/hangs"));
            CompletableFuture<Answer> known = knows.send(Request.get("/api/v1/hangs"));
            await().until(() -> hanging() == before + 2);
            assertThat(List.of(begun, unknown, known)).allMatch(answer -> answer.cancel(true));
            knows.call(Request.builder()
                    .method(Method.POST)
                    .endpoint("/api/v1/text")
                    .frames(Frames.REQUEST_AND_ANSWER)
                    .body(Body.of(BINARY))
                    .build());

            // Then
            await().until(() -> requests.faults().size() == 2 + 3);
            assertThat(requests.faults().stream().filter(fault -> fault.contains("message_type CANCEL")))
                    .hasSize(2);
            assertThat(portal.context().isStarted()).isTrue();
        }
    }
}
