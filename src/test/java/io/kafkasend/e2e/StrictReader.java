package io.kafkasend.e2e;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

/**
 * Reads a topic as peers of before do: every record's value is decoded as UTF-8 and parsed as JSON, and its message_type must
 * be one that they know, before anything asks whose it is. What such a peer would end at is kept, one line for each record.
 */
final class StrictReader implements AutoCloseable {
    /** The fields that a message of a type must have, by its name and direction. */
    private static final Map<String, Set<String>> REQUIRED = Map.of(
            "request START", Set.of("job_id", "sequence", "total_chunks", "method", "endpoint"),
            "request CHUNK", Set.of("job_id", "sequence", "total_chunks", "data"),
            "answer START", Set.of("job_id", "sequence", "status_code", "headers", "is_text"),
            "answer CHUNK", Set.of("job_id", "sequence", "is_text", "data"),
            "answer ERROR", Set.of("job_id", "error_message"));

    private static final Map<String, Class<?>> TYPES = Map.ofEntries(
            Map.entry("job_id", String.class),
            Map.entry("sequence", Number.class),
            Map.entry("total_chunks", Number.class),
            Map.entry("method", String.class),
            Map.entry("endpoint", String.class),
            Map.entry("headers", Map.class),
            Map.entry("filename", String.class),
            Map.entry("content_type", String.class),
            Map.entry("crc32", Number.class),
            Map.entry("data", String.class),
            Map.entry("status_code", Number.class),
            Map.entry("is_text", Boolean.class),
            Map.entry("error_message", String.class));

    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String direction;
    private final Set<String> strangers = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param direction "request" or "answer"
     */
    StrictReader(String bootstrapServers, String topic, String direction) {
        this.direction = direction;
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread = new Thread(this::read, "strict-reader");
        thread.start();
    }

    /** Leaves out what the test itself writes under this key. */
    void ignore(String key) {
        strangers.add(key);
    }

    /** What a peer of before ends at. */
    List<String> faults() {
        return faults;
    }

    /** How many records of a type have come. */
    int seen(String type) {
        return seen.getOrDefault(type, new AtomicInteger()).get();
    }

    private void read() {
        while (!closed) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                if (record.key() != null && strangers.contains(new String(record.key(), StandardCharsets.UTF_8))) {
                    continue;
                }
                try {
                    take(record.value());
                } catch (IOException | RuntimeException e) {
                    faults.add(record.topic() + "-" + record.partition() + "@" + record.offset() + ": " + e);
                }
            }
        }
        consumer.close();
    }

    private void take(byte[] value) throws IOException {
        if (!(json(utf8(value)) instanceof Map<?, ?> message)) {
            throw new IllegalArgumentException("no JSON object");
        }
        Object type = message.get("message_type");
        Set<String> required = REQUIRED.get(direction + " " + type);
        if (required == null) {
            throw new IllegalArgumentException("message_type " + type);
        }
        for (String name : required) {
            if (message.get(name) == null) {
                throw new IllegalArgumentException(type + " without " + name);
            }
        }
        message.forEach((name, field) -> {
            Class<?> known = TYPES.get((String) name);
            if (known != null && field != null && !known.isInstance(field)) {
                throw new IllegalArgumentException(type + ": " + name + " is " + field);
            }
        });
        if (message.get("method") != null && !METHODS.contains((String) message.get("method"))) {
            throw new IllegalArgumentException("method " + message.get("method"));
        }
        seen.computeIfAbsent((String) type, absent -> new AtomicInteger()).incrementAndGet();
    }

    private static String utf8(byte[] value) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(value))
                .toString();
    }

    private static Object json(String text) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            parser.nextToken();
            Object whole = value(parser);
            if (parser.nextToken() != null) {
                throw new IOException("something follows the object");
            }
            return whole;
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, Object> object = new HashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                object.put(name, value(parser));
            }
            return object;
        }
        if (token == JsonToken.START_ARRAY) {
            List<Object> array = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                array.add(value(parser));
            }
            return array;
        }
        if (token == null) {
            throw new IOException("no JSON");
        }
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            default -> parser.getText();
        };
    }

    @Override
    public void close() {
        closed = true;
        Awaitility.await().until(() -> !thread.isAlive());
    }
}
