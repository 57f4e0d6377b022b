package io.kafkasend.chaos;

import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What stands in the response topic: when each job's outcomes were complete. */
final class Outcomes {
    private final MessageReader reader = new MessageReader();
    private final Map<String, Attempt> attempts = new HashMap<>();
    private final Map<String, List<Long>> ends = new HashMap<>();
    private final Map<String, Integer> errors = new HashMap<>();

    /** An answer on its way. */
    private static final class Attempt {
        private Integer total;
        private int chunks;
    }

    /** Reads the whole topic. */
    static Outcomes read(String bootstrapServers, String topic) throws ProtocolException {
        Outcomes outcomes = new Outcomes();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> last = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < last.get(partition))) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    outcomes.take(record);
                }
            }
        }
        return outcomes;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) throws ProtocolException {
        FrameHeaders frame = FrameHeaders.of(record.headers(), Header::key, Header::value);
        ResponseMessage message = reader.readResponse(record.key(), frame, record.value());
        String job = message.jobId().value();
        if (message instanceof ResponseError) {
            errors.merge(job, 1, Integer::sum);
            end(job, record.timestamp());
            return;
        }
        Attempt attempt = attempts.computeIfAbsent(job, id -> new Attempt());
        if (message instanceof ResponseStart start) {
            attempt.total = start.totalChunks();
            attempt.chunks = 0;
        } else if (message instanceof ResponseChunk chunk) {
            attempt.chunks++;
            attempt.total = chunk.totalChunks() != null ? chunk.totalChunks() : attempt.total;
        }
        if (attempt.total != null && attempt.chunks == attempt.total) {
            end(job, record.timestamp());
            attempts.remove(job);
        }
    }

    private void end(String job, long when) {
        ends.computeIfAbsent(job, id -> new ArrayList<>()).add(when);
    }

    /** When the job's outcomes were complete, in order; normally one. */
    List<Long> ends(String job) {
        return ends.getOrDefault(job, List.of());
    }

    /** How many jobs have more than one complete outcome in the topic: their clients take the first. */
    long repeated() {
        return ends.values().stream().filter(times -> times.size() > 1).count();
    }

    /** How many jobs have more than one ERROR. */
    long errorsRepeated() {
        return errors.values().stream().filter(count -> count > 1).count();
    }

    /** Every outcome's instant, in order. */
    List<Long> all() {
        return ends.values().stream().flatMap(List::stream).sorted().toList();
    }
}
