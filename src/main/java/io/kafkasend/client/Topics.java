package io.kafkasend.client;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.kafka.ClassesOfKafka;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Looks at topics and creates them. Thread-safe. */
public final class Topics implements AutoCloseable {
    /**
     * A topic as the broker has it.
     *
     * @param name its name
     * @param partitions how many
     * @param replicationFactor of its first partition
     */
    public record Shape(String name, int partitions, int replicationFactor) {}

    /**
     * A topic's settings that matter here.
     *
     * @param maxMessageBytes the largest record batch that the topic takes, in bytes
     * @param retentionMillis how long records are kept; -1 is for ever
     */
    public record Settings(long maxMessageBytes, long retentionMillis) {}

    /** How large a record of a compressed batch may be when it is unpacked, which consumers do whatever comes out. */
    private static final String DECOMPRESSED_BYTES = "max.decompressed.message.bytes";

    private final Admin admin;
    private final Duration timeout;
    private final KafkaFailure failures;

    /**
     * Prepares; no broker is asked yet.
     *
     * @param bootstrapServers host:port, separated by commas
     * @param kafkaProperties any other property of Kafka's clients
     * @param timeout how long the broker may take for each question
     * @throws ClientException for settings that Kafka's client refuses
     */
    public Topics(String bootstrapServers, Map<String, String> kafkaProperties, Duration timeout) {
        this(new ClientSettings(bootstrapServers, "requests", "responses", kafkaProperties, timeout, timeout, 0, 1));
    }

    Topics(ClientSettings settings) {
        timeout = settings.connectTimeout();
        failures = new KafkaFailure(settings.bootstrapServers());
        try {
            admin = ClassesOfKafka.within(() -> Admin.create(settings.admin()));
        } catch (KafkaException e) {
            throw failures.explain(e, "connecting");
        }
    }

    /**
     * Looks for a topic.
     *
     * @return empty when there is none of this name
     * @throws ClientException when the broker cannot be asked
     */
    public Optional<Shape> find(String topic) {
        try {
            TopicDescription found =
                    await(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
            return Optional.of(new Shape(
                    topic,
                    found.partitions().size(),
                    found.partitions().get(0).replicas().size()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw failures.explain(e, "looking for topic " + topic);
        } catch (InterruptedException | TimeoutException e) {
            throw failures.explain(e, "looking for topic " + topic);
        }
    }

    /**
     * Looks for a topic that was just created, until the broker that is asked knows it.
     *
     * @return empty when it does not within the timeout
     * @throws ClientException when the broker cannot be asked
     */
    public Optional<Shape> awaitCreated(String topic) {
        long deadline = System.nanoTime() + timeout.toNanos();
        Optional<Shape> found;
        do {
            found = find(topic);
        } while (found.isEmpty() && System.nanoTime() - deadline < 0);
        return found;
    }

    /**
     * A topic that must be there.
     *
     * @param option by which the commands know it
     * @throws ClientException of kind NO_TOPIC when it is not
     */
    Shape require(String topic, String option) {
        return find(topic).orElseThrow(() -> missing(topic, option));
    }

    /** Says that there is no such topic, and what to do. */
    static ClientException missing(String topic, String option) {
        return new ClientException(
                Kind.NO_TOPIC,
                "topic " + topic + " does not exist: have it created (kafkasend topics --create " + option + " " + topic
                        + "), or name another");
    }

    /**
     * The settings of a topic that is there.
     *
     * @throws ClientException when the broker cannot be asked, or does not allow it
     */
    public Settings settings(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            Config config =
                    await(admin.describeConfigs(List.of(resource)).all()).get(resource);
            return new Settings(
                    number(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                    number(config, TopicConfig.RETENTION_MS_CONFIG));
        } catch (ExecutionException | InterruptedException | TimeoutException e) {
            throw failures.explain(e, "reading the settings of topic " + topic);
        }
    }

    /**
     * Creates a topic. A broker that can bound what a compressed record unpacks to is told to: to the largest batch.
     *
     * @param shape its name, partitions and replication factor
     * @param settings its settings
     * @return false when one of this name was there already
     * @throws ClientException when the broker cannot or will not
     */
    public boolean create(Shape shape, Settings settings) {
        Map<String, String> configs = new HashMap<>(Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Long.toString(settings.maxMessageBytes()),
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(settings.retentionMillis()),
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                DECOMPRESSED_BYTES,
                Long.toString(settings.maxMessageBytes())));
        return create(shape, configs);
    }

    private boolean create(Shape shape, Map<String, String> configs) {
        NewTopic topic =
                new NewTopic(shape.name(), shape.partitions(), (short) shape.replicationFactor()).configs(configs);
        try {
            await(admin.createTopics(List.of(topic)).all());
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            if (e.getCause() instanceof InvalidConfigurationException && configs.remove(DECOMPRESSED_BYTES) != null) {
                return create(shape, configs); // an older broker
            }
            throw failures.explain(e, "creating topic " + shape.name());
        } catch (InterruptedException | TimeoutException e) {
            throw failures.explain(e, "creating topic " + shape.name());
        }
    }

    /** Ends the connection; waits a second at most. */
    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }

    private <T> T await(KafkaFuture<T> future) throws ExecutionException, InterruptedException, TimeoutException {
        // Kafka's own timeout ends first; this one is for what it does not bound.
        return future.get(timeout.toMillis() + 2_000, TimeUnit.MILLISECONDS);
    }

    private static long number(Config config, String name) {
        ConfigEntry entry = config.get(name);
        return entry == null || entry.value() == null ? -1 : Long.parseLong(entry.value());
    }
}
