package io.kafkasend.cli.diagnose;

import io.kafkasend.cli.finding.Cluster;
import io.kafkasend.cli.finding.Finding;
import io.kafkasend.cli.finding.GroupLook;
import io.kafkasend.cli.finding.TopicLook;
import io.kafkasend.kafka.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;

/** Looks at what lies in Kafka between clients and portals. What this user may not see is a finding, no failure. Used once. */
final class Doctor {
    /** So many partitions with work have a line each. */
    private static final int SHOWN = 20;

    /** The rights that somebody needs for something. */
    private static final List<AclOperation> ASKED =
            List.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS);

    private static final String REQUESTS = "--request-topic";

    /** The topics and the group: those of replies and of dead letters are empty where there is none. */
    record Names(String requests, String responses, String replies, String deadLetters, String group) {}

    private final Map<String, Object> properties;
    private final Names names;
    private final Duration patience;
    private final List<PartitionWork> work = new CopyOnWriteArrayList<>();

    /**
     * @param properties how Kafka is reached
     * @param patience how long it may take for each answer
     */
    Doctor(Map<String, ?> properties, Names names, Duration patience) {
        this.properties = new HashMap<>(properties);
        this.names = names;
        this.patience = patience;
    }

    /** Looks; goes on where Kafka answers at all. */
    void look(Consumer<Finding> found) throws InterruptedException {
        try (Cluster cluster = new Cluster(properties, patience)) {
            Finding broker = cluster.broker();
            found.accept(broker);
            if (broker.level() == Finding.Level.FAIL) {
                return;
            }
            topic(names.requests(), true, REQUESTS).look(cluster, true, found);
            topic(names.responses(), true, "--response-topic").look(cluster, true, found);
            if (!names.replies().isEmpty()) {
                topic(names.replies(), true, "--reply-to").look(cluster, true, found);
            }
            if (!names.deadLetters().isEmpty()) {
                topic(names.deadLetters(), false, "--dead-letter-topic").look(cluster, true, found);
            }
            rights(cluster).ifPresent(found);
            List<Integer> partitions = partitions(cluster, names.requests());
            if (!partitions.isEmpty()) {
                new GroupLook(names.group()).members(cluster, names.requests(), partitions, found);
                waiting(cluster, partitions, found);
            }
            deadLetters(cluster).ifPresent(found);
            Optional.ofNullable(cluster.clock(true)).ifPresent(found);
        }
    }

    /** What was counted of each partition that has work; empty where it could not be. */
    List<PartitionWork> work() {
        return work;
    }

    private static TopicLook topic(String name, boolean required, String option) {
        return new TopicLook(name, Map.of(), Map.of(), required, option);
    }

    /** What this user may do with the topics, as far as Kafka tells. */
    private Optional<Finding> rights(Cluster cluster) throws InterruptedException {
        Map<String, String> told = new LinkedHashMap<>();
        for (String topic : List.of(names.requests(), names.responses(), names.replies(), names.deadLetters())) {
            describe(cluster, topic)
                    .map(TopicDescription::authorizedOperations)
                    .ifPresent(may -> told.put(
                            topic,
                            ASKED.stream()
                                    .filter(right -> may.contains(right) || may.contains(AclOperation.ALL))
                                    .map(TopicLook::word)
                                    .collect(Collectors.joining(", "))));
        }
        return told.isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.ok(
                        "rights",
                        told.entrySet().stream()
                                .map(topic -> topic.getKey() + ": "
                                        + (topic.getValue().isEmpty() ? "none" : topic.getValue()))
                                .collect(Collectors.joining("; "))));
    }

    private static List<Integer> partitions(Cluster cluster, String topic) throws InterruptedException {
        return describe(cluster, topic).stream()
                .flatMap(found -> found.partitions().stream())
                .map(partition -> partition.partition())
                .toList();
    }

    private static Optional<TopicDescription> describe(Cluster cluster, String topic) throws InterruptedException {
        if (topic.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(cluster.await(cluster.admin()
                            .describeTopics(
                                    List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                            .allTopicNames())
                    .get(topic));
        } catch (ExecutionException e) {
            return Optional.empty(); // the topic's own finding says why
        }
    }

    private void waiting(Cluster cluster, List<Integer> partitions, Consumer<Finding> found)
            throws InterruptedException {
        WaitingWork waiting = new WaitingWork(cluster, names.requests(), names.group());
        List<PartitionWork> counted;
        try {
            counted = waiting.count(partitions);
        } catch (ExecutionException e) {
            found.accept(
                    e.getCause() instanceof AuthorizationException
                            ? Finding.hidden(
                                    "waiting",
                                    "what waits for group " + names.group(),
                                    "Describe on the group and on topic " + names.requests())
                            : Finding.fail("waiting", Refusal.orShown(e.getCause()), ""));
            return;
        }
        Map<Integer, PartitionWork.Oldest> oldest = Map.of();
        try {
            oldest = waiting.oldest(properties, patience);
        } catch (AuthorizationException e) {
            found.accept(Finding.hidden(
                    "waiting", "since when the oldest record waits", "Read on topic " + names.requests()));
        } catch (KafkaException e) {
            found.accept(Finding.fail("waiting", "requests cannot be read: " + Refusal.orShown(e), ""));
        }
        Instant now = Instant.now();
        for (PartitionWork one : counted) {
            if (one.open() > 0) {
                work.add(one.with(oldest.get(one.partition())));
            }
        }
        List<Finding> lines = new ArrayList<>();
        work.forEach(one -> lines.add(one.finding(names.requests(), now)));
        lines.stream().limit(SHOWN).forEach(found);
        long open = counted.stream().mapToLong(PartitionWork::open).sum();
        long lag = counted.stream().mapToLong(PartitionWork::lag).sum();
        found.accept(Finding.ok(
                "waiting",
                "in all " + open + " records open, lag " + lag
                        + (lines.size() > SHOWN
                                ? "; " + (lines.size() - SHOWN) + " partitions more than are shown"
                                : "")));
    }

    private Optional<Finding> deadLetters(Cluster cluster) throws InterruptedException {
        List<Integer> partitions = partitions(cluster, names.deadLetters());
        if (partitions.isEmpty()) {
            return Optional.empty();
        }
        try {
            long count =
                    sum(cluster, partitions, OffsetSpec.latest()) - sum(cluster, partitions, OffsetSpec.earliest());
            return Optional.of(
                    count == 0
                            ? Finding.ok("dead letters", "none")
                            : Finding.warn(
                                    "dead letters",
                                    count + (count == 1 ? " dead letter" : " dead letters") + " in "
                                            + names.deadLetters(),
                                    "kafkasend dlq list shows them and why"));
        } catch (ExecutionException e) {
            return Optional.of(
                    Finding.hidden("dead letters", "how many there are", "Describe on topic " + names.deadLetters()));
        }
    }

    private long sum(Cluster cluster, List<Integer> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(number -> asked.put(new TopicPartition(names.deadLetters(), number), which));
        return cluster.await(cluster.admin().listOffsets(asked).all()).values().stream()
                .mapToLong(found -> found.offset())
                .sum();
    }
}
