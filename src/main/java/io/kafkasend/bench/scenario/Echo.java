package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.MessageWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The least that request and reply over Kafka can be: one small record there, the same one back, over two topics of one
 * partition, by consumers without a group. {@link #call} is thread-safe.
 */
final class Echo implements AutoCloseable {
    private static final TopicPartition REQUESTS = new TopicPartition("bench-echo-requests", 0);
    private static final TopicPartition REPLIES = new TopicPartition("bench-echo-replies", 0);
    private static final Duration POLL = Duration.ofMillis(100);

    private final MessageWriter writer = new MessageWriter();
    private final Map<String, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();
    private final KafkaProducer<byte[], byte[]> asking;
    private final KafkaProducer<byte[], byte[]> replying;
    private final Thread responder;
    private final Thread receiver;
    private volatile boolean closed;

    /** Nothing waits for a batch to fill, as in KafkaSend (linger 0). */
    static Echo atOnce(TestBed bed) throws InterruptedException {
        return new Echo(bed, Map.of());
    }

    /** Small records wait for others as long as Kafka's producer lets them when nothing is set: 5 ms since Kafka 4. */
    static Echo byDefault(TestBed bed) throws InterruptedException {
        Object wait = ProducerConfig.configDef().defaultValues().get("linger.ms");
        return new Echo(bed, Map.of("linger.ms", wait));
    }

    private Echo(TestBed bed, Map<String, Object> producerProperties) throws InterruptedException {
        bed.createTopic(REQUESTS.topic(), 1, Map.of());
        bed.createTopic(REPLIES.topic(), 1, Map.of());
        asking = producer(bed, producerProperties);
        replying = producer(bed, producerProperties);
        responder = start(
                "echo-responder",
                consumer(bed, REQUESTS),
                request -> replying.send(
                        new ProducerRecord<>(REPLIES.topic(), REPLIES.partition(), request.key(), request.value())));
        receiver = start("echo-receiver", consumer(bed, REPLIES), reply -> {
            CompletableFuture<byte[]> call = waiting.remove(new String(reply.key(), StandardCharsets.US_ASCII));
            if (call != null) {
                call.complete(reply.value());
            }
        });
    }

    /** Sends a request as small as a GET; completes with its reply. */
    CompletableFuture<byte[]> call() {
        JobId id = JobId.random();
        byte[] value = writer.write(RequestStart.builder(id, 0, Method.GET, SmallCalls.ENDPOINT)
                .crc32(0L)
                .totalBytes(0L)
                .timeoutSeconds(300)
                .build());
        CompletableFuture<byte[]> reply = new CompletableFuture<>();
        waiting.put(id.value(), reply);
        asking.send(
                new ProducerRecord<>(REQUESTS.topic(), REQUESTS.partition(), id.key(), value), (metadata, failure) -> {
                    if (failure != null) {
                        reply.completeExceptionally(failure);
                    }
                });
        return reply;
    }

    @Override
    public void close() {
        closed = true;
        asking.close(Duration.ofSeconds(2));
        try {
            responder.join(2_000);
            receiver.join(2_000);
            replying.close(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @FunctionalInterface
    private interface Handler {
        void handle(ConsumerRecord<byte[], byte[]> record);
    }

    private Thread start(String name, KafkaConsumer<byte[], byte[]> consumer, Handler handler) {
        Thread thread = DaemonThreads.named(name, () -> {
            while (!closed) {
                consumer.poll(POLL).forEach(handler::handle);
            }
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        });
        thread.start();
        return thread;
    }

    private static KafkaProducer<byte[], byte[]> producer(TestBed bed, Map<String, Object> own) {
        Map<String, Object> properties = new HashMap<>(bed.client().producerProperties());
        properties.putAll(own);
        return new KafkaProducer<>(properties);
    }

    private static KafkaConsumer<byte[], byte[]> consumer(TestBed bed, TopicPartition partition) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(bed.client().consumerProperties());
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        return consumer;
    }
}
