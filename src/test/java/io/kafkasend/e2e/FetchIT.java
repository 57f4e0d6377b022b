package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.kafkasend.client.Answer;
import io.kafkasend.client.AnswerStream;
import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.client.Receipt;
import io.kafkasend.client.Request;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An answer outlives the client that asked for it: another one fetches it from the topic, as often as it likes. */
@Timeout(120)
class FetchIT {
    private static final Duration NOW = Duration.ZERO;
    private static final Duration SOON = Duration.ofSeconds(60);

    private static EmbeddedBroker broker;
    private static int number;

    private final CountDownLatch released = new CountDownLatch(1);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final String name = "fetch-" + ++number;
    private ScriptedApi api;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void startAll() throws Exception {
        List.of("requests", "responses", "mine", "dead").forEach(topic -> broker.createTopic(name + "-" + topic, 3));
        api = ScriptedApi.start((head, socket, out) -> {
            if (head.contains("/held")) {
                released.await();
            }
            String body = "to " + head.lines().findFirst().orElseThrow();
            out.write(("HTTP/1.1 201 Created\r\nETag: \"7\"\r\nContent-Length: " + body.length()
                            + "\r\nConnection: close\r\n\r\n" + body)
                    .getBytes(StandardCharsets.US_ASCII));
        });
        open(Portal.start(Map.of(
                "kafkasend.bootstrap-servers",
                broker.bootstrapServers(),
                "kafkasend.request-topic",
                name + "-requests",
                "kafkasend.response-topic",
                name + "-responses",
                "kafkasend.dead-letter-topic",
                name + "-dead",
                "kafkasend.reply-topics",
                name + "-mine",
                "kafkasend.target-api-url",
                api.url(),
                "kafkasend.allowed-endpoints",
                "/api/v1/*",
                "kafkasend.management-port",
                "off",
                "kafkasend.use-oauth",
                "false")));
    }

