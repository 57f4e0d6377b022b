package io.kafkasend.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Whether a topic is there, may be written to, and has the replicas that it needs to take a record. Makes a connection for each question. Thread-safe. */
public final class WritableTopic {
    private final Map<String, Object> properties;

    /** The broker cannot be asked, in one line. */
    public static final class UnknownException extends Exception {
        private static final long serialVersionUID = 1L;

        UnknownException(Throwable cause) {
            super(Refusal.orShown(cause), cause);
        }
    }

    /**
     * @param properties how the brokers are reached
     * @param patience how long one may take to answer
     */
    public WritableTopic(Map<String, ?> properties, Duration patience) {
        this.properties = new HashMap<>(properties);
        this.properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
        this.properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
    }

    /**
     * What keeps whoever connects so from writing to the topic.
     *
     * @return one line; empty when nothing does
     * @throws UnknownException when the broker cannot be asked
     */
    public Optional<String> fault(String topic) throws UnknownException {
        try (Admin admin = ClassesOfKafka.within(() -> Admin.create(properties))) {
            TopicDescription found = admin.describeTopics(
                            List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .allTopicNames()
                    .get()
                    .get(topic);
            Set<AclOperation> may = found.authorizedOperations();
            boolean forbidden = may != null && !may.contains(AclOperation.WRITE) && !may.contains(AclOperation.ALL);
            return forbidden ? Optional.of("the user needs the ACL Write for topic " + topic) : replicas(admin, found);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.of("topic " + topic + " does not exist");
            }
            if (e.getCause() instanceof AuthorizationException) {
                return Optional.of("the user needs the ACL Write for topic " + topic);
            }
            throw new UnknownException(e.getCause());
        } catch (KafkaException e) {
            throw new UnknownException(e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Whether a partition lacks what a producer with acks of all needs (Kafka's {@code min.insync.replicas}). */
    private static Optional<String> replicas(Admin admin, TopicDescription topic) throws InterruptedException {
        int least = leastInSync(admin, topic.name());
        for (TopicPartitionInfo partition : topic.partitions()) {
            String name = "partition " + partition.partition() + " of topic " + topic.name();
            if (partition.leader() == null || partition.leader().isEmpty()) {
                return Optional.of(name + " has no leader");
            }
            if (partition.isr().size() < least) {
                return Optional.of(name + " has " + partition.isr().size()
                        + " replicas in sync, and takes records with " + least + " (min.insync.replicas)");
            }
        }
        return Optional.empty();
    }

    /** As far as the broker tells: it needs the ACL DescribeConfigs. */
    private static int leastInSync(Admin admin, String topic) throws InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            ConfigEntry least = admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
            return least == null ? 1 : Integer.parseInt(least.value());
        } catch (ExecutionException e) {
            return 1; // forbidden, or gone meanwhile: a record will show it
        }
    }
}
