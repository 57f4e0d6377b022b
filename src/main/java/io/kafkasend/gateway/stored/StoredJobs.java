package io.kafkasend.gateway.stored;

import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.config.GatewaySettings;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.gateway.settings.GatewayConfiguration;
import io.kafkasend.kafka.ClassesOfKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The jobs that callers may ask for later, of all gateways that share the topic. Of several that want one place the topic's order
 * decides, which all of them read alike: so two requests under one key are one job, at whatever gateways. Thread-safe.
 */
public final class StoredJobs implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final String topic;
    private final KafkaSendClient.Builder kafka;
    private final JobsTopic reader;
    private Producer<byte[], byte[]> producer;
    private boolean closed;

    /**
     * @param configuration names the topic, and says how Kafka is reached
     */
    public StoredJobs(GatewayConfiguration configuration) {
        GatewaySettings settings = configuration.settings();
        this.topic = settings.get(GatewaySettings.JOBS_TOPIC);
        this.kafka = KafkaSendClient.builder()
                .bootstrapServers(settings.get(KafkaSettings.BOOTSTRAP_SERVERS))
                .kafkaProperties(settings.kafkaSecurity())
                .connectTimeout(Duration.ofSeconds(PATIENCE_SECONDS));
        OwnTopic own = new OwnTopic(settings, topic, "the gateways' topic of jobs");
        this.reader = topic.isEmpty() || configuration.isExport()
                ? null
                : new JobsTopic(
                        topic,
                        kafka::consumerProperties,
                        () -> own.ensure(1),
                        Runtime.getRuntime().maxMemory());
    }

    /** Whether there are any: else {@code Idempotency-Key} and {@code Prefer} mean nothing to the gateway. */
    public boolean areKept() {
        return reader != null;
    }

    /**
     * The job that holds a slot, by all that is in the topic now.
     *
     * @throws RefusedException where Kafka does not say
     */
    public Optional<StoredJob> find(Slot slot) throws RefusedException {
        return await(reader.find(slot.place()));
    }

    /**
     * What may have been sent of a job: by who has recorded it first, and by each who has begun it anew, since it had not been sent by
     * then. Latest first; empty where it was withdrawn.
     *
     * @param holder the job's last record
     * @throws RefusedException where Kafka does not say
     */
    public List<StoredJob> begun(StoredJob holder) throws RefusedException {
        List<StoredJob> begun = new ArrayList<>();
        Set<String> withdrawn = new HashSet<>();
        Optional<StoredJob> next = Optional.of(holder);
        while (next.isPresent()) {
            StoredJob job = next.get();
            if (job.withdrawn()) {
                withdrawn.add(job.receipt().requestSha256());
            } else if (!withdrawn.contains(job.receipt().requestSha256())) {
                begun.add(job);
            }
            next = job.after() == StoredJob.NONE
                    ? Optional.empty()
                    : await(reader.at(job.place(), job.after()))
                            .filter(before -> before.isOf(holder) && before.offset() < job.offset());
        }
        return begun;
    }

    /**
     * Puts a job into its place.
     *
     * @return the job that holds the place then: this one, or another that was before it
     * @throws RefusedException where Kafka does not take it; it may yet
     */
    public StoredJob put(StoredJob job) throws RefusedException {
        CompletableFuture<Optional<StoredJob>> putting = offer(job);
        StoredJob holder;
        try {
            holder = await(putting).orElseThrow(StoredJobs::full);
        } catch (RefusedException e) {
            // Kafka may take it yet, and nothing is sent for it: its key is not to be lost.
            putting.thenAccept(
                    late -> late.filter(mine -> mine.isOfStart(job)).ifPresent(mine -> offer(mine.withdrawal())));
            throw e;
        }
        return holder;
    }

    /** Likewise, and never waits but for a producer that cannot send; empty where the place could not be kept. */
    public CompletableFuture<Optional<StoredJob>> offer(StoredJob job) {
        if (reader.isFull()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        CompletableFuture<Long> written = new CompletableFuture<>();
        try {
            byte[] key = job.place().getBytes(StandardCharsets.US_ASCII);
            producer().send(new ProducerRecord<>(topic, 0, key, JobsTopic.value(job)), (metadata, failure) -> {
                if (failure == null) {
                    written.complete(metadata.offset());
                } else {
                    written.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException e) {
            written.completeExceptionally(e);
        }
        return written.thenCompose(offset -> reader.holder(job.place(), offset));
    }

    private <T> T await(CompletableFuture<T> answer) throws RefusedException {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(GatewayError.GATEWAY_STOPPING, "the request was given up");
        } catch (TimeoutException e) {
            throw new RefusedException(
                    GatewayError.KAFKA_UNAVAILABLE,
                    "topic " + topic + " was not read or written within " + PATIENCE_SECONDS + " s");
        } catch (ExecutionException e) {
            throw new RefusedException(
                    GatewayError.KAFKA_UNAVAILABLE,
                    "topic " + topic + " cannot be read or written: "
                            + e.getCause().getMessage());
        }
    }

    private static RefusedException full() {
        return new RefusedException(GatewayError.GATEWAY_BUSY, "the gateway knows of as many jobs as its heap holds");
    }

    private synchronized Producer<byte[], byte[]> producer() {
        if (closed) {
            throw new IllegalStateException("the gateway ends");
        }
        if (producer == null) {
            Map<String, Object> properties = kafka.producerProperties();
            producer = ClassesOfKafka.within(() -> new KafkaProducer<>(properties));
        }
        return producer;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
        }
        synchronized (this) {
            closed = true;
            if (producer != null) {
                producer.close(Duration.ofSeconds(2));
            }
        }
    }
}
