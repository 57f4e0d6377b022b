package io.kafkasend.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.internal.AnswerHead;
import io.kafkasend.client.internal.AnswerMemory;
import io.kafkasend.protocol.JobId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AnswerPublisherTest {
    private static final AnswerHead HEAD =
            new AnswerHead(JobId.random(), 200, Map.of(), Map.of(), List.of(), null, false, false);

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final AnswerPipe pipe = new AnswerPipe(new AnswerMemory(0, 1_000_000), 1_000_000);
    private final CompletableFuture<Answer> job = new CompletableFuture<>();
    private final AnswerStream answer = new AnswerStream(pipe, HEAD, job, executor);
    private final Reader reader = new Reader();

    /** Keeps what it is told, and asks for nothing by itself. */
    private static final class Reader implements Flow.Subscriber<ByteBuffer> {
        private final List<String> told = new CopyOnWriteArrayList<>();
        private volatile Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            told.add("subscribed");
        }

        @Override
        public void onNext(ByteBuffer piece) {
            told.add(UTF_8.decode(piece).toString());
            if (told.contains("fail")) {
                throw new IllegalStateException("as a subscriber must not");
            }
        }

        @Override
        public void onError(Throwable failure) {
            told.add(failure.getClass().getSimpleName() + ": " + failure.getMessage());
        }

        @Override
        public void onComplete() {
            told.add("complete");
        }

        void hears(String... all) {
            await().until(() -> told.equals(List.of(all)));
        }
    }

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    private void comes(String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        pipe.write(bytes, bytes.length);
    }

    private void isWhole(int size) {
        pipe.end(new Answer(HEAD, null, size, 0, true), null);
    }

    @Test
    void aSubscriberGetsAsManyPiecesAsItAskedFor() throws Exception {
        // Given
        answer.publisher().subscribe(reader);
        reader.hears("subscribed");

        // When
        reader.subscription.request(2);
        comes("a");
        reader.hears("subscribed", "a");
        comes("b");
        reader.hears("subscribed", "a", "b");
        comes("c");
        comes("d");
        isWhole(4);

        // Then
        assertThat(answer.available()).isEqualTo(2);
        reader.subscription.request(1);
        reader.hears("subscribed", "a", "b", "c");
        reader.subscription.request(Long.MAX_VALUE);
        reader.hears("subscribed", "a", "b", "c", "d", "complete");
    }

    @Test
    void theEndIsToldWithoutBeingAskedFor() {
        // Given
        answer.publisher().subscribe(reader);

        // When
        isWhole(0);

        // Then
        reader.hears("subscribed", "complete");
    }

    @Test
    void aFailureIsToldAndNothingAfterIt() throws Exception {
        // Given
        answer.publisher().subscribe(reader);
        comes("unread");

        // When
        pipe.end(null, new ClientException(Kind.TIMED_OUT, "no end"));

        // Then
        reader.hears("subscribed", "IOException: no end");
        reader.subscription.request(5);
        assertThat(reader.told).hasSize(2);
    }

    @Test
    void whoeverCancelsEndsTheJob() throws Exception {
        // Given
        answer.publisher().subscribe(reader);
        reader.hears("subscribed");

        // When
        reader.subscription.cancel();
        comes("late");

        // Then
        assertThat(job).isCancelled();
        assertThat(reader.told).containsExactly("subscribed");
    }

    @Test
    void aSubscriberThatFailsEndsTheJob() throws Exception {
        // Given
        answer.publisher().subscribe(reader);
        reader.hears("subscribed");

        // When
        reader.subscription.request(5);
        comes("fail");

        // Then
        await().until(job::isCancelled);
    }

    @Test
    void zeroIsNoRequest() {
        // Given
        answer.publisher().subscribe(reader);
        reader.hears("subscribed");

        // When
        reader.subscription.request(0);

        // Then
        reader.hears("subscribed", "IllegalArgumentException: a subscriber asks for 1 or more");
        assertThat(job).isCancelled();
    }

    @Test
    void aSecondSubscriberIsRefused() {
        // Given
        Reader second = new Reader();
        answer.publisher().subscribe(reader);

        // When
        answer.publisher().subscribe(second);

        // Then
        second.hears("subscribed", "IllegalStateException: an answer has one subscriber");
        reader.hears("subscribed");
        assertThat(job).isNotDone();
    }
}
