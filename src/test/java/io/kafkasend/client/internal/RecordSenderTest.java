package io.kafkasend.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.protocol.SequenceRanges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RecordSenderTest {
    private static final byte[] KEY = {1};

    private final Node node = new Node(0, "localhost", 1);
    private final MockProducer<byte[], byte[]> producer = new MockProducer<>(
            new Cluster(
                    "c",
                    List.of(node),
                    List.of(
                            new PartitionInfo("requests", 0, node, new Node[0], new Node[0]),
                            new PartitionInfo("requests", 1, node, new Node[0], new Node[0])),
                    java.util.Set.of(),
                    java.util.Set.of()),
            false,
            null,
            new ByteArraySerializer(),
            new ByteArraySerializer());
    private final RequestWay way = new RequestWay();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger bytes = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();
    private final List<Throwable> failures = new ArrayList<>();
    private final RecordSender sender = new RecordSender(
            "requests",
            KEY,
            way,
            ended::get,
            bytes::addAndGet,
            (failure, size) -> failures.add(failure),
            left::incrementAndGet);

    private static ResponseStatus said(Long startOffset) {
        return new ResponseStatus(
                JobId.random(), "accepted", 0, 9, 0, 0, SequenceRanges.NONE, startOffset, null, null, null, null, null);
    }

    @Test
    void tellsTheOffsetThatTheBrokerGaveAndLeavesOnceAllIsThere() throws Exception {
        // Given
        way.by(producer);
        way.to(1);
        CompletableFuture<Long> offset = new CompletableFuture<>();

        // When
        boolean sent = sender.send(new byte[] {7, 8}, Map.of("ks-type", new byte[] {9}), offset::complete);
        sender.leave();

        // Then
        assertThat(sent).isTrue();
        assertThat(left).hasValue(0);
        ProducerRecord<byte[], byte[]> record = producer.history().get(0);
        assertThat(record.partition()).isEqualTo(1);
        assertThat(record.headers().lastHeader("ks-type").value()).containsExactly(9);

        // When
        producer.completeNext();

        // Then
        assertThat(offset).isCompletedWithValue(0L);
        assertThat(bytes).hasValue(2);
        assertThat(left).hasValue(1);
        assertThat(failures).isEmpty();
    }

    @Test
    void tellsWhyTheBrokerDidNotTakeOne() throws Exception {
        // Given
        way.by(producer);
        RuntimeException reason = new IllegalStateException("no");
        sender.send(new byte[1], Map.of(), offset -> {
            throw new AssertionError("it has none");
        });

        // When
        producer.errorNext(reason);
        sender.leave();

        // Then
        assertThat(failures).containsExactly(reason);
        assertThat(left).hasValue(1);
    }

    @Test
    void sendsNothingOnceTheJobHasEnded() throws Exception {
        // Given
        way.by(producer);
        ended.set(true);

        // Then
        assertThat(sender.send(new byte[1], Map.of(), offset -> {})).isFalse();
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void choosesThePartitionThatKafkasOwnProducerWould() {
        // Given
        way.by(producer);

        // When
        way.choose("requests", KEY, ended::get);

        // Then
        assertThat(way.partition())
                .isEqualTo(org.apache.kafka.clients.producer.internals.BuiltInPartitioner.partitionForKey(KEY, 2));
    }

    @Test
    void takesNoWordOfAPortalThatHadNotReadTheLastStart() throws Exception {
        // Given
        way.heard(said(6L));
        way.heard(said(null));

        // Then
        assertThat(way.word(7, Duration.ofMillis(1))).isEmpty();
        assertThat(way.word(6, Duration.ofMillis(1))).isPresent();
    }

    @Test
    void waitsForTheWordOfOneThatReadsItLater() throws Exception {
        // Given
        CompletableFuture<Long> heard = CompletableFuture.supplyAsync(() -> {
            try {
                return way.word(7, Duration.ofSeconds(20)).orElseThrow().startOffset();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        // When
        way.heard(said(6L));
        way.heard(said(8L));

        // Then
        assertThat(heard.get()).isEqualTo(8);
    }
}
