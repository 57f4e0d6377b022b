package io.kafkasend.bench.scenario;

import io.kafkasend.client.KafkaSendClient;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The echo's other end as a process of its own, which ends when it is told to. */
public final class EchoProcess {
    /** What it logs when it is connected and reads. */
    static final Pattern UP = Pattern.compile("the echo is up");

    private static final Logger LOG = LoggerFactory.getLogger(EchoProcess.class);

    private EchoProcess() {}

    /**
     * Echoes.
     *
     * @param arguments bootstrap servers, the topic that is read, and the one that is written to
     */
    public static void main(String[] arguments) {
        KafkaSendClient.Builder settings = KafkaSendClient.builder().bootstrapServers(arguments[0]);
        TopicPartition requests = new TopicPartition(arguments[1], 0);
        try (KafkaProducer<byte[], byte[]> replying = new KafkaProducer<>(settings.producerProperties());
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumerProperties())) {
            consumer.assign(List.of(requests));
            consumer.seekToEnd(List.of(requests));
            consumer.position(requests);
            LOG.atInfo().log("the echo is up");
            while (!Thread.currentThread().isInterrupted()) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(request ->
                                replying.send(new ProducerRecord<>(arguments[2], 0, request.key(), request.value())));
            }
        }
    }
}
