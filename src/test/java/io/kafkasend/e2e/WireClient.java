package io.kafkasend.e2e;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageReader;
import io.kafkasend.protocol.codec.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/**
 * A client that knows nothing but the wire: it writes records as PROTOCOL.md says and keeps every record of the response
 * topic, so that tests see what really was sent, and how often. It asks as old clients do, so it is to get no frames.
 */
final class WireClient implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reader;
    private final MessageReader messages = new MessageReader();
    private final MessageWriter writer = new MessageWriter();
    private final String requestTopic;
    private final Map<JobId, List<ResponseMessage>> received = new ConcurrentHashMap<>();
    private final List<ConsumerRecord<byte[], byte[]>> records = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /** An answer put together the way old clients do: by sequence, binary concatenated and then decoded once. */
    record Reply(int status, Map<String, String> headers, boolean text, Long totalBytes, byte[] body) {
        String string() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    WireClient(String bootstrapServers, String requestTopic, String responseTopic) {
        this.requestTopic = requestTopic;
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("acks", "all");
        properties.put("linger.ms", "0");
        producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(responseTopic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        reader = new Thread(this::read, "wire-client");
        reader.start();
    }

    private void read() {
        while (!closed) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                if (JobId.parse(new String(record.key(), StandardCharsets.UTF_8))
                        .isEmpty()) {
                    records.add(record); // the ERROR of a START whose job_id is none
                    continue;
                }
                try {
                    FrameHeaders frame = FrameHeaders.of(record.headers(), Header::key, Header::value);
                    ResponseMessage message = messages.readResponse(record.key(), frame, record.value());
                    if (message instanceof ResponseStart || message instanceof ResponseError) {
                        records.add(record);
                    }
                    received.computeIfAbsent(message.jobId(), id -> new CopyOnWriteArrayList<>())
                            .add(message);
                } catch (ProtocolException e) {
                    throw new AssertionError(e);
                }
            }
        }
        consumer.close();
    }

    /** A START with the body's checksum, and its chunks. */
    JobId send(Method method, String endpoint, Map<String, String> headers, String filename, String type, byte[] body) {
        JobId id = JobId.random();
        RequestStart start = start(id, method, endpoint, headers, filename, type, body);
        raw(id, writer.write(start));
        for (int i = 0; i < start.totalChunks(); i++) {
            chunk(id, i, start.totalChunks(), piece(body, i));
        }
        return id;
    }

    JobId get(String endpoint) {
        return send(Method.GET, endpoint, Map.of(), null, null, new byte[0]);
    }

    static RequestStart start(
            JobId id,
            Method method,
            String endpoint,
            Map<String, String> headers,
            String name,
            String type,
            byte[] body) {
        CRC32 crc = new CRC32();
        crc.update(body);
        int chunks = (int) Limits.chunksFor(body.length);
        return RequestStart.builder(id, chunks, method, endpoint)
                .headers(headers)
                .filename(name)
                .contentType(type)
                .crc32(crc.getValue())
                .build();
    }

    static byte[] piece(byte[] body, int sequence) {
        int from = sequence * Limits.CHUNK_BYTES;
        return Arrays.copyOfRange(body, from, Math.min(body.length, from + Limits.CHUNK_BYTES));
    }

    void start(RequestStart start) {
        raw(start.jobId(), writer.write(start));
    }

    void chunk(JobId id, int sequence, int total, byte[] data) {
        raw(id, writer.requestChunk(id, sequence, total, data));
    }

    void raw(JobId id, byte[] value) {
        raw(id.value().getBytes(StandardCharsets.US_ASCII), value);
    }

    void raw(byte[] key, byte[] value) {
        producer.send(new ProducerRecord<>(requestTopic, key, value), (metadata, failure) -> {
            if (failure != null) {
                failure.printStackTrace();
            }
        });
    }

    void record(ProducerRecord<byte[], byte[]> record) {
        producer.send(record);
    }

    void flush() {
        producer.flush();
    }

    List<ResponseMessage> messages(JobId id) {
        return received.getOrDefault(id, List.of());
    }

    /** Every job that anything came for. */
    java.util.Set<JobId> ids() {
        return received.keySet();
    }

    /** START and ERROR records as they came, with their headers. */
    List<ConsumerRecord<byte[], byte[]>> records() {
        return records;
    }

    ResponseError error(JobId id) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> messages(id).stream()
                .anyMatch(message -> message instanceof ResponseError));
        return (ResponseError) messages(id).stream()
                .filter(message -> message instanceof ResponseError)
                .findFirst()
                .orElseThrow();
    }

    Reply reply(JobId id) {
        Awaitility.await().atMost(Duration.ofSeconds(120)).until(() -> ended(messages(id)));
        List<ResponseMessage> all = messages(id);
        if (all.stream().anyMatch(message -> message instanceof ResponseError)) {
            throw new AssertionError("an ERROR came: " + error(id));
        }
        if (!(all.get(0) instanceof ResponseStart start)) {
            throw new AssertionError("a CHUNK came before START");
        }
        List<ResponseChunk> chunks = new ArrayList<>();
        all.stream().skip(1).forEach(message -> chunks.add((ResponseChunk) message));
        if (chunks.stream().anyMatch(ResponseChunk::frame)) {
            throw new AssertionError("a frame came to a client that does not read frames");
        }
        chunks.sort((a, b) -> Integer.compare(a.sequence(), b.sequence()));
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        chunks.forEach(chunk -> data.writeBytes(chunk.data()));
        byte[] body = start.text() ? data.toByteArray() : Base64.getDecoder().decode(data.toByteArray());
        CRC32 crc = new CRC32();
        crc.update(body);
        Long announced = start.crc32() != null
                ? start.crc32()
                : chunks.get(chunks.size() - 1).crc32();
        if (announced != crc.getValue()) {
            throw new AssertionError("crc32 differs");
        }
        return new Reply(start.statusCode(), start.headers(), start.text(), start.totalBytes(), body);
    }

    /** Whether an ERROR has come, or START and every CHUNK. */
    static boolean ended(List<ResponseMessage> messages) {
        boolean started = false;
        Integer total = null;
        int chunks = 0;
        for (ResponseMessage message : messages) {
            if (message instanceof ResponseError) {
                return true;
            } else if (message instanceof ResponseStart start) {
                started = true;
                total = start.totalChunks() != null ? start.totalChunks() : total;
            } else if (message instanceof ResponseChunk chunk) {
                chunks++;
                total = chunk.totalChunks() != null ? chunk.totalChunks() : total;
            }
        }
        return started && total != null && chunks == total;
    }

    @Override
    public void close() {
        closed = true;
        Awaitility.await().until(() -> !reader.isAlive());
        producer.close();
    }
}
