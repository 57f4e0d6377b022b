package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.Transfers;
import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.MessageWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A client that keeps jobs open: STARTs whose one CHUNK never comes, and a new one for each that the portal ends. Not
 * thread-safe.
 */
final class OpenStarts {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

    private final MessageWriter writer = new MessageWriter();
    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean more = new AtomicBoolean(true);
    private final String requestTopic;
    private final String replyTopic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reader;
    private volatile boolean closed;

    /**
     * Opens them.
     *
     * @param deployment whose portals they are for
     * @param replyTopic a topic of one partition that the portals may answer on: this client's share is that topic's
     * @param jobs how many are kept open
     */
    OpenStarts(TestBed bed, Deployment deployment, String replyTopic, int jobs) {
        this.requestTopic = deployment.requestTopic();
        this.replyTopic = replyTopic;
        this.producer = new KafkaProducer<>(bed.client().producerProperties());
        this.consumer = new KafkaConsumer<>(bed.client().consumerProperties());
        TopicPartition replies = new TopicPartition(replyTopic, 0);
        consumer.assign(List.of(replies));
        consumer.seekToEnd(List.of(replies));
        consumer.position(replies);
        IntStream.range(0, jobs).forEach(i -> open());
        producer.flush();
        this.reader = DaemonThreads.named("open-starts", this::read);
        reader.start();
    }

    private void open() {
        JobId id = JobId.random();
        open.add(id.value());
        send(
                id,
                writer.write(RequestStart.builder(id, 1, Method.POST, Transfers.UPLOAD)
                        .replyTo(replyTopic)
                        .build()));
    }

    private void send(JobId id, byte[] value) {
        producer.send(new ProducerRecord<>(requestTopic, id.key(), value));
    }

    private void read() {
        while (!closed) {
            for (ConsumerRecord<byte[], byte[]> ended : consumer.poll(POLL)) {
                if (open.remove(new String(ended.key(), StandardCharsets.US_ASCII)) && more.get()) {
                    open();
                }
            }
        }
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }

    /** Cancels them all, and waits until the portal has ended each. */
    void end() throws InterruptedException {
        more.set(false);
        for (String id : open) {
            JobId job = JobId.parse(id).orElseThrow();
            send(job, writer.write(new RequestCancel(job)));
        }
        producer.flush();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!open.isEmpty() && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        closed = true;
        reader.join(2_000);
        producer.close(Duration.ofSeconds(2));
        if (!open.isEmpty()) {
            throw new BenchmarkException("of the jobs that were kept open, " + open.size() + " have no end");
        }
    }
}
