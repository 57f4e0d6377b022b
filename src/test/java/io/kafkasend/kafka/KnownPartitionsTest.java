package io.kafkasend.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KnownPartitionsTest {
    private static final byte[] KEY = {1};
    private static final int PARTITIONS = 2;
    private static final byte[] KEY_ELSEWHERE = IntStream.range(2, 100)
            .mapToObj(i -> new byte[] {(byte) i})
            .filter(key -> partition(key) != partition(KEY))
            .findFirst()
            .orElseThrow();

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final AtomicLong nanoTime = new AtomicLong();
    private final KnownPartitions<byte[], byte[]> partitions =
            new KnownPartitions<>(producer::send, topic -> PARTITIONS, nanoTime::get);
    private final List<String> told = new ArrayList<>();

    @Test
    void whatFollowsAPartitionsFirstRecordWaitsUntilTheBrokerHasThat() {
        // Given
        partitions.send(record(KEY, 0), null);
        Sending second = new Sending(record(KEY, 1));

        // When
        second.awaitWaiting();
        List<Integer> before = sent();
        producer.completeNext();
        second.join();

        // Then
        assertThat(before).containsExactly(0);
        assertThat(sent()).containsExactly(0, 1);
    }

    @Test
    void onceTheBrokerHasOneNoRecordWaits() {
        // Given
        partitions.send(record(KEY, 0), null);
        producer.completeNext();

        // When
        for (int i = 1; i < 4; i++) {
            partitions.send(record(KEY, i), null);
        }

        // Then
        assertThat(sent()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void otherPartitionsDoNotWait() {
        // Given
        partitions.send(record(KEY, 0), null);

        // When
        partitions.send(record(KEY_ELSEWHERE, 1), null);
        partitions.send(new ProducerRecord<>("other", KEY, new byte[] {2}), null);

        // Then
        assertThat(sent()).containsExactly(0, 1, 2);
    }

    @Test
    void theNamedPartitionCountsNotTheKey() {
        // Given
        partitions.send(record(KEY, 0), null);

        // When
        partitions.send(new ProducerRecord<>("t", partition(KEY_ELSEWHERE), KEY, new byte[] {1}), null);

        // Then
        assertThat(sent()).containsExactly(0, 1);
    }

    @Test
    void afterAFirstRecordThatFailedTheNextIsTheFirst() {
        // Given
        partitions.send(record(KEY, 0), this::tell);
        Sending second = new Sending(record(KEY, 1));
        second.awaitWaiting();

        // When
        producer.errorNext(new NotLeaderOrFollowerException("planned"));
        second.join();
        Sending third = new Sending(record(KEY, 2));
        third.awaitWaiting();

        // Then
        assertThat(told).containsExactly("planned");
        assertThat(sent()).containsExactly(0, 1);
        producer.completeNext();
        third.join();
        assertThat(sent()).containsExactly(0, 1, 2);
    }

    @Test
    void afterAFirstRecordThatCouldNotBeSentTheNextIsTheFirst() {
        // Given
        producer.sendException = new IllegalStateException("planned");
        assertThatThrownBy(() -> partitions.send(record(KEY, 0), null)).hasMessage("planned");
        producer.sendException = null;

        // When
        partitions.send(record(KEY, 1), null);
        Sending second = new Sending(record(KEY, 2));
        second.awaitWaiting();

        // Then
        assertThat(sent()).containsExactly(1);
        producer.completeNext();
        second.join();
    }

    @Test
    void aPartitionThatWasQuietForSoLongThatTheBrokerMayHaveForgottenBeginsAnew() {
        // Given
        partitions.send(record(KEY, 0), null);
        producer.completeNext();
        nanoTime.addAndGet(TimeUnit.MINUTES.toNanos(9));
        partitions.send(record(KEY, 1), null);
        nanoTime.addAndGet(TimeUnit.MINUTES.toNanos(9));
        partitions.send(record(KEY, 2), null);

        // When
        nanoTime.addAndGet(TimeUnit.MINUTES.toNanos(11));
        partitions.send(record(KEY, 3), null);
        Sending after = new Sending(record(KEY, 4));
        after.awaitWaiting();

        // Then
        assertThat(sent()).containsExactly(0, 1, 2, 3);
        while (producer.completeNext()) {
            continue;
        }
        after.join();
        assertThat(sent()).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void aWaitThatIsInterruptedSendsNothing() {
        // Given
        partitions.send(record(KEY, 0), null);
        Sending second = new Sending(record(KEY, 1));
        second.awaitWaiting();

        // When
        second.interrupt();

        // Then
        assertThatThrownBy(second::join).hasRootCauseInstanceOf(InterruptedException.class);
        assertThatThrownBy(second::join).hasCauseInstanceOf(InterruptException.class);
        assertThat(sent()).containsExactly(0);
    }

    @Test
    void aTopicThatIsNotFoundIsToldAsTheProducerTellsIt() {
        // Given
        KnownPartitions<byte[], byte[]> unknown = new KnownPartitions<>(
                producer::send,
                topic -> {
                    throw new TimeoutException("no " + topic);
                },
                nanoTime::get);

        // When
        Future<RecordMetadata> sent = unknown.send(record(KEY, 0), this::tell);

        // Then
        assertThat(told).containsExactly("no t");
        assertThat(sent)
                .failsWithin(1, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOf(TimeoutException.class);
        assertThat(sent()).isEmpty();
    }

    @Test
    void theCallbackIsCalledForTheFirstRecordAndForOthers() {
        // When
        partitions.send(record(KEY, 0), this::tell);
        producer.completeNext();
        partitions.send(record(KEY, 1), this::tell);
        producer.errorNext(new TopicAuthorizationException("forbidden"));

        // Then
        assertThat(told).containsExactly("t-0@0", "forbidden");
    }

    @Test
    void aKeyThatIsNotBytesGoesOnAsItIs() {
        // Given
        List<String> keys = new ArrayList<>();
        KnownPartitions<String, String> strings = new KnownPartitions<>(
                (record, callback) -> {
                    keys.add(record.key());
                    return null;
                },
                topic -> 1,
                nanoTime::get);

        // When
        strings.send(new ProducerRecord<>("t", "a", ""), null);
        strings.send(new ProducerRecord<>("t", "b", ""), null);

        // Then
        assertThat(keys).containsExactly("a", "b");
    }

    private void tell(RecordMetadata metadata, Exception failure) {
        told.add(failure == null ? metadata.toString() : failure.getMessage());
    }

    private static ProducerRecord<byte[], byte[]> record(byte[] key, int number) {
        return new ProducerRecord<>("t", key, new byte[] {(byte) number});
    }

    private static int partition(byte[] key) {
        return Utils.toPositive(Utils.murmur2(key)) % PARTITIONS;
    }

    private List<Integer> sent() {
        return producer.history().stream()
                .map(record -> (int) record.value()[0])
                .toList();
    }

    /** A record sent by a thread of its own. */
    private final class Sending {
        private final FutureTask<Future<RecordMetadata>> task;
        private final Thread thread;

        Sending(ProducerRecord<byte[], byte[]> record) {
            this.task = new FutureTask<>(() -> partitions.send(record, null));
            this.thread = new Thread(task, "sending");
            thread.start();
        }

        void awaitWaiting() {
            await().until(() -> thread.getState() == Thread.State.WAITING);
        }

        void interrupt() {
            thread.interrupt();
        }

        void join() {
            try {
                task.get();
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
