package io.kafkasend.client;

import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageReader;
import io.kafkasend.protocol.codec.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A portal for tests: puts requests together and answers as its script says. */
public final class ScriptedPortal implements AutoCloseable {
    /** A request that is complete. */
    public record Received(RequestStart start, byte[] body) {}

    /** What the portal does. Called on its thread. */
    public interface Script {
        /** A START came; returns whether to go on with the job. */
        default boolean started(RequestStart start, ScriptedPortal portal) {
            return true;
        }

        /** A request is complete. */
        void complete(Received request, ScriptedPortal portal);
    }

    private final MessageReader reader = new MessageReader();
    private final MessageWriter writer = new MessageWriter();
    private final Map<JobId, RequestStart> starts = new HashMap<>();
    private final Map<JobId, ByteArrayOutputStream> bodies = new HashMap<>();
    private final Map<JobId, String> digests = new ConcurrentHashMap<>();
    private final List<JobId> cancelled = new CopyOnWriteArrayList<>();
    private final AtomicInteger chunksSeen = new AtomicInteger();
    private final String responseTopic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Script script;
    private final Thread thread;

    public ScriptedPortal(String bootstrapServers, String requestTopic, String responseTopic, Script script) {
        this.responseTopic = responseTopic;
        this.script = script;
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "max.block.ms", 5_000, "max.request.size", 8 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        List<TopicPartition> partitions = IntStream.range(
                        0, consumer.partitionsFor(requestTopic).size())
                .mapToObj(number -> new TopicPartition(requestTopic, number))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        thread = new Thread(this::run, "scripted-portal");
        thread.start();
    }

    /** Answers each request with its own body, in chunks, as ours does when the length is known. */
    public static Script echo() {
        return (request, portal) -> portal.answerBinary(request.start().jobId(), 200, request.body());
    }

    /** CHUNKs that have come so far. */
    public int chunksSeen() {
        return chunksSeen.get();
    }

    /** Jobs of which a CANCEL has come, in that order. */
    public List<JobId> cancelled() {
        return cancelled;
    }

    /** The digest of a job's START, which a portal of ours sends with each record of the answer. */
    public String digest(JobId job) {
        return digests.get(job);
    }

    public void answerBinary(JobId job, int status, byte[] body) {
        int chunks = (int) Limits.chunksFor(body.length);
        BodyDigest digest = new BodyDigest(false);
        digest.update(body);
        send(
                job,
                writer.write(new ResponseStart(
                        job,
                        chunks,
                        status,
                        Map.of("Content-Type", "application/octet-stream"),
                        false,
                        digest.crc32(),
                        (long) body.length,
                        null)));
        for (int i = 0; i < chunks; i++) {
            byte[] piece = Arrays.copyOfRange(
                    body, i * Limits.CHUNK_BYTES, Math.min(body.length, (i + 1) * Limits.CHUNK_BYTES));
            send(job, writer.binaryChunk(job, i, chunks, null, null, piece));
        }
    }

    public void answerText(JobId job, int status, String contentType, String text) {
        BodyDigest digest = new BodyDigest(false);
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        int chunks = text.isEmpty() ? 0 : 1;
        send(
                job,
                writer.write(new ResponseStart(
                        job, chunks, status, Map.of("Content-Type", contentType), true, digest.crc32(), null, null)));
        if (chunks > 0) {
            send(job, writer.textChunk(job, 0, 1, text));
        }
    }

    public void fail(JobId job, ErrorCode code, String message) {
        send(job, writer.write(ResponseError.of(job, code, message)));
    }

    /** Sends any record with the job's key. */
    public void send(JobId job, byte[] value) {
        producer.send(new ProducerRecord<>(responseTopic, job.value().getBytes(StandardCharsets.US_ASCII), value));
    }

    /** Sends any record at all to the topic of answers, as others who may write there do. */
    public void sendRecord(byte[] key, byte[] value, Map<String, String> headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(responseTopic, key, value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.US_ASCII)));
        producer.send(record);
    }

    public void flush() {
        producer.flush();
    }

    private void run() {
        try (consumer;
                producer) {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    FrameHeaders frame = FrameHeaders.of(record.headers(), Header::key, Header::value);
                    RequestMessage message = reader.readRequest(record.key(), frame, record.value());
                    if (message instanceof RequestStart) {
                        digests.put(message.jobId(), RequestDigest.of(record.value()));
                    }
                    take(message);
                }
            }
        } catch (WakeupException | InterruptException e) {
            // closed
        } catch (ProtocolException e) {
            throw new AssertionError("the client sent what breaks the protocol", e);
        }
    }

    private void take(RequestMessage message) throws ProtocolException {
        JobId job = message.jobId();
        if (message instanceof RequestCancel) {
            cancelled.add(job);
        } else if (message instanceof RequestStart start) {
            if (!script.started(start, this)) {
                return;
            }
            starts.put(job, start);
            bodies.put(job, new ByteArrayOutputStream());
        } else if (starts.containsKey(job)) {
            chunksSeen.incrementAndGet();
            bodies.get(job).writeBytes(plain(starts.get(job), (RequestChunk) message));
        } else {
            chunksSeen.incrementAndGet();
        }
        RequestStart start = starts.get(job);
        if (start != null && bodies.get(job).size() == start.totalBytes()) {
            starts.remove(job);
            script.complete(new Received(start, bodies.remove(job).toByteArray()), this);
        }
    }

    private static byte[] plain(RequestStart start, RequestChunk chunk) throws ProtocolException {
        if (chunk.frame() != start.transfer().frames()) {
            throw new AssertionError("START announces another form of chunks");
        }
        ContentEncoding encoding = start.transfer().encoding();
        return encoding == null ? chunk.data() : encoding.decode(chunk.jobId(), chunk.data());
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