    @AfterEach
    void stopAll() throws Exception {
        released.countDown();
        for (AutoCloseable each : opened) {
            each.close();
        }
        api.close();
    }

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(0, closeable);
        return closeable;
    }

    private KafkaSendClient client(String replyTo) {
        return open(KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .requestTopic(name + "-requests")
                .responseTopic(name + "-responses")
                .replyTo(replyTo)
                .build());
    }

    /** Has a client, which then ends, begin a job. */
    private Receipt begin(String endpoint, String replyTo) {
        CompletableFuture<Receipt> told = new CompletableFuture<>();
        Request request = Request.builder()
                .endpoint(endpoint)
                .onReceipt(told::complete)
                .outlives(() -> true)
                .build();
        try (KafkaSendClient client = client(replyTo)) {
            client.submit(request, new Stages()).join();
        }
        return told.join();
    }

    private static final class Stages implements ProgressListener {
        private final List<ResponseStatus> heard = new CopyOnWriteArrayList<>();

        @Override
        public boolean wantsStages() {
            return true;
        }

        @Override
        public void stage(ResponseStatus status) {
            heard.add(status);
        }
    }

    private static Answer fetch(KafkaSendClient client, Receipt receipt, Duration wait) {
        return client.fetch(receipt, wait, AnswerTarget.memory(), ProgressListener.none())
                .join();
    }

    private static ClientException failure(CompletableFuture<?> fetched) {
        return (ClientException)
                catchThrowableOfType(CompletionException.class, fetched::join).getCause();
    }

    @Test
    void theAnswerIsFetchedByAnotherClientAnyNumberOfTimes() throws Exception {
        for (String topic : new String[] {null, name + "-mine"}) {
            // Given
            Receipt receipt = begin("/api/v1/a", topic);

            // When
            KafkaSendClient other = client(topic);
            List<Answer> answers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                answers.add(fetch(other, receipt, SOON));
            }
            byte[] streamed;
            try (AnswerStream stream = other.openFetched(receipt, NOW, ProgressListener.none())) {
                streamed = stream.readAllBytes();
            }

            // Then
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(201);
                assertThat(answer.header("ETag")).contains("\"7\"");
                assertThat(answer.text()).isEqualTo("to GET /api/v1/a HTTP/1.1");
                assertThat(answer.jobId()).isEqualTo(receipt.jobId());
            });
            assertThat(streamed).asString().isEqualTo("to GET /api/v1/a HTTP/1.1");
        }
        assertThat(api.heads()).hasSize(2);
    }

    @Test
    void theIdAloneWillDo() {
        // Given
        Receipt receipt = begin("/api/v1/b", null);

        // When
        Answer answer = client(null)
                .fetch(receipt.jobId(), Instant.now().minusSeconds(3_600), SOON)
                .join();

        // Then
        assertThat(answer.text()).isEqualTo("to GET /api/v1/b HTTP/1.1");
    }

    @Test
    void anAnswerToAnotherStartIsNotTaken() {
        // Given
        Receipt receipt = begin("/api/v1/c", null);
        KafkaSendClient other = client(null);
        fetch(other, receipt, SOON);
        Receipt foreign = new Receipt(receipt.jobId(), "ab".repeat(32), null, null, receipt.since());

        // When
        ClientException failure = failure(other.fetch(foreign, NOW, AnswerTarget.memory(), ProgressListener.none()));

        // Then
        assertThat(failure.kind()).isEqualTo(ClientException.Kind.TIMED_OUT);
    }

    @Test
    void aJobUnderWayTellsItsStageAndThenItsAnswer() {
        // Given
        Receipt receipt = begin("/api/v1/held", name + "-mine");
        KafkaSendClient other = client(name + "-mine");

        // When
        Stages stages = new Stages();
        await().atMost(SOON).until(() -> {
            ClientException failure = failure(other.fetch(receipt, NOW, AnswerTarget.memory(), stages));
            assertThat(failure.kind()).isEqualTo(ClientException.Kind.TIMED_OUT);
            return !stages.heard.isEmpty();
        });
        CompletableFuture<Answer> waiting = other.fetch(receipt, SOON, AnswerTarget.memory(), ProgressListener.none());
        assertThat(waiting).isNotDone();
        released.countDown();

        // Then
        assertThat(stages.heard.get(0).stage()).isEqualTo("calling");
        assertThat(waiting.join().status()).isEqualTo(201);
        assertThat(fetch(other, receipt, NOW).status()).isEqualTo(201);
    }

    @Test
    void whoHasTheReceiptCancels() {
        // Given
        Receipt receipt = begin("/api/v1/held", name + "-mine");
        KafkaSendClient other = client(name + "-mine");

        // When
        await().atMost(SOON).until(() -> other.cancel(receipt).join());

        // Then
        ClientException failure = failure(other.fetch(receipt, SOON, AnswerTarget.memory(), ProgressListener.none()));
        assertThat(((JobFailedException) failure).code()).contains("CANCELLED");
        assertThat(other.cancel(receipt).join()).isFalse();
    }

    @Test
    void aReceiptThatCannotBeKeptLeavesNothingSent() {
        // Given
        Request request = Request.builder()
                .endpoint("/api/v1/d")
                .onReceipt(receipt -> {
                    throw new IllegalStateException("the disk is full");
                })
                .build();
        KafkaSendClient client = client(null);

        // When
        ClientException failure = catchThrowableOfType(ClientException.class, () -> client.call(request));

        // Then
        assertThat(failure.kind()).isEqualTo(ClientException.Kind.SETTINGS);
        assertThat(failure).hasMessageContaining("nothing was sent").hasMessageContaining("the disk is full");
        assertThat(AllRecords.of(broker)).noneMatch(record -> record.topic().equals(name + "-requests"));
    }

    @Test
    void aTopicThatIsMissingIsSaid() {
        // Given
        KafkaSendClient client = client(null);
        Receipt receipt = new Receipt(JobId.random(), null, null, name + "-none", Instant.now());

        // When
        ClientException failure = failure(client.fetch(receipt, SOON, AnswerTarget.memory(), ProgressListener.none()));

        // Then
        assertThat(failure.kind()).isEqualTo(ClientException.Kind.NO_TOPIC);
    }
}
