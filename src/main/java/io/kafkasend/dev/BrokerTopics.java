package io.kafkasend.dev;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates topics at a broker, and waits until it serves them. Thread-safe.
 *
 * @param bootstrapServers where the broker is
 */
record BrokerTopics(String bootstrapServers) {
    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(20);

    /**
     * Creates a topic and waits until the broker serves it.
     *
     * @throws KafkaException what the broker answered
     */
    void create(String name, int partitions, Map<String, String> configs) {
        try (Admin admin = Admin.create(adminSettings())) {
            NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(configs);
            await(admin.createTopics(List.of(topic)).all().toCompletionStage().toCompletableFuture());
            awaitServed(admin, name);
        }
    }

    /**
     * Waits until the broker serves a topic that there is.
     *
     * @throws KafkaException what the broker answered
     */
    void awaitServed(String name) {
        try (Admin admin = Admin.create(adminSettings())) {
            awaitServed(admin, name);
        }
    }

    private Map<String, Object> adminSettings() {
        return Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    }

    /** The controller has it; the broker learns of it a moment later. */
    private static void awaitServed(Admin admin, String name) {
        long deadline = System.nanoTime() + ADMIN_TIMEOUT.toNanos();
        while (!isServed(admin, name)) {
            if (System.nanoTime() - deadline > 0) {
                throw new org.apache.kafka.common.errors.TimeoutException(
                        "topic " + name + " was created, but the broker does not serve it");
            }
        }
    }

    private static boolean isServed(Admin admin, String topic) {
        try {
            return await(admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .toCompletionStage()
                            .toCompletableFuture())
                    .get(topic)
                    .partitions()
                    .stream()
                    .allMatch(partition -> partition.leader() != null);
        } catch (UnknownTopicOrPartitionException e) {
            return false;
        }
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(ADMIN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException("the broker did not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new org.apache.kafka.common.errors.InterruptException(e);
        }
    }
}
