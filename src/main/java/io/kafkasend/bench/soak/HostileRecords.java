package io.kafkasend.bench.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageWriter;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes what no client of ours would: records that a portal, or a client, must refuse or pass over, and that cost others
 * nothing. For one thread.
 */
final class HostileRecords implements AutoCloseable {
    private static final int BOMB = 32 << 20;
    private static final int DEPTH = 20_000;
    private static final List<String> ENDPOINTS = List.of(
            "/nope",
            "/api/v1/../../etc/passwd",
            "/api/v1/%2e%2e/admin",
            "//169.254.169.254/latest/meta-data",
            "http://127.0.0.1:22/",
            "/api/v1/status?x=http://localhost/",
            "/api/v1/status\\r\\nHost: evil",
            "/api/v1/status#a",
            "/api/v1/;/x");

    private final RandomGenerator random;
    private final MessageWriter writer = new MessageWriter();
    private final KafkaProducer<byte[], byte[]> producer;
    private final String requestTopic;
    private final String responseTopic;
    private final String bomb = Base64.getEncoder().encodeToString(ContentEncoding.GZIP.encode(new byte[BOMB]));
    private final JobId spent = JobId.random();
    private long written;

    HostileRecords(
            RandomGenerator random, Map<String, Object> producerProperties, String requestTopic, String responseTopic) {
        this.random = random;
        this.producer = new KafkaProducer<>(producerProperties);
        this.requestTopic = requestTopic;
        this.responseTopic = responseTopic;
    }

    /** Writes the next; does not wait for the broker. */
    void write() {
        JobId job = JobId.random();
        switch (random.nextInt(18)) {
            case 0 -> send(job.key(), "not json".getBytes(US_ASCII));
            case 1 -> send(job.key(), new byte[0]);
            case 2 -> send(job.key(), null);
            case 3 -> send(job.key(), noise(random.nextInt(2_000)));
            case 4 -> send(null, start(job, "/api/v1/status", 0));
            case 5 -> send("another key".getBytes(US_ASCII), start(job, "/api/v1/status", 0));
            case 6 -> send(job.key(), start(job, ENDPOINTS.get(random.nextInt(ENDPOINTS.size())), 0));
            case 7 -> send(job.key(), writer.requestChunk(job, random.nextInt(5), 5, noise(900)));
            case 8 -> send(job.key(), start(job, "/api/v1/echo", Integer.MAX_VALUE));
            case 9 -> send(job.key(), start(job, "/api/v1/echo", 1 + random.nextInt(5))); // its CHUNKs never come
            case 10 -> conflict(job);
            case 11 -> bomb(job);
            case 12 -> send(job.key(), ("[".repeat(DEPTH) + "]".repeat(DEPTH)).getBytes(US_ASCII));
            case 13 -> send(job.key(), writer.write(new RequestCancel(job)));
            case 14 -> send(spent.key(), start(spent, "/nope", 0));
            case 15 -> frame(job);
            case 16 -> send(job.key(), mutated(job));
            default -> toClients(job);
        }
        written++;
    }

    /** How many were written. */
    long written() {
        return written;
    }

    private byte[] start(JobId job, String endpoint, int chunks) {
        return ("{\"job_id\":\"" + job + "\",\"message_type\":\"START\",\"sequence\":0,\"total_chunks\":" + chunks
                        + ",\"method\":\"POST\",\"endpoint\":\"" + endpoint + "\"}")
                .getBytes(UTF_8);
    }

    /** Two CHUNKs of one place that differ, and one beyond the end. */
    private void conflict(JobId job) {
        send(job.key(), start(job, "/api/v1/echo", 2));
        send(job.key(), writer.requestChunk(job, 0, 2, noise(30)));
        send(job.key(), writer.requestChunk(job, 0, 2, noise(30)));
        send(job.key(), writer.requestChunk(job, 7, 2, noise(30)));
    }

    /** A CHUNK of some KB that is 32 MiB once it is decompressed. */
    private void bomb(JobId job) {
        String start = new String(start(job, "/api/v1/echo", 1), UTF_8);
        send(job.key(), (start.substring(0, start.length() - 1) + ",\"content_encoding\":\"gzip\"}").getBytes(UTF_8));
        send(
                job.key(),
                ("{\"job_id\":\"" + job + "\",\"message_type\":\"CHUNK\",\"sequence\":0,\"total_chunks\":1,\"data\":\""
                                + bomb + "\"}")
                        .getBytes(US_ASCII));
    }

    /** A frame of no job, with headers that are none. */
    private void frame(JobId job) {
        ProducerRecord<byte[], byte[]> frame = new ProducerRecord<>(requestTopic, job.key(), noise(5_000));
        for (String name : FrameHeaders.NAMES) {
            frame.headers().add(name, random.nextBoolean() ? noise(200) : "1".getBytes(US_ASCII));
        }
        producer.send(frame);
    }

    /** A good START with some wrong bytes. */
    private byte[] mutated(JobId job) {
        byte[] start = writer.write(RequestStart.builder(job, 0, Method.GET, "/nope")
                .headers(Map.of("X-Request-Id", "soak"))
                .timeoutSeconds(30)
                .build());
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            start[random.nextInt(start.length)] = (byte) random.nextInt();
        }
        return start;
    }

    /** An answer that is none, and one to a job that nobody has sent. */
    private void toClients(JobId job) {
        producer.send(new ProducerRecord<>(responseTopic, job.key(), noise(500)));
        producer.send(new ProducerRecord<>(
                responseTopic, job.key(), writer.binaryChunk(job, 0, null, null, null, noise(500))));
    }

    private byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        random.nextBytes(noise);
        return noise;
    }

    private void send(byte[] key, byte[] value) {
        producer.send(new ProducerRecord<>(requestTopic, key, value));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
