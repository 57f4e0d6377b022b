package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.client.Answer;
import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.Body;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.client.Request;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.protocol.Method;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The only broker goes away and comes back, in the middle of uploads and of answers: every job has its one right outcome. */
@Timeout(240)
class BrokerRestartIT {
    private static final int SIZE = 20_000_000;

    private Stack stack;
    private KafkaSendClient client;

    @BeforeEach
    void start() throws Exception {
        stack = Stack.start(Map.of("kafkasend.max-concurrent-jobs", "4"));
        client = KafkaSendClient.builder()
                .bootstrapServers(stack.broker.bootstrapServers())
                .connectTimeout(Duration.ofSeconds(2)) // shorter than the broker is away
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        stack.close();
    }

    @Test
    void uploadsGoOnWhereTheyWere() throws Exception {
        // Given
        AtomicLong acknowledged = new AtomicLong();
        ProgressListener listener = new ProgressListener() {
            @Override
            public void uploaded(long bytes, long total) {
                acknowledged.accumulateAndGet(bytes, Math::max);
            }
        };
        List<String> hashes = new ArrayList<>();
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            byte[] body = new byte[SIZE];
            new Random(i).nextBytes(body);
            hashes.add(sha256(body));
            answers.add(client.send(
                    Request.builder()
                            .method(Method.POST)
                            .endpoint("/api/v1/echo")
                            .contentType("application/octet-stream")
                            .body(Body.of(body))
                            .build(),
                    AnswerTarget.memory(),
                    listener));
        }
        await().pollInterval(Duration.ofMillis(1)).until(() -> acknowledged.get() > 0);

        // When
        awayForAWhile();

        // Then
        assertThat(acknowledged.get()).isPositive();
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i).get(120, TimeUnit.SECONDS);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).contains(hashes.get(i));
        }
    }

    @Test
    void answersGoOnWhereTheyWere() throws Exception {
        // Given
        AtomicLong received = new AtomicLong();
        ProgressListener listener = new ProgressListener() {
            @Override
            public void downloaded(long bytes, Long total) {
                received.accumulateAndGet(bytes, Math::max);
            }
        };
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            answers.add(client.send(
                    Request.builder()
                            .endpoint("/api/v1/documents/d" + i + "?size=" + SIZE)
                            .build(),
                    AnswerTarget.memory(),
                    listener));
        }
        answers.add(
                client.send(Request.builder().endpoint("/api/v1/slow?seconds=2").build()));
        await().pollInterval(Duration.ofMillis(1)).until(() -> received.get() > 0);

        // When
        awayForAWhile();

        // Then
        for (int i = 0; i < 3; i++) {
            Answer answer = answers.get(i).get(120, TimeUnit.SECONDS);
            assertThat(answer.crcVerified()).isTrue();
            assertThat(sha256(answer.bytes()))
                    .isEqualTo(sha256(SampleApi.document("d" + i, SIZE).readAllBytes()));
        }
        assertThat(answers.get(3).get(120, TimeUnit.SECONDS).status()).isEqualTo(200);
    }

    @Test
    void fewOfManyRequestsThatWereGivenUpMeanwhileAreCalledAfterwards() throws Exception {
        // Given
        int many = 500;
        requests(many, 60).forEach(CompletableFuture::join);

        // When
        stack.broker.stop();
        List<CompletableFuture<Answer>> givenUp = requests(2_000, 1);
        await().until(() -> givenUp.stream().allMatch(CompletableFuture::isCompletedExceptionally));
        stack.broker.restart();

        // Then
        requests(many, 60).forEach(CompletableFuture::join); // behind whatever was left of those
        assertThat(AllRecords.of(stack.broker))
                .filteredOn(record -> record.value() != null
                        && new String(record.value(), UTF_8).contains("\"endpoint\":\"/api/v1/status\""))
                .hasSizeBetween(2 * many, 2 * many + 256);
    }

    private List<CompletableFuture<Answer>> requests(int count, int timeoutSeconds) {
        return IntStream.range(0, count)
                .mapToObj(i -> client.send(status(timeoutSeconds)))
                .toList();
    }

    private static Request status(int timeoutSeconds) {
        return Request.builder()
                .endpoint("/api/v1/status")
                .timeout(Duration.ofSeconds(timeoutSeconds))
                .build();
    }

    /** Longer than the client's connect timeout, so that its producer gives up taking records meanwhile. */
    private void awayForAWhile() {
        stack.broker.stop();
        long back = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        await().until(() -> System.nanoTime() - back > 0);
        stack.broker.restart();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
