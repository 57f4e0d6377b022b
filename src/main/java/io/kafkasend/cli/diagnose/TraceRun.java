package io.kafkasend.cli.diagnose;

import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.kafka.Refusal;
import io.kafkasend.protocol.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;

/** Looks for a job in the topics. What one of them does not give is noted, and the others are read. Used once. */
final class TraceRun {
    /** Reads one topic; false where there is none. */
    @FunctionalInterface
    private interface Reading {
        boolean run();
    }

    private final ConnectionOptions connection;
    private final JobTrace trace = new JobTrace();
    private final List<String> notes = new ArrayList<>();
    private boolean complete = true;

    TraceRun(ConnectionOptions connection) {
        this.connection = connection;
    }

    /**
     * Reads.
     *
     * @param kafka properties of Kafka's clients
     * @param replyTo a topic of answers beside the portal's own; or null
     * @param deadLetters empty for none
     * @param since how far back
     * @param timeout how long it may take
     * @throws ClientException where Kafka cannot be asked at all
     */
    void read(
            Map<String, String> kafka,
            JobId job,
            String replyTo,
            String deadLetters,
            Duration since,
            Duration timeout) {
        Map<String, String> properties = new HashMap<>(kafka);
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, connection.bootstrapServers);
        Duration patience = Duration.ofSeconds(connection.connectTimeoutSeconds);
        try (RecordReader reader = new RecordReader(properties, patience, Map.of())) {
            TopicReading topics = new TopicReading(
                    reader.consumer(), job.key(), Instant.now().minus(since), System.nanoTime() + timeout.toNanos());
            reading(connection.requestTopic, true, () -> topics.read(connection.requestTopic, trace::request));
            Set<String> answers = new LinkedHashSet<>(List.of(connection.responseTopic));
            trace.replyTo().ifPresent(answers::add);
            if (replyTo != null) {
                answers.add(replyTo);
            }
            Consumer<ConsumerRecord<byte[], byte[]>> answer = trace::answer;
            answers.forEach(topic -> reading(topic, true, () -> topics.read(topic, answer)));
            if (!deadLetters.isEmpty()) {
                reading(deadLetters, false, () -> topics.readAll(deadLetters, trace::letter));
            }
            if (topics.cutShort()) {
                complete = false;
                notes.add("not all was read within " + timeout.toSeconds()
                        + " s: give it more by --timeout, or look less far back by --since");
            }
        } catch (KafkaException e) {
            throw failure(connection, e);
        }
    }

    private void reading(String topic, boolean required, Reading reading) {
        try {
            if (!reading.run() && required) {
                notes.add("topic " + topic + " does not exist");
                complete = false;
            }
        } catch (AuthorizationException e) {
            notes.add("not allowed to read topic " + topic);
            complete = false;
        }
    }

    /** What to tell where Kafka cannot be asked. */
    static ClientException failure(ConnectionOptions connection, KafkaException thrown) {
        String servers = connection.bootstrapServers;
        if (Refusal.in(thrown).isPresent()) {
            return new ClientException(
                    Kind.AUTHENTICATION,
                    null,
                    "no connection to Kafka at " + servers + ": "
                            + Refusal.in(thrown).get().reason(),
                    thrown);
        }
        if (thrown instanceof TimeoutException) {
            return new ClientException(
                    Kind.NO_BROKER,
                    null,
                    "no answer from Kafka at " + servers
                            + ": check the address, that the broker runs, and whether it wants TLS or SASL",
                    thrown);
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigException config) {
                boolean address = String.valueOf(config.getMessage()).contains("bootstrap");
                return new ClientException(
                        address ? Kind.NO_BROKER : Kind.SETTINGS, null, String.valueOf(config.getMessage()), thrown);
            }
        }
        return new ClientException(Kind.KAFKA, null, "reading failed: " + Refusal.orShown(thrown), thrown);
    }

    JobTrace trace() {
        return trace;
    }

    /** What could not be read, a line each. */
    List<String> notes() {
        return notes;
    }

    /** Whether all topics were read to their end. */
    boolean complete() {
        return complete;
    }
}
