package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that are read while they come, on a real broker. */
@Timeout(120)
@SuppressWarnings("try") // portals that are only held open
class AnswerStreamIT {
    private static final int FIFTY_MB = 50_000_000;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private static EmbeddedBroker broker;

    private final MessageWriter writer = new MessageWriter();
    private String requests;
    private String responses;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @AfterEach
    void nothingIsLeft() {
        await().untilAsserted(() -> {
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(ClientThreads::has);
            assertThat(spilled()).isZero();
        });
    }

    @Test
    void fiftyMegabytesOfWhichNothingIsReadHoldUpNoOtherStreamOfTheirPartition() throws Exception {
        // Given: one partition, and a reader that stands still after the first byte
        createTopics(1);
        byte[] content = random(FIFTY_MB);
        Progress progress = new Progress();
        try (ScriptedPortal portal = portal((request, p) -> p.answerBinary(
                        request.start().jobId(),
                        200,
                        request.start().endpoint().equals("/large") ? content : request.body()));
                KafkaSendClient client = client().build();
                AnswerStream large = client.open(get().endpoint("/large").build(), progress)) {
            int first = large.read();

            // When
            try (AnswerStream small = client.open(post(Body.of("not held up")).build())) {
                assertThat(small.readAllBytes()).asString().isEqualTo("not held up");
            }
            await().untilAsserted(() -> assertThat(progress.come).hasValue(FIFTY_MB));

            // Then: the rest was on disk, and comes as it was
            assertThat(spilled()).isEqualTo(Files.isDirectory(DESCRIPTORS) ? 1 : 0);
            assertThat(large.status()).isEqualTo(200);
            assertThat(large.available()).isEqualTo(FIFTY_MB - 1);
            assertThat(first).isEqualTo(content[0] & 0xFF);
            assertThat(large.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 1, FIFTY_MB));
            assertThat(large.answer().size()).isEqualTo(FIFTY_MB);
            assertThat(large.answer().crcVerified()).isTrue();
            assertThat(large.answer().attempts()).isEqualTo(1);
            assertThat(large.answer().elapsed()).isPositive();
            assertThat(spilled()).isZero(); // at the end, and not only when it is closed
        }
    }

    @Test
    void theHeadAndWhatHasComeAreThereBeforeTheAnswerIsWhole() throws Exception {
        // Given
        createTopics(1);
        AtomicReference<JobId> job = new AtomicReference<>();
        try (ScriptedPortal portal = portal((request, p) -> {
                    job.set(request.start().jobId());
                    begin(p, job.get(), 2);
                    p.send(
                            job.get(),
                            writer.binaryChunk(job.get(), 0, 2, null, null, p.digest(job.get()), ascii("begun ")));
                });
                KafkaSendClient client = client().build();
                AnswerStream answer = client.open(get().build())) {
            // When
            byte[] begun = answer.readNBytes(6);

            // Then
            assertThat(answer.jobId()).isEqualTo(job.get());
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.header("x-count")).contains("1, 2");
            assertThat(answer.headerValues("X-Count")).containsExactly("1", "2");
            assertThat(answer.headers()).containsEntry("X-Count", "1, 2");
            assertThat(answer.charset()).isEqualTo(StandardCharsets.ISO_8859_1);
            assertThat(begun).asString().isEqualTo("begun ");
            assertThatThrownBy(answer::answer).hasMessage("the answer is not read to its end");

            // When
            portal.send(
                    job.get(), writer.binaryChunk(job.get(), 1, 2, null, null, portal.digest(job.get()), ascii("two")));

            // Then
            assertThat(answer.readAllBytes()).asString().isEqualTo("two");
            assertThat(answer.read()).isEqualTo(-1);
        }
    }

    @Test
    void framesComeAsTheyAre() throws Exception {
        // Given
        createTopics(1);
        byte[] content = random(3_000_000);
        try (ScriptedPortal portal = portal((request, p) -> {
                    JobId job = request.start().jobId();
                    BodyDigest digest = new BodyDigest(false);
                    digest.update(content);
                    begin(p, job, null);
                    for (int i = 0; i < 3; i++) {
                        Map<String, String> headers = new HashMap<>();
                        FrameHeaders.chunk(i, i == 2 ? 3 : null, i == 2 ? digest.crc32() : null, null, p.digest(job))
                                .forEach((name, value) ->
                                        headers.put(name, new String(value, StandardCharsets.US_ASCII)));
                        p.sendRecord(
                                ascii(job.value()),
                                Arrays.copyOfRange(content, i * 1_000_000, (i + 1) * 1_000_000),
                                headers);
                    }
                });
                KafkaSendClient client = client().build();
                AnswerStream answer = client.open(get().build())) {
            assertThat(answer.readAllBytes()).isEqualTo(content);
            assertThat(answer.answer().crcVerified()).isTrue();
        }
    }

    @Test
    void anAnswerWithoutABodyEndsAtOnce() throws Exception {
        createTopics(1);
        try (ScriptedPortal portal =
                        portal((request, p) -> p.answerBinary(request.start().jobId(), 204, new byte[0]));
                KafkaSendClient client = client().build();
                AnswerStream answer = client.open(get().build())) {
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.read()).isEqualTo(-1);
            assertThat(answer.read(new byte[8])).isEqualTo(-1);
            assertThat(answer.answer().size()).isZero();
        }
    }

    @Test
    void aFailureMidwayIsThrownWithItsCodeAndNothingIsSentAgain() throws Exception {
        // Given: a failure that is retryable, but comes when the head is handed out
        createTopics(1);
        List<JobId> jobs = new CopyOnWriteArrayList<>();
        try (ScriptedPortal portal = portal((request, p) -> {
                    JobId job = request.start().jobId();
                    jobs.add(job);
                    begin(p, job, 2);
                });
                KafkaSendClient client = client().build();
                AnswerStream answer = client.open(get().retries(3).build())) {
            // When
            portal.send(
                    jobs.get(0),
                    writer.write(new ResponseError(
                            jobs.get(0), "full", "TOO_MANY_JOBS", true, null, portal.digest(jobs.get(0)))));

            // Then
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(answer::read)
                        .isExactlyInstanceOf(IOException.class)
                        .hasMessage("full (TOO_MANY_JOBS)")
                        .cause()
                        .isInstanceOfSatisfying(JobFailedException.class, e -> assertThat(e.jobId())
                                .contains(jobs.get(0)));
            }
            assertThat(jobs).hasSize(1);
        }
    }

    @Test
    void whatFailsBeforeItsHeadIsSentAgainAndComesOnce() throws Exception {
        // Given
        createTopics(1);
        AtomicInteger jobs = new AtomicInteger();
        try (ScriptedPortal portal = portal((request, p) -> {
                    if (jobs.incrementAndGet() < 3) {
                        p.fail(request.start().jobId(), ErrorCode.TOO_MANY_JOBS, "full");
                    } else {
                        p.answerText(request.start().jobId(), 200, "text/plain", "at last");
                    }
                });
                KafkaSendClient client = client().build()) {
            // When
            try (AnswerStream answer = client.open(get().retries(2).build())) {

                // Then
                assertThat(answer.readAllBytes()).asString().isEqualTo("at last");
                assertThat(answer.answer().attempts()).isEqualTo(3);
            }
            jobs.set(0);
            assertThatThrownBy(() -> client.open(get().retries(1).build()))
                    .isInstanceOf(JobFailedException.class)
                    .hasMessage("full (TOO_MANY_JOBS)");
        }
    }

    @Test
    void aBodyThatIsNotTheOneThatWasSentHasNoEnd() throws Exception {
        createTopics(1);
        try (ScriptedPortal portal = portal((request, p) -> {
                    JobId job = request.start().jobId();
                    begin(p, job, null);
                    p.send(job, writer.binaryChunk(job, 0, 1, 1L, null, p.digest(job), ascii("other bytes")));
                });
                KafkaSendClient client = client().build();
                AnswerStream answer = client.open(get().build())) {
            assertThatThrownBy(answer::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("CRC-32")
                    .cause()
                    .isInstanceOfSatisfying(
                            ClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
        }
    }

    @Test
    void anAnswerThatBeginsAnewAfterItsHeadIsNoAnswer() throws Exception {
        // Given
        createTopics(1);
        AtomicReference<JobId> job = new AtomicReference<>();
        try (ScriptedPortal portal = portal((request, p) -> {
                    job.set(request.start().jobId());
                    begin(p, job.get(), 2);
                });
                KafkaSendClient client = client().build();
                AnswerStream answer = client.open(get().build())) {
            // When
            begin(portal, job.get(), 3);

            // Then
            assertThatThrownBy(answer::readAllBytes)
                    .hasMessage("the portal began its answer anew after its head had been written out");
        }
    }

    @Test
    void closingEarlyTellsThePortalAndDropsWhatHasCome() throws Exception {
        // Given: 20 MB that came, of a body without an end
        createTopics(1);
        AtomicReference<JobId> job = new AtomicReference<>();
        Progress progress = new Progress();
        try (ScriptedPortal portal = portal((request, p) -> {
                    job.set(request.start().jobId());
                    begin(p, job.get(), null);
                    for (int i = 0; i < 40; i++) {
                        p.send(
                                job.get(),
                                writer.binaryChunk(
                                        job.get(), i, null, null, null, p.digest(job.get()), new byte[500_001]));
                    }
                });
                KafkaSendClient client = client().build()) {
            AnswerStream answer = client.open(get().build(), progress);
            await().untilAsserted(() -> assertThat(progress.come).hasValue(20_000_040));

            // When
            answer.close();
            answer.close();

            // Then
            assertThat(spilled()).isZero();
            assertThatThrownBy(answer::read).hasMessage("the answer's stream is closed");
            assertThatThrownBy(answer::available).hasMessage("the answer's stream is closed");
            await().untilAsserted(() -> assertThat(portal.cancelled()).containsExactly(job.get()));
        }
    }

    @Test
    void closingTheStreamOrTheClientWakesAReader() throws Exception {
        for (boolean whole : new boolean[] {false, true}) {
            // Given
            createTopics(1);
            try (ScriptedPortal portal =
                            portal((request, p) -> begin(p, request.start().jobId(), 2));
                    KafkaSendClient client = client().build();
                    AnswerStream answer = client.open(get().build())) {
                CompletableFuture<Throwable> thrown = reading(answer);

                // When
                (whole ? client : answer).close();

                // Then
                assertThat(thrown.join())
                        .isInstanceOf(IOException.class)
                        .hasMessage(whole ? "the client was closed" : "the answer's stream is closed");
            }
        }
    }

    @Test
    void theTimeoutEndsBothWaits() throws Exception {
        // Given
        createTopics(1);
        try (ScriptedPortal portal = portal((request, p) -> {
                    if (request.start().endpoint().equals("/begun")) {
                        begin(p, request.start().jobId(), 2);
                    }
                });
                KafkaSendClient client =
                        client().defaultTimeout(Duration.ofSeconds(3)).build()) {
            // When
            ClientException noHead = catchThrowableOfType(ClientException.class, () -> client.open(get().build()));

            // Then
            assertThat(noHead.kind()).isEqualTo(Kind.TIMED_OUT);
            try (AnswerStream answer = client.open(get().endpoint("/begun").build())) {
                assertThatThrownBy(answer::read)
                        .hasMessage("no answer within 3 seconds: its answer had begun, 0 bytes of it had come");
            }
        }
    }

    @Test
    void anInterruptEndsAWaitAndStays() throws Exception {
        // Given
        createTopics(1);
        try (ScriptedPortal portal = portal((request, p) -> {
                    if (request.start().endpoint().equals("/begun")) {
                        begin(p, request.start().jobId(), 2);
                    }
                });
                KafkaSendClient client = client().build();
                AnswerStream answer = client.open(get().endpoint("/begun").build())) {
            // When
            Thread.currentThread().interrupt();

            // Then
            assertThatThrownBy(answer::read).isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            assertThatThrownBy(() -> client.open(get().build()))
                    .isInstanceOfSatisfying(
                            ClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** The head of a portal of ours, before the body's length is known. */
    private void begin(ScriptedPortal portal, JobId job, Integer chunks) {
        portal.send(
                job,
                writer.write(new ResponseStart(
                        job,
                        chunks,
                        202,
                        Map.of("Content-Type", "text/plain; charset=iso-8859-1", "X-Count", "1, 2"),
                        false,
                        null,
                        null,
                        null,
                        null,
                        portal.digest(job),
                        Map.of("X-Count", List.of("1", "2")),
                        false)));
    }

    /** Reads until it fails, on a thread that waits by now. */
    private static CompletableFuture<Throwable> reading(AnswerStream answer) {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                thrown.completeExceptionally(new AssertionError("read " + answer.read()));
            } catch (IOException | RuntimeException e) {
                thrown.complete(e);
            }
        });
        reader.start();
        await().until(() -> reader.getState() == Thread.State.WAITING);
        return thrown;
    }

    /** How many temporary files of answers this process holds, deleted ones too; 0 where the system does not tell. */
    private static long spilled() throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.filter(AnswerStreamIT::isAnswer).count();
        }
    }

    private static boolean isAnswer(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().matches(".*/kafkasend-.*\\.answer.*");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    private void createTopics(int partitions) {
        String test = JobId.random().value().substring(0, 8);
        requests = "requests-" + test;
        responses = "responses-" + test;
        broker.createTopic(requests, partitions, Map.of());
        broker.createTopic(responses, partitions, Map.of());
    }

    private ScriptedPortal portal(ScriptedPortal.Script script) {
        return new ScriptedPortal(broker.bootstrapServers(), requests, responses, script);
    }

    private KafkaSendClient.Builder client() {
        return KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .requestTopic(requests)
                .responseTopic(responses);
    }

    private static Request.Builder get() {
        return Request.builder().endpoint("/api/v1/items");
    }

    private static Request.Builder post(Body body) {
        return Request.builder().method(Method.POST).endpoint("/api/v1/upload").body(body);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static final class Progress implements ProgressListener {
        private final AtomicLong come = new AtomicLong();

        @Override
        public void downloaded(long bytes, Long totalOrNull) {
            come.set(bytes);
        }
    }
}
