package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.codec.MessageWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@SuppressWarnings("try") // portals that are only held open
class KafkaSendClientIT {
    private static final int FIFTY_MB = 50_000_000;

    private static EmbeddedBroker broker;

    @TempDir
    Path directory;

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

    @Test
    void fiftyMegabytesComeThroughBothWaysUnchanged() throws Exception {
        // Given
        createTopics(3);
        Path file = directory.resolve("big.bin");
        byte[] content = random(FIFTY_MB);
        Files.write(file, content);
        Path target = directory.resolve("answer.bin");
        AtomicReference<RequestStart> seen = new AtomicReference<>();
        Progress progress = new Progress();
        try (ScriptedPortal portal = portal((request, p) -> {
                    seen.set(request.start());
                    p.answerBinary(request.start().jobId(), 201, request.body());
                });
                KafkaSendClient client = client().build()) {

            // When
            Answer answer = client.call(
                    post(Body.file(file))
                            .filename("big.bin")
                            .contentType("application/octet-stream")
                            .header("X-Request-ID", "7")
                            .addHeader("Accept", "text/html")
                            .addHeader("accept", "*/*")
                            .sha256(true)
                            .build(),
                    AnswerTarget.file(target),
                    progress);

            // Then
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.size()).isEqualTo(FIFTY_MB);
            assertThat(answer.crcVerified()).isTrue();
            assertThat(sha256(Files.readAllBytes(target))).isEqualTo(sha256(content));
            assertThat(seen.get().sha256()).isEqualTo(sha256(content));
            assertThat(seen.get().totalBytes()).isEqualTo(FIFTY_MB);
            assertThat(seen.get().headers())
                    .containsExactly(Map.entry("X-Request-ID", "7"), Map.entry("Accept", "text/html, */*"));
            assertThat(seen.get().multipart()).isTrue();
            assertThat(seen.get().timeoutSeconds()).isBetween(850, 900);
            assertThat(seen.get().expiresAt() - Instant.now().getEpochSecond()).isBetween(850L, 900L);
            assertThat(progress.started.get()).isEqualTo(answer.jobId());
            assertThat(progress.status.get()).isEqualTo(201);
            assertThat(progress.uploads).isSorted().last().isEqualTo((long) FIFTY_MB);
            assertThat(progress.downloads).isSorted().last().isEqualTo((long) FIFTY_MB);
            assertThat(directory).isDirectoryNotContaining("glob:**.part");
        }
    }

    /** As those of the {@code camel} command do not. */
    @Test
    void worksWhereTheThreadsClassLoaderKnowsNoneOfKafkasClasses() throws Exception {
        // Given
        createTopics(1);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        Receipt[] receipt = new Receipt[1];
        try (ScriptedPortal portal =
                        portal((request, p) -> p.answerBinary(request.start().jobId(), 200, request.body()));
                KafkaSendClient client = client().build()) {
            thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());

            // When
            Answer answer = client.call(
                    post(Body.of("hello")).onReceipt(told -> receipt[0] = told).build());
            Answer fetched = client.fetch(
                            receipt[0], Duration.ofSeconds(30), AnswerTarget.memory(), ProgressListener.none())
                    .get();

            // Then
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(fetched.text()).isEqualTo("hello");
            assertThat(thread.getContextClassLoader()).isEqualTo(ClassLoader.getPlatformClassLoader());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void aPassingBodyIsNotReadBeforeStartIsSent() throws Exception {
        // Given
        createTopics(1);
        byte[] content = random(1_500_000);
        CountDownLatch announced = new CountDownLatch(1);
        AtomicReference<RequestStart> seen = new AtomicReference<>();
        InputStream stream = new ByteArrayInputStream(content) {
            @Override
            public synchronized int read(byte[] to, int at, int length) {
                try {
                    announced.await(); // by the broker's word that it has START
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return super.read(to, at, length);
            }
        };
        ProgressListener listener = new ProgressListener() {
            @Override
            public void uploaded(long bytes, long total) {
                announced.countDown();
            }
        };
        try (ScriptedPortal portal = portal((request, p) -> {
                    seen.set(request.start());
                    p.answerBinary(request.start().jobId(), 200, request.body());
                });
                KafkaSendClient client = client().build();

                // When
                AnswerStream answer =
                        client.open(post(Body.passing(stream, content.length)).build(), listener)) {

            // Then
            assertThat(answer.length()).hasValue(content.length);
            assertThat(answer.readAllBytes()).isEqualTo(content);
            assertThat(seen.get().crc32()).isNull();
            assertThat(seen.get().totalBytes()).isEqualTo(content.length);
        }
    }

    @Test
    void aPassingBodyOfAnotherLengthIsNoSuccess() {
        createTopics(1);
        try (ScriptedPortal portal = portal(ScriptedPortal.echo());
                KafkaSendClient client = client().build()) {
            for (int length : new int[] {9, 11}) {
                Body body = Body.passing(new ByteArrayInputStream(new byte[10]), length);
                assertThatThrownBy(() -> client.call(post(body).build()))
                        .isInstanceOfSatisfying(ClientException.class, failure -> assertThat(failure.kind())
                                .isEqualTo(Kind.BODY));
            }
            Body signed = Body.passing(new ByteArrayInputStream(new byte[10]), 10);
            assertThatThrownBy(() -> client.call(post(signed).sha256(true).build()))
                    .hasMessageContaining("SHA-256");
        }
    }

    @Test
    void bodiesAtTheBordersOfChunksComeBackEqual() {
        createTopics(2);
        try (ScriptedPortal portal = portal(ScriptedPortal.echo());
                KafkaSendClient client = client().build()) {
            for (int size : new int[] {0, 1, 665_597, 665_598, 665_599, 1_331_196}) {
                byte[] body = random(size);

                Answer answer = client.call(post(Body.of(body)).build());

                assertThat(answer.bytes()).as("%d bytes", size).isEqualTo(body);
            }
        }
    }

    @Test
    void manyJobsOfMixedSizesPassAtOnce() throws Exception {
        // Given
        createTopics(4);
        try (ScriptedPortal portal = portal(ScriptedPortal.echo());
                KafkaSendClient client = client().build()) {
            List<byte[]> bodies = new ArrayList<>();
            List<CompletableFuture<Answer>> answers = new ArrayList<>();

            // When
            for (int i = 0; i < 60; i++) {
                byte[] body = random(i % 10 == 0 ? 3_000_000 : i * 1_000);
                bodies.add(body);
                Body form = i % 2 == 0 ? Body.of(body) : Body.stream(new ByteArrayInputStream(body));
                answers.add(client.send(post(form).build()));
            }

            // Then
            for (int i = 0; i < 60; i++) {
                assertThat(answers.get(i).get(60, TimeUnit.SECONDS).bytes()).isEqualTo(bodies.get(i));
            }
        }
    }

    @Test
    void anErrorOfThePortalEndsTheJobAndStopsTheUpload() {
        // Given: a refusal on START, while 50 MB are to come
        createTopics(1);
        try (ScriptedPortal portal = portal(new ScriptedPortal.Script() {
                    @Override
                    public boolean started(RequestStart start, ScriptedPortal p) {
                        p.fail(start.jobId(), ErrorCode.ENDPOINT_NOT_ALLOWED, "not allowed");
                        p.fail(start.jobId(), ErrorCode.UNKNOWN_JOB, "an old portal's second ERROR");
                        p.flush();
                        return false;
                    }

                    @Override
                    public void complete(ScriptedPortal.Received request, ScriptedPortal p) {}
                });
                KafkaSendClient client = client().build()) {
            client.submit(Request.builder().endpoint("/warm-up").build(), ProgressListener.none());

            // When
            ClientException failure = failureOf(client, post(Body.of(new byte[4 * FIFTY_MB])));

            // Then
            assertThat(failure).isInstanceOfSatisfying(JobFailedException.class, e -> {
                assertThat(e.code()).contains("ENDPOINT_NOT_ALLOWED");
                assertThat(e.retryable()).isFalse();
                assertThat(e.getMessage()).isEqualTo("not allowed (ENDPOINT_NOT_ALLOWED)");
                assertThat(e.portalMessage()).isEqualTo("not allowed");
                assertThat(e.retryAfterSeconds()).isEmpty();
            });
            assertThat(portal.chunksSeen()).isLessThan(4 * 76);
        }
    }

    @Test
    void retryableAndRetryAfterAreHandedOn() {
        createTopics(1);
        try (ScriptedPortal portal = portal((request, p) -> p.send(
                        request.start().jobId(),
                        new MessageWriter()
                                .write(new ResponseError(
                                        request.start().jobId(), "full", "TOO_MANY_JOBS", true, 30))));
                KafkaSendClient client = client().build()) {
            ClientException failure = failureOf(client, get());

            assertThat(failure).isInstanceOfSatisfying(JobFailedException.class, e -> {
                assertThat(e.retryable()).isTrue();
                assertThat(e.retryAfterSeconds()).hasValue(30);
                assertThat(e.jobId()).isPresent();
            });
        }
    }

    @Test
    void recordsThatAreNotForThisClientAreIgnored() {
        createTopics(1);
        try (ScriptedPortal portal = portal((request, p) -> {
                    JobId job = request.start().jobId();
                    p.send(JobId.random(), "not even JSON".getBytes(StandardCharsets.UTF_8));
                    p.send(
                            job,
                            new MessageWriter().write(ResponseError.of(JobId.random(), ErrorCode.INTERNAL_ERROR, "x")));
                    p.send(
                            job,
                            ("{\"job_id\":\"" + job + "\",\"message_type\":\"TRAILERS\"}")
                                    .getBytes(StandardCharsets.UTF_8));
                    p.answerText(job, 200, "text/plain", "hello");
                });
                KafkaSendClient client = client().build()) {
            assertThat(client.call(get().build()).text()).isEqualTo("hello");
        }
    }

    @Test
    void aMessageThatBreaksTheProtocolFailsItsJob() {
        createTopics(1);
        try (ScriptedPortal portal = portal(
                        (request, p) -> p.send(request.start().jobId(), "not JSON".getBytes(StandardCharsets.UTF_8)));
                KafkaSendClient client = client().build()) {
            assertThat(failureOf(client, get()).kind()).isEqualTo(Kind.PROTOCOL);
        }
    }

    @Test
    void textChunksOverTheProtocolsLimitAreTakenFromOldPortals() {
        // Given: 665,600 characters of three bytes each in one CHUNK, where the broker lets it
        createTopics(1, Map.of("max.message.bytes", "4000000"));
        String text = "€".repeat(665_600);
        try (ScriptedPortal portal = portal(
                        (request, p) -> p.answerText(request.start().jobId(), 200, "text/plain; charset=utf-8", text));
                KafkaSendClient client = client().build()) {
            // When
            Answer answer = client.call(get().build());

            // Then
            assertThat(answer.text()).isEqualTo(text);
            assertThat(answer.crcVerified()).isTrue();
        }
    }

    @Test
    void withoutAPortalTheJobTimesOut() {
        createTopics(1);
        try (KafkaSendClient client = client().build()) {
            ClientException failure = failureOf(client, get().timeout(Duration.ofSeconds(1)));

            assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(failure).hasMessageContaining("no answer within 1 seconds, and no part of one");
        }
    }

    @Test
    void aJobWhoseAnswerStopsHalfWaySaysSoAndLeavesNoFile() {
        // Given
        createTopics(1);
        try (ScriptedPortal portal = portal((request, p) -> {
                    JobId job = request.start().jobId();
                    MessageWriter writer = new MessageWriter();
                    p.send(job, writer.write(new ResponseStart(job, 2, 200, Map.of(), false, null, null, null)));
                    p.send(job, writer.binaryChunk(job, 0, 2, null, null, new byte[30]));
                });
                KafkaSendClient client = client().build()) {

            // When
            ClientException failure = catchThrowableOfType(
                    ClientException.class,
                    () -> client.call(
                            get().timeout(Duration.ofSeconds(1)).build(),
                            AnswerTarget.file(directory.resolve("answer")),
                            ProgressListener.none()));

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(failure).hasMessageContaining("30 bytes");
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void anAnswerThatIsSentAtOnceIsNeverLost() {
        // Given: a new client for each request, as the command line has it
        createTopics(3);
        try (ScriptedPortal portal = portal((request, p) -> {
            p.answerText(request.start().jobId(), 200, "text/plain", "at once");
            p.flush();
        })) {
            for (int i = 0; i < 10; i++) {
                try (KafkaSendClient client = client().build()) {
                    assertThat(client.call(get().timeout(Duration.ofSeconds(10)).build())
                                    .text())
                            .isEqualTo("at once");
                }
            }
        }
    }

    @Test
    void aMissingTopicIsNamedAndNotCreated() throws Exception {
        // Given: a broker that would create topics for who asks
        try (EmbeddedBroker willing = EmbeddedBroker.builder()
                        .property("auto.create.topics.enable", "true")
                        .start();
                KafkaSendClient client = KafkaSendClient.builder()
                        .bootstrapServers(willing.bootstrapServers())
                        .build();
                Admin admin = Admin.create(Map.of("bootstrap.servers", willing.bootstrapServers()))) {
            // When, Then
            ClientException noResponses = failureOf(client, get());
            assertThat(noResponses.kind()).isEqualTo(Kind.NO_TOPIC);
            assertThat(noResponses).hasMessageContaining("topic api-responses does not exist");

            willing.createTopic("api-responses", 1);
            ClientException noRequests = failureOf(client, get());
            assertThat(noRequests.kind()).isEqualTo(Kind.NO_TOPIC);
            assertThat(noRequests).hasMessageContaining("topic api-requests does not exist");
            assertThat(admin.listTopics().names().get()).containsExactly("api-responses");

            // and the same client works once the topic is there
            willing.createTopic("api-requests", 1);
            assertThat(client.submit(get().build(), ProgressListener.none()).get(60, TimeUnit.SECONDS))
                    .isNotNull();
        }
    }

    @Test
    void withoutABrokerItFailsWithinTheConnectTimeout() {
        try (KafkaSendClient client = KafkaSendClient.builder()
                .bootstrapServers("127.0.0.1:9")
                .connectTimeout(Duration.ofSeconds(1))
                .build()) {
            long begin = System.nanoTime();

            ClientException failure = failureOf(client, get());

            assertThat(failure.kind()).isEqualTo(Kind.NO_BROKER);
            assertThat(failure).hasMessageContaining("127.0.0.1:9").hasMessageNotContaining("\n");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void anAddressThatIsNoneIsNamed() {
        for (String address : new String[] {"no-port", "host.invalid:9092"}) {
            try (KafkaSendClient client =
                    KafkaSendClient.builder().bootstrapServers(address).build()) {
                ClientException failure = failureOf(client, get());

                assertThat(failure.kind()).isEqualTo(Kind.NO_BROKER);
                assertThat(failure).hasMessageContaining(address);
            }
        }
    }

    @Test
    void aPropertyThatKafkaRefusesIsNamed() {
        try (KafkaSendClient client = client().kafkaProperties(Map.of("security.protocol", "CARRIER_PIGEON"))
                .build()) {
            ClientException failure = failureOf(client, get());

            assertThat(failure.kind()).isEqualTo(Kind.SETTINGS);
            assertThat(failure).hasMessageContaining("CARRIER_PIGEON");
        }
    }

    @Test
    void aTopicThatTakesOnlySmallerRecordsIsNamedWithItsLimit() throws Exception {
        // Given
        createTopics(1, Map.of("max.message.bytes", "100000"));
        try (KafkaSendClient client = client().build()) {
            // When
            ClientException failure = failureOf(client, post(Body.of(new byte[700_000])));

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.RECORD_TOO_LARGE);
            assertThat(failure)
                    .hasMessageContaining("topic " + requests)
                    .hasMessageContaining("887")
                    .hasMessageContaining("100000 at most")
                    .hasMessageContaining("1048576");
            // and the shared producer still serves what fits
            assertThat(client.submit(get().build(), ProgressListener.none()).get(60, TimeUnit.SECONDS))
                    .isNotNull();
        }
    }

    @Test
    void aFileThatDoesNotExistIsNamed() {
        createTopics(1);
        try (KafkaSendClient client = client().build()) {
            ClientException failure = failureOf(client, post(Body.file(directory.resolve("none"))));

            assertThat(failure.kind()).isEqualTo(Kind.BODY);
            assertThat(failure).hasMessageContaining("none does not exist");
        }
    }

    @Test
    void closingFailsWhatIsPendingAndLeavesNoThread() throws Exception {
        // Given
        createTopics(2);
        KafkaSendClient client = client().build();
        CompletableFuture<Answer> pending =
                client.send(post(Body.of(new byte[FIFTY_MB])).build());
        client.submit(get().build(), ProgressListener.none()).get(60, TimeUnit.SECONDS);

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .filteredOn(ClientThreads::has)
                .hasSizeGreaterThan(3);

        // When
        client.close();
        client.close();

        // Then
        assertThatThrownBy(() -> pending.get(1, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        ClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
        assertThat(failureOf(client, get()).kind()).isEqualTo(Kind.CLOSED);
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(ClientThreads::has));
    }

    @Test
    void closingWhileItWaitsForABrokerIsQuick() {
        KafkaSendClient client =
                KafkaSendClient.builder().bootstrapServers("127.0.0.1:9").build();
        CompletableFuture<Answer> pending = client.send(get().build());
        long begin = System.nanoTime();

        client.close();

        assertThat(pending).isCompletedExceptionally();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void cancellingTheFutureEndsTheJob() {
        createTopics(1);
        try (ScriptedPortal portal = portal(ScriptedPortal.echo());
                KafkaSendClient client = client().build()) {
            CompletableFuture<Answer> unwanted =
                    client.send(post(Body.of(new byte[FIFTY_MB])).build());

            unwanted.cancel(true);

            assertThat(client.call(post(Body.of("wanted")).build()).text()).isEqualTo("wanted");
        }
    }

    @Test
    void whatIsRetryableIsSentAgainAsANewJobAlsoFromAStream() throws Exception {
        // Given: a portal that is full twice, which it says while the upload is under way
        createTopics(2);
        byte[] content = random(12_000_000);
        List<JobId> ids = new CopyOnWriteArrayList<>();
        Progress progress = new Progress();
        try (ScriptedPortal portal = portal(new ScriptedPortal.Script() {
                    @Override
                    public boolean started(RequestStart start, ScriptedPortal p) {
                        ids.add(start.jobId());
                        if (ids.size() <= 2) {
                            p.fail(start.jobId(), ErrorCode.TOO_MANY_JOBS, "full");
                        }
                        return ids.size() > 2;
                    }

                    @Override
                    public void complete(ScriptedPortal.Received request, ScriptedPortal p) {
                        p.answerBinary(request.start().jobId(), 200, request.body());
                    }
                });
                KafkaSendClient client = client().build()) {

            // When
            Answer answer = client.call(
                    post(Body.stream(new ByteArrayInputStream(content)))
                            .retries(3)
                            .build(),
                    AnswerTarget.memory(),
                    progress);

            // Then
            assertThat(sha256(answer.bytes())).isEqualTo(sha256(content));
            assertThat(answer.attempts()).isEqualTo(3);
            assertThat(answer.elapsed()).isGreaterThan(Duration.ofMillis(700)); // two waits, of 250 and 500 ms at least
            assertThat(ids).hasSize(3).doesNotHaveDuplicates();
            assertThat(answer.jobId()).isEqualTo(ids.get(2)).isEqualTo(progress.started.get());
            assertThat(progress.retries)
                    .containsExactly("1 of 3: full (TOO_MANY_JOBS)", "2 of 3: full (TOO_MANY_JOBS)");
            assertThat(portal.cancelled()).isEmpty();
        }
    }

    @Test
    void theLastFailureIsGivenWhenTheRetriesOrTheTimeAreUsedUp() {
        createTopics(1);
        AtomicInteger jobs = new AtomicInteger();
        try (ScriptedPortal portal = portal((request, p) -> {
                    JobId job = request.start().jobId();
                    int number = jobs.incrementAndGet();
                    p.send(
                            job,
                            new MessageWriter()
                                    .write(new ResponseError(
                                            job, "failed " + number, "SOME", true, number == 1 ? null : 3600)));
                });
                KafkaSendClient client = client().build()) {

            assertThat(failureOf(client, get().retries(1))).hasMessage("failed 2 (SOME)");
            assertThat(failureOf(client, get().retries(9))).hasMessage("failed 3 (SOME)");
            assertThat(jobs).hasValue(3);
        }
    }

    @Test
    void nothingIsSentAgainThatMayNotBe() {
        // Given
        createTopics(1);
        AtomicInteger jobs = new AtomicInteger();
        try (ScriptedPortal portal = portal((request, p) -> {
                    JobId job = request.start().jobId();
                    jobs.incrementAndGet();
                    if (request.start().endpoint().endsWith("half")) {
                        MessageWriter writer = new MessageWriter();
                        p.send(job, writer.write(new ResponseStart(job, null, 200, Map.of(), false, null, null, null)));
                        p.send(job, writer.binaryChunk(job, 0, null, null, null, new byte[3]));
                        p.fail(job, ErrorCode.TOO_MANY_JOBS, "retryable in mid-answer");
                    } else {
                        p.fail(job, ErrorCode.API_BROKEN, "not retryable");
                    }
                });
                KafkaSendClient client = client().build()) {

            // When, Then
            assertThat(failureOf(client, get().retries(5))).hasMessage("not retryable (API_BROKEN)");
            Request half = get().endpoint("/half").retries(5).build();
            assertThatThrownBy(() -> client.call(
                            half, AnswerTarget.stream(OutputStream.nullOutputStream()), ProgressListener.none()))
                    .hasMessage("retryable in mid-answer (TOO_MANY_JOBS)");
            assertThat(jobs).hasValue(2);
        }
    }

    @Test
    void closingOrCancellingEndsARequestThatWaitsToBeSentAgain() throws Exception {
        // Given
        createTopics(1);
        CountDownLatch waiting = new CountDownLatch(2);
        ProgressListener listener = new ProgressListener() {
            @Override
            public void retrying(int retry, int retries, Duration wait, JobFailedException failure) {
                waiting.countDown();
            }
        };
        try (ScriptedPortal portal = portal((request, p) -> {
                    JobId job = request.start().jobId();
                    p.send(job, new MessageWriter().write(new ResponseError(job, "later", "SOME", true, 60)));
                });
                KafkaSendClient client = client().build()) {
            Request request = get().retries(1).build();
            CompletableFuture<Answer> cancelled = client.send(request, AnswerTarget.memory(), listener);
            CompletableFuture<Answer> closed = client.send(request, AnswerTarget.memory(), listener);
            assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();

            // When
            cancelled.cancel(true);
            client.close();

            // Then
            assertThat(cancelled).isCancelled();
            assertThatThrownBy(closed::join).cause().isInstanceOfSatisfying(ClientException.class, e -> assertThat(
                            e.kind())
                    .isEqualTo(Kind.CLOSED));
        }
    }

    @Test
    void thePortalIsToldOfWhatIsCancelledTimedOutOrLeftAtClosingAndOfNothingElse() throws Exception {
        // Given
        createTopics(3);
        Map<String, JobId> ids = new ConcurrentHashMap<>();
        try (ScriptedPortal portal = portal((request, p) -> {
                    JobId job = request.start().jobId();
                    switch (request.start().endpoint()) {
                        case "/answered" -> p.answerText(job, 200, "text/plain", "yes");
                        case "/failed" -> p.fail(job, ErrorCode.API_BROKEN, "no");
                        default -> {}
                    }
                    ids.put(request.start().endpoint(), job);
                });
                KafkaSendClient client = client().modernPortals(true).build()) {
            client.call(get().endpoint("/answered").build());
            failureOf(client, get().endpoint("/failed"));
            client.submit(get().endpoint("/submitted").build(), ProgressListener.none())
                    .join();
            CompletableFuture<Answer> cancelled =
                    client.send(get().endpoint("/cancelled").build());
            client.send(get().endpoint("/left").build());
            await().until(() -> ids.size() == 5);

            // When
            cancelled.cancel(true);
            await().until(() -> portal.cancelled().size() == 1);
            failureOf(client, get().endpoint("/timed-out").timeout(Duration.ofSeconds(1)));
            await().until(() -> portal.cancelled().size() == 2);
            client.close();

            // Then
            await().until(() -> portal.cancelled().size() >= 3);
            assertThat(portal.cancelled())
                    .containsExactly(ids.get("/cancelled"), ids.get("/timed-out"), ids.get("/left"));
        }
    }

    @Test
    void aPortalThatMayBeAnOldOneIsToldNothingThatItCannotRead() throws Exception {
        // Given
        createTopics(1);
        Map<String, JobId> ids = new ConcurrentHashMap<>();
        MessageWriter writer = new MessageWriter();
        try (ScriptedPortal portal =
                        new ScriptedPortal(broker.bootstrapServers(), requests, responses, new ScriptedPortal.Script() {
                            @Override
                            public boolean started(RequestStart start, ScriptedPortal p) {
                                JobId job = start.jobId();
                                // As our portal begins to answer: with the digest of the record that it read.
                                if (start.endpoint().equals("/begun")) {
                                    p.send(job, writer.write(begun(job, RequestDigest.of(writer.write(start)))));
                                } else if (start.endpoint().equals("/begun-by-an-old-one")) {
                                    p.send(job, writer.write(begun(job, null)));
                                }
                                ids.put(start.endpoint(), job);
                                return false;
                            }

                            @Override
                            public void complete(ScriptedPortal.Received request, ScriptedPortal p) {}
                        });
                KafkaSendClient client = client().build()) {
            Progress old = new Progress();
            Progress modern = new Progress();
            List<CompletableFuture<Answer>> jobs = List.of(
                    client.send(get().endpoint("/silent").build()),
                    client.send(get().endpoint("/begun-by-an-old-one").build(), AnswerTarget.memory(), old),
                    client.send(get().endpoint("/begun").build(), AnswerTarget.memory(), modern));
            await().until(() -> ids.containsKey("/silent") && old.status.get() + modern.status.get() == 400);

            // When
            jobs.forEach(job -> job.cancel(true));
            failureOf(client, get().endpoint("/timed-out").timeout(Duration.ofSeconds(1)));
            await().until(() -> !portal.cancelled().isEmpty());
            CompletableFuture<JobId> after =
                    client.submit(get().endpoint("/after").build(), ProgressListener.none());
            await().until(() -> ids.containsKey("/after"));

            // Then
            assertThat(after).isCompleted();
            assertThat(portal.cancelled()).containsExactly(ids.get("/begun"));
        }
    }

    @Test
    void ofTwoRequestsUnderOneIdTheSecondIsRefusedAndTheFirstGoesOn() throws Exception {
        // Given
        createTopics(1);
        JobId id = JobId.random();
        List<JobId> came = new CopyOnWriteArrayList<>();
        try (ScriptedPortal portal = portal((request, p) -> {
                    came.add(request.start().jobId());
                    p.answerText(
                            request.start().jobId(),
                            200,
                            "text/plain",
                            request.start().endpoint());
                });
                KafkaSendClient client = client().build()) {
            // When
            CompletableFuture<Answer> first =
                    client.send(get().endpoint("/first").jobId(id).build());
            boolean underWay = !first.isDone();
            ClientException second = failureOf(client, get().endpoint("/second").jobId(id));

            // Then
            assertThat(first.get(60, TimeUnit.SECONDS).text()).isEqualTo("/first");
            assertThat(first.get().jobId()).isEqualTo(id);
            assertThat(underWay).isTrue();
            assertThat(second).hasMessageContaining("a job of this id is under way");
            assertThat(came).containsExactly(id);
        }
    }

    private static ResponseStart begun(JobId job, String request) {
        return new ResponseStart(job, null, 200, Map.of(), false, null, null, null, null, request, Map.of(), false);
    }

    @Test
    void thousandsOfJobsThatWaitAreAnsweredEachOnce() {
        // Given
        createTopics(3);
        try (ScriptedPortal portal = portal(ScriptedPortal.echo());
                KafkaSendClient client = client().build()) {

            // When
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                answers.add(client.send(post(Body.of("body " + i)).build()));
            }

            // Then
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).join().text()).isEqualTo("body " + i);
            }
        }
    }

    @Test
    void whatIsChainedToAnAnswerMayBlockOrCallAgainAndHoldsUpNoOther() throws Exception {
        // Given
        createTopics(1);
        CountDownLatch release = new CountDownLatch(1);
        try (ScriptedPortal portal = portal(ScriptedPortal.echo());
                KafkaSendClient client = client().build()) {
            CompletableFuture<Void> blocked = client.send(post(Body.of("first")).build())
                    .thenAccept(answer -> {
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });

            // When
            CompletableFuture<String> again = client.send(
                            post(Body.of("second")).build())
                    .thenApply(answer -> client.call(post(Body.of("third")).build()))
                    .thenApply(Answer::text);

            // Then
            assertThat(again.get(60, TimeUnit.SECONDS)).isEqualTo("third");
            assertThat(blocked).isNotDone();
        } finally {
            release.countDown();
        }
    }

    @Test
    void aTargetThatBlocksHoldsUpNoOtherJobForEver() throws Exception {
        // Given: one partition, and 50 MB for a stream that takes none of it
        createTopics(1);
        CountDownLatch release = new CountDownLatch(1);
        OutputStream blocked = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[1], 0, 1);
            }

            @Override
            public void write(byte[] data, int from, int length) throws IOException {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        };
        try (ScriptedPortal portal = portal(ScriptedPortal.echo());
                KafkaSendClient client = client().build()) {
            CompletableFuture<Answer> stuck = client.send(
                    post(Body.of(random(FIFTY_MB)))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    AnswerTarget.stream(blocked),
                    ProgressListener.none());

            // When
            Answer other = client.call(post(Body.of("other")).build());

            // Then
            assertThat(other.text()).isEqualTo("other");
            assertThatThrownBy(() -> stuck.get(60, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            ClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMED_OUT));
        } finally {
            release.countDown();
        }
    }

    @Test
    void aSlowTargetGetsEverything() throws Exception {
        // Given: more than the backlog that pauses the partition
        createTopics(1);
        byte[] body = random(FIFTY_MB);
        MessageDigest received = MessageDigest.getInstance("SHA-256");
        CountDownLatch go = new CountDownLatch(1);
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int b) {
                received.update((byte) b);
            }

            @Override
            public void write(byte[] data, int from, int length) throws IOException {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                received.update(data, from, length);
            }
        };
        CountDownLatch answered = new CountDownLatch(1);
        try (ScriptedPortal portal = portal((request, p) -> {
                    p.answerBinary(request.start().jobId(), 200, request.body());
                    p.flush();
                    answered.countDown();
                });
                KafkaSendClient client = client().build()) {
            CompletableFuture<Answer> answer = client.send(post(Body.of(body)).build(), AnswerTarget.stream(slow));
            answered.await();

            // When
            go.countDown();

            // Then
            assertThat(answer.get(60, TimeUnit.SECONDS).size()).isEqualTo(FIFTY_MB);
            assertThat(HexFormat.of().formatHex(received.digest())).isEqualTo(sha256(body));
        }
    }

    @Test
    void anAnswerOnAPartitionThatWasAddedLaterIsFound() throws Exception {
        // Given
        createTopics(1);
        try (KafkaSendClient client = client().kafkaProperties(Map.of("metadata.max.age.ms", "300"))
                        .build();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            Progress progress = new Progress();
            CompletableFuture<Answer> answer = client.send(get().build(), AnswerTarget.memory(), progress);
            await().until(() -> progress.started.get() != null);

            // When: the answer is there before the client can know the partition
            admin.createPartitions(Map.of(responses, NewPartitions.increaseTo(2)))
                    .all()
                    .get();
            JobId job = progress.started.get();
            byte[] value = new MessageWriter().write(new ResponseStart(job, 0, 204, Map.of(), true, null, null, null));
            await().ignoreExceptions().until(() -> producer.send(
                            new ProducerRecord<>(responses, 1, job.value().getBytes(StandardCharsets.US_ASCII), value))
                    .get()
                    .hasOffset());

            // Then
            assertThat(answer.get(60, TimeUnit.SECONDS).status()).isEqualTo(204);
        }
    }

    @Test
    void aListenerThatThrowsDoesNoHarm() {
        createTopics(1);
        try (ScriptedPortal portal = portal(ScriptedPortal.echo());
                KafkaSendClient client = client().build()) {
            AtomicInteger calls = new AtomicInteger();
            ProgressListener listener = new ProgressListener() {
                @Override
                public void uploaded(long bytes, long total) {
                    calls.incrementAndGet();
                    throw new IllegalStateException("the listener's own fault");
                }
            };

            Answer answer = client.call(post(Body.of("body")).build(), AnswerTarget.memory(), listener);

            assertThat(answer.text()).isEqualTo("body");
            assertThat(calls.get()).isPositive();
        }
    }

    private void createTopics(int partitions) {
        createTopics(partitions, Map.of());
    }

    private void createTopics(int partitions, Map<String, String> configs) {
        String test = JobId.random().value().substring(0, 8);
        requests = "requests-" + test;
        responses = "responses-" + test;
        broker.createTopic(requests, partitions, configs);
        broker.createTopic(responses, partitions, configs);
    }

    private ScriptedPortal portal(ScriptedPortal.Script script) {
        return new ScriptedPortal(broker.bootstrapServers(), requests, responses, script);
    }

    private KafkaSendClient.Builder client() {
        KafkaSendClient.Builder builder = KafkaSendClient.builder().bootstrapServers(broker.bootstrapServers());
        return requests == null ? builder : builder.requestTopic(requests).responseTopic(responses);
    }

    private static Request.Builder post(Body body) {
        return Request.builder().method(Method.POST).endpoint("/api/v1/upload").body(body);
    }

    private static Request.Builder get() {
        return Request.builder().endpoint("/api/v1/items?x=1");
    }

    private static ClientException failureOf(KafkaSendClient client, Request.Builder request) {
        return catchThrowableOfType(ClientException.class, () -> client.call(request.build()));
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static final class Progress implements ProgressListener {
        private final AtomicReference<JobId> started = new AtomicReference<>();
        private final AtomicInteger status = new AtomicInteger();
        private final List<String> retries = new CopyOnWriteArrayList<>();
        private final List<Long> uploads = new CopyOnWriteArrayList<>();
        private final List<Long> downloads = new CopyOnWriteArrayList<>();

        @Override
        public void started(JobId jobId) {
            started.set(jobId);
        }

        @Override
        public void uploaded(long bytes, long total) {
            uploads.add(bytes);
        }

        @Override
        public void retrying(int retry, int most, Duration wait, JobFailedException failure) {
            retries.add(retry + " of " + most + ": " + failure.getMessage());
        }

        @Override
        public void answering(int code) {
            status.set(code);
        }

        @Override
        public void downloaded(long bytes, Long totalOrNull) {
            downloads.add(bytes);
        }
    }

    /** Throws planned Errors, on the receiver's thread and on that of an upload. */
    public static final class Breaking
            implements ConsumerInterceptor<byte[], byte[]>, ProducerInterceptor<byte[], byte[]> {
        static final AtomicReference<Error> NEXT_RECEIVED = new AtomicReference<>();
        static final AtomicReference<Error> NEXT_SENT = new AtomicReference<>();

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            come(NEXT_RECEIVED);
            return records;
        }

        @Override
        public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
            come(NEXT_SENT);
            return record;
        }

        private static void come(AtomicReference<Error> planned) {
            Error due = planned.getAndSet(null);
            if (due != null) {
                throw due;
            }
        }

        @Override
        public void onAcknowledgement(RecordMetadata metadata, Exception failure) {
            // not of interest
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
            // nothing is committed
        }

        @Override
        public void close() {
            // nothing is held
        }

        @Override
        public void configure(Map<String, ?> settings) {
            // nothing is set
        }
    }

    @Test
    void anErrorOnTheReceiversThreadFailsItsJobsAndNoLaterOne() {
        createTopics(1);
        try (ScriptedPortal portal = portal(ScriptedPortal.echo());
                KafkaSendClient client = client().kafkaProperties(
                                Map.of("interceptor.classes", Breaking.class.getName()))
                        .build()) {
            for (AtomicReference<Error> place : List.of(Breaking.NEXT_RECEIVED, Breaking.NEXT_SENT)) {
                for (Error error : List.of(
                        new StackOverflowError("planned"),
                        new NoClassDefFoundError("planned"),
                        new OutOfMemoryError("planned"))) {
                    // When
                    place.set(error);

                    // Then
                    assertThatThrownBy(() -> client.call(get().build())).isInstanceOf(ClientException.class);
                    assertThat(place).hasValue(null);
                    assertThat(client.call(get().build()).status()).isEqualTo(200);
                }
            }
        }
    }
}
