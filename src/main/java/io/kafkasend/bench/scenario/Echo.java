package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.SmallCalls;
import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.bench.testbed.ChildProcess;
import io.kafkasend.bench.testbed.JavaCommand;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.MessageWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.CloseOptions;
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
    private static final String REQUESTS = "bench-echo-requests";
    private static final String REPLIES = "bench-echo-replies";

    private static final String COLD_REQUESTS = "bench-cold-echo-requests";
    private static final String COLD_REPLIES = "bench-cold-echo-replies";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);

    private final MessageWriter writer = new MessageWriter();
    private final Map<String, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();
    private final KafkaProducer<byte[], byte[]> asking;
    private final TopicPartition requests;
    private final AutoCloseable responder;
    private final Thread receiver;
    private volatile boolean closed;

    /** Nothing waits for a batch to fill, as in KafkaSend (linger 0). */
    static Echo atOnce(TestBed bed) throws InterruptedException {
        return here(bed, bed.client(), Map.of());
    }

    /** The same, with its other end where portals are. */
    static Echo atThePortal(TestBed bed) throws InterruptedException {
        return here(bed, bed.atThePortal(), Map.of());
    }

    /** Likewise, by a process that has just started and has echoed nothing yet, as a portal that is up has had no job. */
    static Echo cold(TestBed bed) throws IOException, InterruptedException {
        createTopics(bed, COLD_REQUESTS, COLD_REPLIES);
        ChildProcess process = bed.child(
                "cold-echo",
                JavaCommand.main(EchoProcess.class, bed.bootstrapServers(), COLD_REQUESTS, COLD_REPLIES),
                Map.of());
        process.await(EchoProcess.UP, PATIENCE);
        return new Echo(bed, Map.of(), COLD_REQUESTS, COLD_REPLIES, process);
    }

    /** Small records wait for others as long as Kafka's producer lets them when nothing is set: 5 ms since Kafka 4. */
    static Echo byDefault(TestBed bed) throws InterruptedException {
        Object wait = ProducerConfig.configDef().defaultValues().get("linger.ms");
        return here(bed, bed.client(), Map.of("linger.ms", wait));
    }

    private static Echo here(TestBed bed, KafkaSendClient.Builder there, Map<String, Object> producerProperties)
            throws InterruptedException {
        createTopics(bed, REQUESTS, REPLIES);
        Responder responder = new Responder(
                consumer(there, new TopicPartition(REQUESTS, 0)), producer(there, producerProperties), REPLIES);
        responder.start();
        return new Echo(bed, producerProperties, REQUESTS, REPLIES, responder);
    }

    private static void createTopics(TestBed bed, String requests, String replies) throws InterruptedException {
        bed.createTopic(requests, 1, Map.of());
        bed.createTopic(replies, 1, Map.of());
    }

    private Echo(
            TestBed bed,
            Map<String, Object> producerProperties,
            String requests,
            String replies,
            AutoCloseable responder) {
        this.requests = new TopicPartition(requests, 0);
        this.responder = responder;
        asking = producer(bed.client(), producerProperties);
        asking.partitionsFor(requests);
        KafkaConsumer<byte[], byte[]> consumer = consumer(bed.client(), new TopicPartition(replies, 0));
        receiver = DaemonThreads.named("echo-receiver", () -> {
            while (!closed) {
                consumer.poll(POLL).forEach(reply -> {
                    CompletableFuture<byte[]> call = waiting.remove(new String(reply.key(), StandardCharsets.US_ASCII));
                    if (call != null) {
                        call.complete(reply.value());
                    }
                });
            }
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        });
        receiver.start();
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
                new ProducerRecord<>(requests.topic(), requests.partition(), id.key(), value), (metadata, failure) -> {
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
            responder.close();
        } catch (Exception e) {
            throw new BenchmarkException("the echo does not end: " + e.getMessage(), e);
        }
        join(receiver);
    }

    private static void join(Thread thread) {
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends back what it reads, on a thread of its own. */
    private static final class Responder implements AutoCloseable {
        private final KafkaProducer<byte[], byte[]> replying;
        private final Thread thread;
        private volatile boolean closed;

        Responder(KafkaConsumer<byte[], byte[]> consumer, KafkaProducer<byte[], byte[]> replying, String replies) {
            this.replying = replying;
            this.thread = DaemonThreads.named("echo-responder", () -> {
                while (!closed) {
                    consumer.poll(POLL)
                            .forEach(request ->
                                    replying.send(new ProducerRecord<>(replies, 0, request.key(), request.value())));
                }
                consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
            });
        }

        void start() {
            thread.start();
        }

        @Override
        public void close() {
            closed = true;
            join(thread);
            replying.close(Duration.ofSeconds(2));
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(KafkaSendClient.Builder settings, Map<String, Object> own) {
        Map<String, Object> properties = new HashMap<>(settings.producerProperties());
        properties.putAll(own);
        return new KafkaProducer<>(properties);
    }

    private static KafkaConsumer<byte[], byte[]> consumer(KafkaSendClient.Builder settings, TopicPartition partition) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumerProperties());
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        return consumer;
    }
}
