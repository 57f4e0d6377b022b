package io.kafkasend.cli.finding;

import io.kafkasend.kafka.Refusal;
import io.kafkasend.protocol.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What a topic is for and what this user needs of it, beside what it is. Immutable.
 *
 * @param name the topic's
 * @param rights what must be allowed, each with what fails without it
 * @param wishes what should be, likewise
 * @param required whether jobs fail where it is missing
 * @param option of {@code kafkasend topics --create}, with which it is made; empty where whoever needs it makes it
 */
public record TopicLook(
        String name,
        Map<AclOperation, String> rights,
        Map<AclOperation, String> wishes,
        boolean required,
        String option) {
    private static final String CHECK = "topic";
    private static final String RIGHTS = "rights";
    private static final Duration LEAST_RETENTION = Duration.ofSeconds(900);

    public TopicLook {
        rights = Map.copyOf(rights);
        wishes = Map.copyOf(wishes);
    }

    /**
     * Looks at the broker and, where it answers, at these topics, for who is about to work with them; false where it does not.
     */
    public static boolean all(Cluster cluster, List<TopicLook> topics, Consumer<Finding> found)
            throws InterruptedException {
        Finding broker = cluster.broker();
        found.accept(broker);
        if (broker.level() == Finding.Level.FAIL) {
            found.accept(Finding.warn(CHECK, "topics and rights were not looked at, without Kafka", ""));
            return false;
        }
        for (TopicLook topic : topics) {
            topic.look(cluster, false, found);
        }
        return true;
    }

    /**
     * Looks at it.
     *
     * @param operator whether it is a finding, too, that its settings are hidden
     */
    public void look(Cluster cluster, boolean operator, Consumer<Finding> found) throws InterruptedException {
        TopicDescription topic;
        try {
            topic = cluster.await(cluster.admin()
                            .describeTopics(
                                    List.of(name), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                            .allTopicNames())
                    .get(name);
        } catch (ExecutionException e) {
            found.accept(missing(e.getCause(), operator));
            return;
        }
        found.accept(settings(cluster, topic, operator));
        Set<AclOperation> may = topic.authorizedOperations();
        if (may != null) {
            rights(may, rights, found, true);
            rights(may, wishes, found, false);
        }
    }

    private Finding missing(Throwable cause, boolean operator) {
        if (cause instanceof UnknownTopicOrPartitionException) {
            if (option.isEmpty()) {
                return Finding.ok(CHECK, name + " does not exist yet, and is made at the start");
            }
            String what = name + " does not exist";
            String todo = "kafkasend topics --create " + option + " " + name + " creates it";
            return required ? Finding.fail(CHECK, what, todo) : Finding.warn(CHECK, what, todo);
        }
        if (cause instanceof AuthorizationException) {
            if (operator) {
                return Finding.hidden(CHECK, "topic " + name, "Describe on it");
            }
            String acls = Stream.of(rights, wishes)
                    .flatMap(asked -> asked.keySet().stream())
                    .map(TopicLook::word)
                    .sorted()
                    .collect(Collectors.joining(" and "));
            String what = "no right to topic " + name;
            String todo = "grant this user " + acls + " on topic " + name;
            return required ? Finding.fail(RIGHTS, what, todo) : Finding.warn(RIGHTS, what, todo);
        }
        return Finding.fail(CHECK, name + ": " + Refusal.orShown(cause), "");
    }

    private Finding settings(Cluster cluster, TopicDescription topic, boolean operator) throws InterruptedException {
        List<String> faults = new ArrayList<>();
        List<String> todos = new ArrayList<>();
        int replicas = topic.partitions().get(0).replicas().size();
        String what = name + ": " + topic.partitions().size() + " partitions, replication factor " + replicas;
        Optional<Config> config;
        try {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
            config = Optional.of(cluster.await(
                            cluster.admin().describeConfigs(List.of(resource)).all())
                    .get(resource));
        } catch (ExecutionException e) {
            config = Optional.empty(); // most often the right DescribeConfigs is missing, which nobody needs but
            // operators
        }
        long inSync = config.map(known -> number(known, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG))
                .orElse(1L);
        for (TopicPartitionInfo partition : topic.partitions()) {
            if (partition.leader() == null || partition.leader().isEmpty()) {
                faults.add("partition " + partition.partition() + " has no leader");
                todos.add("look at the brokers");
            } else if (partition.isr().size() < inSync) {
                faults.add("partition " + partition.partition() + " has "
                        + partition.isr().size() + " replicas in sync, and takes records with " + inSync);
                todos.add("look at the brokers, or lower min.insync.replicas");
            }
        }
        if (config.isPresent()) {
            long bytes = number(config.get(), TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
            long retention = number(config.get(), TopicConfig.RETENTION_MS_CONFIG);
            String cleanup = text(config.get(), TopicConfig.CLEANUP_POLICY_CONFIG);
            what += ", max.message.bytes " + bytes + ", retention " + shown(retention);
            if (bytes < Limits.RECORD_BYTES) {
                faults.add("max.message.bytes is below " + Limits.RECORD_BYTES);
                todos.add("set max.message.bytes to 1048588 or more");
            }
            if (retention >= 0 && retention < LEAST_RETENTION.toMillis()) {
                faults.add("the retention is shorter than the 900 s that a job may take");
                todos.add("set retention.ms to 86400000, a day");
            }
            if (cleanup.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
                faults.add("cleanup.policy is " + cleanup + ", which deletes all but the last record of a job");
                todos.add("set cleanup.policy to delete");
            }
        } else if (operator) {
            return faults.isEmpty()
                    ? Finding.hidden(CHECK, what + "; its settings", "DescribeConfigs on it")
                    : Finding.fail(CHECK, what + "; " + String.join(", ", faults), String.join("; ", todos));
        }
        return faults.isEmpty()
                ? Finding.ok(CHECK, what)
                : Finding.fail(CHECK, what + "; " + String.join(", ", faults), String.join("; ", todos));
    }

    private void rights(Set<AclOperation> may, Map<AclOperation, String> asked, Consumer<Finding> found, boolean must) {
        EnumSet<AclOperation> order = EnumSet.noneOf(AclOperation.class);
        order.addAll(asked.keySet());
        for (AclOperation right : order) {
            if (may.contains(right) || may.contains(AclOperation.ALL)) {
                found.accept(Finding.ok(RIGHTS, word(right) + " on topic " + name));
            } else {
                String what = "no " + word(right) + " on topic " + name + ": " + asked.get(right);
                String todo = "grant this user " + word(right) + " on topic " + name;
                found.accept(must ? Finding.fail(RIGHTS, what, todo) : Finding.warn(RIGHTS, what, todo));
            }
        }
    }

    /** A right as Kafka's documents write it, such as DescribeConfigs. */
    public static String word(AclOperation right) {
        return Arrays.stream(right.name().split("_"))
                .map(part -> part.charAt(0) + part.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    private static String shown(long millis) {
        if (millis < 0) {
            return "for ever";
        }
        return millis % 3_600_000 == 0 ? millis / 3_600_000 + " h" : millis / 1_000 + " s";
    }

    private static long number(Config config, String name) {
        String text = text(config, name);
        return text.isEmpty() ? -1 : Long.parseLong(text);
    }

    private static String text(Config config, String name) {
        ConfigEntry entry = config.get(name);
        return entry == null || entry.value() == null ? "" : entry.value();
    }
}
