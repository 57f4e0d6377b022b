package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.Body;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.client.Request;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.protocol.Transfer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who waits is told how far the job is, and whose fault it is where no answer comes. */
@Timeout(180)
class ProgressIT {
    private static EmbeddedBroker broker;
    private static int number;

    private final CountDownLatch released = new CountDownLatch(1);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final String name = "progress-" + ++number;
    private ScriptedApi api;

    @TempDir
    Path directory;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void startApi() throws Exception {
        api = ScriptedApi.start((head, socket, out) -> {
            if (head.contains(" /api/v1/held ")) {
                released.await();
            }
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ndone"
                    .getBytes(StandardCharsets.US_ASCII));
        });
        topics(broker);
    }

    @AfterEach
    void stopAll() throws Exception {
        released.countDown();
        for (AutoCloseable each : opened) {
            each.close();
        }
        api.close();
    }

    private void topics(EmbeddedBroker at) {
        List.of("requests", "responses", "mine", "dead").forEach(topic -> at.createTopic(name + "-" + topic, 1));
    }

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(0, closeable);
        return closeable;
    }

    private Portal portal(EmbeddedBroker at, Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "kafkasend.bootstrap-servers",
                at.bootstrapServers(),
                "kafkasend.request-topic",
                name + "-requests",
                "kafkasend.response-topic",
                name + "-responses",
                "kafkasend.dead-letter-topic",
                name + "-dead",
                "kafkasend.reply-topics",
                name + "-mine",
                "kafkasend.consumer-group",
                name,
                "kafkasend.target-api-url",
                api.url(),
                "kafkasend.allowed-endpoints",
                "/api/v1/*",
                "kafkasend.use-oauth",
                "false"));
        settings.putAll(more);
        return open(Portal.start(settings));
    }

    private KafkaSendClient client(EmbeddedBroker at, String replyTo) {
        return open(KafkaSendClient.builder()
                .bootstrapServers(at.bootstrapServers())
                .requestTopic(name + "-requests")
                .responseTopic(name + "-responses")
                .portalGroup(name)
                .replyTo(replyTo)
                .build());
    }

    private KafkaSendClient client() {
        return client(broker, name + "-mine");
    }

    private static Request held(int seconds) {
        return Request.builder()
                .endpoint("/api/v1/held")
                .timeout(Duration.ofSeconds(seconds))
                .build();
    }

    /** Hears all that is said of a job. */
    private static final class Heard implements ProgressListener {
        private final List<ResponseStatus> stages = new CopyOnWriteArrayList<>();
        private final List<OptionalInt> portals = new CopyOnWriteArrayList<>();
        private volatile boolean acknowledged;

        @Override
        public boolean wantsStages() {
            return true;
        }

        @Override
        public void uploaded(long bytes, long total) {
            acknowledged = true;
        }

        @Override
        public void stage(ResponseStatus status) {
            stages.add(status);
        }

        @Override
        public void unheard(OptionalInt found) {
            portals.add(found);
        }

        void await(String stage, String awaits) {
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> stages.stream()
                    .anyMatch(status ->
                            status.stage().equals(stage) && (awaits == null || awaits.equals(status.awaits()))));
        }
    }

    private static CompletableFuture<?> send(KafkaSendClient client, Request request, Heard heard) {
        return client.send(request, AnswerTarget.memory(), heard);
    }

    /** The client's own last line: asked for again where the portal, which keeps the same time, was first. */
    private static String timedOut(KafkaSendClient client, Request request, Heard heard) {
        for (int i = 0; i < 5; i++) {
            ClientException failure = catchThrowableOfType(
                    ClientException.class, () -> client.call(request, AnswerTarget.memory(), heard));
            if (failure.kind() == ClientException.Kind.TIMED_OUT) {
                return failure.getMessage();
            }
            assertThat(failure).hasMessageContaining("TIMEOUT");
        }
        throw new AssertionError("the portal was first each time");
    }

    @Test
    void aSlowApiIsToldOfAndAnAnswerThatComesAtOnceIsNot() throws Exception {
        // Given
        portal(broker, Map.of());
        KafkaSendClient client = client();
        Heard slow = new Heard();
        Heard quick = new Heard();

        // When
        CompletableFuture<?> answer = send(client, held(60), slow);
        send(client, Request.get("/api/v1/quick"), quick).join();
        slow.await("calling", "api");
        String line = catchThrowableOfType(
                        ClientException.class, () -> client.call(held(3), AnswerTarget.memory(), new Heard()))
                .getMessage();
        released.countDown();

        // Then
        assertThat(answer).succeedsWithin(Duration.ofSeconds(60));
        assertThat(quick.stages).isEmpty();
        assertThat(slow.portals).isEmpty();
        namesTheSlowApi(line);
    }

    @Test
    void whoWaitsForATurnIsToldOfItsPlace() throws Exception {
        // Given
        portal(broker, Map.of("kafkasend.max-concurrent-jobs", "2")); // one of them is kept for others
        KafkaSendClient client = client();
        List<Heard> waiting = List.of(new Heard(), new Heard());

        // When
        send(client, held(60), new Heard());
        Awaitility.await().until(() -> api.heads().size() == 1);
        waiting.forEach(each -> {
            send(client, held(60), each);
            each.await("waiting", null);
        });
        String line = timedOut(client, held(4), new Heard());

        // Then
        assertThat(waiting.get(0).stages.get(0).before()).isZero();
        assertThat(waiting.get(1).stages.get(0).before()).isOne();
        assertThat(line).endsWith("the portal has the request, which waits for its turn behind 2 others");
    }

    @Test
    void aLongUploadIsToldAtOnceThatItIsTaken() throws Exception {
        // Given
        portal(broker, Map.of());
        Heard heard = new Heard();
        Request upload = Request.builder()
                .method(Method.POST)
                .endpoint("/api/v1/quick")
                .contentType("application/octet-stream")
                .body(Body.of(new byte[100]))
                .build();
        WireClient wire = open(new WireClient(broker.bootstrapServers(), name + "-requests", name + "-mine"));
        JobId id = JobId.random();

        // When
        wire.start(RequestStart.builder(id, 1000, Method.POST, "/api/v1/quick")
                .replyTo(name + "-mine")
                .transfer(new Transfer(null, false, false, Set.of(), false, true))
                .build());
        Awaitility.await().until(() -> !wire.messages(id).isEmpty());
        send(client(), upload, heard).join();

        // Then
        assertThat((ResponseStatus) wire.messages(id).get(0))
                .extracting(ResponseStatus::stage, ResponseStatus::receivedChunks, ResponseStatus::nextSequence)
                .containsExactly("accepted", 0, 0);
        assertThat(heard.stages).as("a short one").isEmpty();
    }

    @Test
    void anOldReaderOfTheSharedTopicNeverSeesOneUnlessTheOperatorSaysThatThereIsNone() throws Exception {
        // Given
        portal(broker, Map.of());
        Heard unheard = new Heard();
        Heard onItsOwn = new Heard();
        StrictReader reader = open(new StrictReader(broker.bootstrapServers(), name + "-responses", "answer"));

        // When
        CompletableFuture<?> shared = send(client(broker, null), held(60), unheard);
        send(client(), held(60), onItsOwn);
        onItsOwn.await("calling", "api");
        Awaitility.await().until(() -> !unheard.portals.isEmpty());
        released.countDown();
        shared.get();

        // Then
        Awaitility.await().until(() -> reader.seen("START") == 1);
        assertThat(reader.faults()).isEmpty();
        assertThat(unheard.stages).isEmpty();
        assertThat(unheard.portals).containsExactly(OptionalInt.of(1));
    }

    @Test
    void onASharedTopicOfModernReadersItIsTold() throws Exception {
        // Given
        portal(broker, Map.of("kafkasend.modern-readers", "true"));
        Heard heard = new Heard();

        // When
        send(client(broker, null), held(60), heard);

        // Then
        heard.await("calling", "api");
    }

    @Test
    void aPortalThatTakesTheJobOverFromOneThatWasKilledSaysItAgain() throws Exception {
        // Given
        Map<String, String> environment = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "KAFKA_REQUEST_TOPIC",
                name + "-requests",
                "KAFKA_RESPONSE_TOPIC",
                name + "-responses",
                "KAFKA_CONSUMER_GROUP",
                name,
                "KAFKA_SESSION_TIMEOUT_MS",
                "6000",
                "PORTAL_TARGET_API_URL",
                api.url(),
                "PORTAL_ALLOWED_ENDPOINTS",
                "/api/v1/*",
                "PORTAL_USE_OAUTH",
                "false",
                "PORTAL_REPLY_TOPICS",
                name + "-mine"));
        CommandProcess first = open(CommandProcess.start(directory, "128m", environment, "portal"));
        Heard heard = new Heard();
        CompletableFuture<?> answer = send(client(), held(120), heard);
        heard.await("calling", "api");

        // When
        first.close();
        heard.stages.clear();
        portal(broker, Map.of("kafkasend.session-timeout-ms", "6000"));
        heard.await("calling", "api");
        released.countDown();

        // Then
        assertThat(answer).succeedsWithin(Duration.ofSeconds(60));
    }

    @Test
    void thatNoPortalReadsIsTold() {
        // Given
        Heard heard = new Heard();

        // When
        String line = timedOut(client(), held(6), heard);

        // Then
        assertThat(heard.portals).containsExactly(OptionalInt.of(0));
        assertThat(line)
                .endsWith("no answer within 6 seconds: no portal reads topic " + name + "-requests: the consumer group "
                        + name + " has no members");
    }

    @Test
    void thatTheReplyTopicMayNotBeAllowedIsTold() throws Exception {
        // Given
        broker.createTopic(name + "-other", 1);
        portal(broker, Map.of());

        // When
        String line = timedOut(client(broker, name + "-other"), held(6), new Heard());

        // Then
        assertThat(line).contains("says nothing on " + name + "-other: may this client be answered there?");
    }

    @Test
    void thatTheTokenServerDoesNotAnswerIsTold() throws Exception {
        // Given
        portal(
                broker,
                Map.of(
                        "kafkasend.use-oauth",
                        "true",
                        "kafkasend.oauth2-token-url",
                        api.url() + "/api/v1/held",
                        "kafkasend.oauth2-client-id",
                        "a",
                        "kafkasend.oauth2-client-secret",
                        "b"));

        // When
        String line = timedOut(client(), held(4), new Heard());

        // Then
        assertThat(line).endsWith("the portal's token server has not answered it yet, so the API is not called");
    }

    @Test
    void thatKafkaHasGoneIsTold() throws Exception {
        // Given
        EmbeddedBroker own = open(EmbeddedBroker.start());
        topics(own);
        KafkaSendClient client = client(own, name + "-mine");
        Heard heard = new Heard();
        CompletableFuture<?> answer = send(client, held(12), heard);
        Awaitility.await().until(() -> heard.acknowledged);

        // When
        own.close();

        // Then
        assertThat(answer)
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("Kafka at " + own.bootstrapServers() + " has not answered for");
    }

    private Command command(EmbeddedBroker at, String replyTo, String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                at.bootstrapServers(),
                "KAFKA_REQUEST_TOPIC",
                name + "-requests",
                "KAFKA_RESPONSE_TOPIC",
                name + "-responses",
                "KAFKA_CONSUMER_GROUP",
                name));
        if (replyTo != null) {
            environment.put("CLIENT_REPLY_TO", name + "-" + replyTo);
        }
        List<String> arguments = new ArrayList<>(
                List.of("send-request", "-e", "/api/v1/held", "--timeout", "4", "--connect-timeout", "2"));
        arguments.addAll(List.of(more));
        return Command.run(environment, arguments.toArray(String[]::new));
    }

    /** Client and portal keep the same time: either may be the first to say that it is over. */
    private static void namesTheSlowApi(String line) {
        assertThat(line)
                .matches("(?s).*(the portal has called the API for .*s, which has not answered"
                        + "|the API did not answer in time \\(API_TIMEOUT\\)).*");
    }

    private static String lastLine(Command run) {
        List<String> lines = run.err().lines().toList();
        return lines.get(lines.size() - 1);
    }

    @Test
    void aCommandShowsWhereItsJobIsAndEndsWithWhatIsKnown() throws Exception {
        // Given
        portal(broker, Map.of());

        // When
        Command run = command(broker, "mine");
        Command quiet = command(broker, "mine", "--quiet");
        Command json = command(broker, "mine", "--json");

        // Then
        assertThat(List.of(run.code(), quiet.code(), json.code())).isSubsetOf(4, 1); // 1: the portal's word came first
        assertThat(run.err().lines().toList()).hasSize(3).element(1).asString().matches("calling the API \\(\\d s\\)");
        assertThat(quiet.err().lines()).hasSize(1);
        assertThat(json.out()).hasLineCount(1).containsAnyOf("\"TIMED_OUT\"", "\"API_TIMEOUT\"");
        namesTheSlowApi(lastLine(run));
        namesTheSlowApi(lastLine(quiet));
    }

    @Test
    void aCommandsLastLineIsAnotherForEachCause() throws Exception {
        // Given
        broker.createTopic(name + "-other", 1);
        List<String> lines = new ArrayList<>();
        EmbeddedBroker dead = EmbeddedBroker.start();
        dead.close();

        // When
        lines.add(lastLine(command(dead, "mine")));
        lines.add(lastLine(command(broker, "mine")));
        Portal portal = portal(broker, Map.of());
        lines.add(lastLine(command(broker, "mine")));
        lines.add(lastLine(command(broker, "other")));
        lines.add(lastLineOfOneThatGaveUpFirst());
        portal.close();
        portal(
                broker,
                Map.of(
                        "kafkasend.use-oauth",
                        "true",
                        "kafkasend.oauth2-token-url",
                        "http://127.0.0.1:1/token",
                        "kafkasend.oauth2-client-id",
                        "a",
                        "kafkasend.oauth2-client-secret",
                        "b"));
        lines.add(lastLine(command(broker, "mine", "--retries", "0")));

        // Then
        assertThat(lines).hasSize(6).doesNotHaveDuplicates();
        assertThat(lines.get(0)).contains("no answer from Kafka at " + dead.bootstrapServers());
        assertThat(lines.get(1)).contains("no portal reads topic " + name + "-requests");
        namesTheSlowApi(lines.get(2));
        assertThat(lines.get(3)).contains("says nothing on " + name + "-other");
        assertThat(lines.get(4)).contains("a portal runs (the consumer group " + name + " has one member), but may be");
        assertThat(lines.get(5)).contains("OAUTH_UNAVAILABLE");
    }

    /** The portal keeps the time, too, and its word may come first. */
    private String lastLineOfOneThatGaveUpFirst() throws Exception {
        String line;
        do {
            line = lastLine(command(broker, null));
        } while (line.contains("API_TIMEOUT"));
        return line;
    }
}
