package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.chaos.PortalProcess;
import io.kafkasend.client.AnswerStream;
import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.gateway.Gateway;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStart;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that trickle, with a real broker, portal and API: each piece is read before the API sends the next. */
@Timeout(120)
class StreamIT {
    private static final String END = "the end";

    private static EmbeddedBroker broker;

    /** What the API sends next, in a chunk of its own; {@link #END} ends the answer. */
    private final BlockingQueue<String> next = new LinkedBlockingQueue<>();

    private final CountDownLatch hungUp = new CountDownLatch(1);
    private final Map<String, String> settings = new HashMap<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private String requests;
    private String responses;
    private String replies;
    private ScriptedApi api;
    private Portal portal;
    private KafkaSendClient client;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        String test = JobId.random().value().substring(0, 8);
        requests = "requests-" + test;
        responses = "responses-" + test;
        replies = "replies-" + test;
        List.of(requests, responses, replies).forEach(topic -> broker.createTopic(topic, 1));
        api = ScriptedApi.start(this::answer);
        settings.put("kafkasend.bootstrap-servers", broker.bootstrapServers());
        settings.put("kafkasend.request-topic", requests);
        settings.put("kafkasend.response-topic", responses);
        settings.put("kafkasend.reply-topics", replies);
        settings.put("kafkasend.consumer-group", "group-" + test);
        settings.put("kafkasend.allowed-endpoints", "/api/v1/*");
        settings.put("kafkasend.use-oauth", "false");
        settings.put("kafkasend.target-api-url", api.url());
        settings.put("kafkasend.shutdown-grace-seconds", "1");
        settings.put("kafkasend.session-timeout-ms", "6000");
        portal = open(Portal.start(settings));
        client = open(client(null));
    }

    @AfterEach
    void stop() throws Exception {
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
        return KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .requestTopic(requests)
                .responseTopic(responses)
                .replyTo(replyTo)
                .build();
    }

    private void answer(String head, Socket socket, OutputStream out) throws IOException, InterruptedException {
        if (head.startsWith("GET /api/v1/endless")) {
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(UTF_8));
            try {
                for (byte[] some = new byte[1 << 16]; ; ) {
                    out.write(some);
                }
            } finally {
                hungUp.countDown();
            }
        }
        out.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                .getBytes(UTF_8));
        out.flush();
        while (true) {
            String piece = next.poll(100, TimeUnit.MILLISECONDS);
            if (piece == null) {
                socket.setSoTimeout(1);
                if (isGone(socket)) {
                    hungUp.countDown();
                    return;
                }
            } else if (piece.equals(END)) {
                out.write("0\r\n\r\n".getBytes(UTF_8));
                out.flush();
                return;
            } else if (piece.equals("break off")) {
                return;
            } else {
                out.write((Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n").getBytes(UTF_8));
                out.flush();
            }
        }
    }

    private static boolean isGone(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static String read(AnswerStream answer, int bytes) throws IOException {
        return new String(answer.readNBytes(bytes), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyPieceIsReadBeforeTheApiSendsTheNext(boolean frames) throws Exception {
        // Given
        KafkaSendClient asking = frames ? open(client(replies)) : client;

        // When
        try (AnswerStream answer = asking.open(Request.get("/api/v1/events"))) {
            // Then
            assertThat(answer.status()).isEqualTo(200); // which is told before the body has begun
            for (String piece : List.of("a", "bc", "def", "ghij", "data: x\n\n", "y".repeat(100_000), "z")) {
                next.add(piece);
                assertThat(read(answer, piece.length())).isEqualTo(piece);
            }
            next.add(END);
            assertThat(answer.read()).isNegative();
            assertThat(answer.answer().crcVerified()).isTrue();
            assertThat(answer.answer().size()).isEqualTo(10 + 9 + 100_000 + 1);
        }
    }

    @Test
    void aSubscriberGetsEachPieceBeforeTheApiSendsTheNext() throws Exception {
        // Given
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        try (AnswerStream answer = client.open(Request.get("/api/v1/events"))) {
            // When
            answer.publisher().subscribe(new Flow.Subscriber<>() {
                private Flow.Subscription subscription;

                @Override
                public void onSubscribe(Flow.Subscription given) {
                    subscription = given;
                    subscription.request(1);
                }

                @Override
                public void onNext(ByteBuffer piece) {
                    got.add(UTF_8.decode(piece).toString());
                    subscription.request(1);
                }

                @Override
                public void onError(Throwable failure) {
                    got.add(failure.toString());
                }

                @Override
                public void onComplete() {
                    got.add("complete");
                }
            });

            // Then
            for (String piece : List.of("a", "bc", "def")) {
                next.add(piece);
                assertThat(got.poll(60, TimeUnit.SECONDS)).isEqualTo(piece);
            }
            next.add(END);
            assertThat(got.poll(60, TimeUnit.SECONDS)).isEqualTo("complete");
        }
    }

    @Test
    void aStreamOutlivesTheTimeoutsWhereBothSidesAllowIt() throws Exception {
        // Given
        portal.close();
        settings.put("kafkasend.job-timeout-seconds", "3");
        settings.put("kafkasend.stream-timeout-seconds", "60");
        open(Portal.start(settings));
        KafkaSendClient patient = open(KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .requestTopic(requests)
                .responseTopic(responses)
                .defaultTimeout(Duration.ofSeconds(4))
                .streamTimeout(Duration.ofSeconds(60))
                .build());

        // When
        long begin = System.nanoTime();
        try (AnswerStream answer = patient.open(Request.get("/api/v1/events"))) {
            while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(6)) {
                next.add("tick");
                assertThat(read(answer, 4)).isEqualTo("tick");
                assertThat(hungUp.await(200, TimeUnit.MILLISECONDS)).isFalse();
            }
            next.add(END);

            // Then
            assertThat(answer.read()).isNegative();
        }
    }

    @Test
    void aStreamThatDoesNotMoveEndsAtTheTimeOfOtherCalls() throws Exception {
        // Given
        portal.close();
        settings.put("kafkasend.job-timeout-seconds", "2");
        settings.put("kafkasend.stream-timeout-seconds", "60");
        open(Portal.start(settings));

        // When
        try (AnswerStream answer = client.open(Request.get("/api/v1/events"))) {
            next.add("once");
            assertThat(read(answer, 4)).isEqualTo("once");

            // Then
            assertThatThrownBy(answer::read).isInstanceOf(IOException.class).hasMessageContaining("ANSWER_INTERRUPTED");
        }
        assertThat(hungUp.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aStreamEndsAtTheTimeOfOtherCallsWhereTheOperatorAllowsNoMore() throws Exception {
        // Given
        portal.close();
        settings.put("kafkasend.job-timeout-seconds", "2");
        open(Portal.start(settings));

        // When
        try (AnswerStream answer = client.open(Request.get("/api/v1/events"))) {
            // Then
            assertThatThrownBy(() -> {
                        while (true) {
                            next.add("tick");
                            read(answer, 4);
                            hungUp.await(100, TimeUnit.MILLISECONDS);
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ANSWER_INTERRUPTED");
        }
    }

    @Test
    void aGatewayTellsTheHeadAndEachPieceBeforeTheApiSendsTheNext() throws Exception {
        // Given
        Gateway gateway = open(Gateway.start(Map.of(
                "kafkasend.bootstrap-servers",
                broker.bootstrapServers(),
                "kafkasend.request-topic",
                requests,
                "kafkasend.response-topic",
                responses,
                "kafkasend.gateway-reply-topic",
                replies,
                "kafkasend.gateway-port",
                "0",
                "kafkasend.gateway-management-port",
                "0")));
        URI events = URI.create("http://127.0.0.1:" + gateway.address().getPort() + "/api/v1/events");
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

        // When
        HttpResponse<InputStream> answer =
                http.send(HttpRequest.newBuilder(events).build(), HttpResponse.BodyHandlers.ofInputStream());

        // Then
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
        try (InputStream body = answer.body()) {
            for (String piece : List.of("data: 1\n\n", "a", "bc")) {
                next.add(piece);
                assertThat(new String(body.readNBytes(piece.length()), UTF_8)).isEqualTo(piece);
            }
            next.add("break off");
            assertThatThrownBy(body::read).isInstanceOf(IOException.class); // it never looks whole
        }
        assertThat(api.heads()).hasSize(1);
    }

    @Test
    void aCallerWhoLeavesTheGatewayEndsTheApisConnection() throws Exception {
        // Given
        Gateway gateway = open(Gateway.start(Map.of(
                "kafkasend.bootstrap-servers",
                broker.bootstrapServers(),
                "kafkasend.request-topic",
                requests,
                "kafkasend.response-topic",
                responses,
                "kafkasend.gateway-port",
                "0",
                "kafkasend.gateway-management-port",
                "0")));

        // When
        try (Socket caller = new Socket("127.0.0.1", gateway.address().getPort())) {
            caller.getOutputStream().write("GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(UTF_8));
            next.add("begun");
            assertThat(caller.getInputStream().read()).isPositive();
        }

        // Then
        assertThat(hungUp.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aStreamIsFlushedAfterEachPiece() throws Exception {
        // Given
        CompletableFuture<String> flushed = new CompletableFuture<>();
        OutputStream buffered = new FilterOutputStream(new ByteArrayOutputStream()) {
            @Override
            public void flush() {
                flushed.complete(out.toString());
            }
        };

        // When
        var answer = client.send(Request.get("/api/v1/events"), AnswerTarget.stream(buffered));
        next.add("first");

        // Then
        assertThat(flushed.get(60, TimeUnit.SECONDS)).isEqualTo("first");
        assertThat(answer).isNotDone();
        next.add(END);
        assertThat(answer.get(60, TimeUnit.SECONDS).size()).isEqualTo(5);
    }

    @Test
    void whatIsCutIsNeverReportedWhole() throws Exception {
        // When
        try (AnswerStream answer = client.open(Request.builder()
                .endpoint("/api/v1/events")
                .jobId(JobId.random())
                .build())) {
            next.add("begun");
            assertThat(read(answer, 5)).isEqualTo("begun");
            next.add("break off");

            // Then
            assertThatThrownBy(answer::read).isInstanceOf(IOException.class).hasMessageContaining("ANSWER_INTERRUPTED");
        }
        assertThat(api.heads()).hasSize(1);
    }

    @Test
    void whoeverClosesTheStreamEndsTheApisConnection() throws Exception {
        // When
        try (AnswerStream answer = client.open(Request.get("/api/v1/events"))) {
            next.add("begun");
            assertThat(read(answer, 5)).isEqualTo("begun");
        }

        // Then
        assertThat(hungUp.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aReaderWhoReadsNothingHoldsUpNoOtherStream() throws Exception {
        // Given
        try (AnswerStream unread = client.open(Request.get("/api/v1/endless"));
                AnswerStream answer = client.open(Request.get("/api/v1/events"))) {
            for (int i = 0; i < 20; i++) {
                // When
                next.add("event " + i % 10);

                // Then
                assertThat(read(answer, 7)).isEqualTo("event " + i % 10);
            }
            assertThat(unread.available()).isPositive();
        }
    }

    @Test
    void aClientOfBeforeGetsItsAnswerWhole() throws Exception {
        // Given
        try (WireClient old = new WireClient(broker.bootstrapServers(), requests, responses)) {
            // When
            next.addAll(List.of("one", "two", END));
            JobId job = old.get("/api/v1/events");

            // Then
            assertThat(old.reply(job).string()).isEqualTo("onetwo");
            ResponseStart start = (ResponseStart) old.messages(job).get(0);
            assertThat(start.totalChunks()).isEqualTo(1);
            assertThat(start.stream()).isFalse();
        }
    }

    @Test
    void aPortalThatIsKilledMidwayIsToldOfByTheNextOneWithoutASecondCall(@TempDir Path directory) throws Exception {
        // Given
        portal.close();
        Map<String, String> environment = new HashMap<>();
        settings.forEach((property, value) -> PortalSettings.all().stream()
                .filter(setting -> setting.property().equals(property))
                .forEach(setting -> environment.put(setting.variable(), value)));
        PortalProcess serving =
                open(PortalProcess.start("portal", directory, environment).awaitUp());
        try (AnswerStream answer = client.open(Request.get("/api/v1/events"))) {
            next.add("begun");
            assertThat(read(answer, 5)).isEqualTo("begun");

            // When
            serving.kill();
            open(Portal.start(settings));

            // Then
            assertThatThrownBy(answer::read).isInstanceOf(IOException.class).hasMessageContaining("ANSWER_INTERRUPTED");
        }
        assertThat(api.heads()).hasSize(1);
    }
}
