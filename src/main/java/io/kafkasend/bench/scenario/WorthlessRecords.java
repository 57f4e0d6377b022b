package io.kafkasend.bench.scenario;

import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.TestBed;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.MessageWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes records that a portal only refuses, as fast as one producer can. Not thread-safe. */
final class WorthlessRecords implements AutoCloseable {
    private static final JobId ENDED = JobId.random();

    /** What is wrong with them. */
    enum Kind {
        /** A START that the allow-list does not have. */
        FORBIDDEN_START("a START off the allow-list"),
        /** A CHUNK of a job that has no START. */
        CHUNK_WITHOUT_START("a CHUNK without START"),
        /** No JSON, which names no client and becomes a dead letter. */
        NO_JSON("no JSON"),
        /** A START of a job that has ended. */
        ENDED_JOB("a START of an ended job");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    private final MessageWriter writer = new MessageWriter();
    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;

    WorthlessRecords(TestBed bed, Deployment deployment) {
        this.topic = deployment.requestTopic();
        this.producer = new KafkaProducer<>(bed.client().producerProperties());
    }

    /** Writes so many; they are with the broker when it returns. */
    void write(Kind kind, int count) {
        for (int i = 0; i < count; i++) {
            JobId id = kind == Kind.ENDED_JOB ? ENDED : JobId.random();
            producer.send(new ProducerRecord<>(topic, id.key(), value(kind, id)));
        }
        producer.flush();
    }

    private byte[] value(Kind kind, JobId id) {
        return switch (kind) {
            case FORBIDDEN_START, ENDED_JOB ->
                writer.write(RequestStart.builder(id, 0, Method.GET, "/nope").build());
            case CHUNK_WITHOUT_START -> writer.requestChunk(id, 0, 1, new byte[0]);
            case NO_JSON -> "not json".getBytes(StandardCharsets.US_ASCII);
        };
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
