package io.kafkasend.cli.finding;

import io.kafkasend.kafka.Refusal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** The portals' consumer group. Immutable. */
public record GroupLook(String group) {
    private static final String CHECK = "group";
    /** A member's address as Kafka tells it, and how many names are shown at most. */
    private static final int SHOWN = 5;

    /** Whether this user may be one of its members, as far as the group is there to tell. */
    public Optional<Finding> right(Cluster cluster) throws InterruptedException {
        try {
            Optional<ConsumerGroupDescription> there = describe(cluster);
            Set<AclOperation> may =
                    there.map(ConsumerGroupDescription::authorizedOperations).orElse(null);
            return may == null || may.contains(AclOperation.READ) || may.contains(AclOperation.ALL)
                    ? there.map(found -> Finding.ok("rights", "Read on group " + group))
                    : Optional.of(forbidden());
        } catch (ExecutionException e) {
            return Optional.of(
                    e.getCause() instanceof AuthorizationException
                            ? forbidden()
                            : Finding.fail(CHECK, group + ": " + Refusal.orShown(e.getCause()), ""));
        }
    }

    private Finding forbidden() {
        return Finding.fail(
                "rights",
                "no Read on group " + group + ": the portal reads nothing",
                "grant this user Read on group " + group);
    }

    /** Its members, and whether each of the topic's partitions has one. */
    public void members(Cluster cluster, String topic, Collection<Integer> partitions, Consumer<Finding> found)
            throws InterruptedException {
        ConsumerGroupDescription there;
        try {
            there = describe(cluster).orElse(null);
        } catch (ExecutionException e) {
            found.accept(
                    e.getCause() instanceof AuthorizationException
                            ? Finding.hidden(CHECK, "group " + group, "Describe on it")
                            : Finding.fail(CHECK, group + ": " + Refusal.orShown(e.getCause()), ""));
            return;
        }
        if (there == null || there.members().isEmpty()) {
            found.accept(
                    Finding.fail(
                            CHECK,
                            group + " has no member: no portal reads " + topic,
                            "start a portal, or look at its log; portals of another KAFKA_CONSUMER_GROUP are seen with --group"));
            return;
        }
        found.accept(state(there, topic, partitions));
    }

    private Finding state(ConsumerGroupDescription there, String topic, Collection<Integer> partitions) {
        Map<Integer, String> owners = owners(there.members(), topic);
        String who = there.members().stream()
                .map(member -> member.clientId() + " at " + member.host().replaceFirst("^/", ""))
                .sorted()
                .limit(SHOWN)
                .collect(Collectors.joining(", "));
        String what = group + " is " + there.groupState().toString().toLowerCase(java.util.Locale.ROOT) + ", "
                + there.members().size() + (there.members().size() == 1 ? " member" : " members") + ": " + who
                + (there.members().size() > SHOWN ? ", ..." : "");
        if (there.groupState() != GroupState.STABLE) {
            return Finding.warn(CHECK, what, "its members are being given their partitions; ask again in some seconds");
        }
        Set<Integer> without = new TreeSet<>(partitions);
        without.removeAll(owners.keySet());
        return without.isEmpty()
                ? Finding.ok(CHECK, what + "; each partition of " + topic + " has one")
                : Finding.fail(
                        CHECK,
                        what + "; nobody reads partitions " + without + " of " + topic,
                        "see whether its members read another topic; a portal that is started again takes them");
    }

    private static Map<Integer, String> owners(Collection<MemberDescription> members, String topic) {
        Map<Integer, String> owners = new TreeMap<>();
        for (MemberDescription member : members) {
            for (TopicPartition partition : member.assignment().topicPartitions()) {
                if (partition.topic().equals(topic)) {
                    owners.put(partition.partition(), member.clientId());
                }
            }
        }
        return owners;
    }

    private Optional<ConsumerGroupDescription> describe(Cluster cluster)
            throws ExecutionException, InterruptedException {
        try {
            return Optional.of(cluster.await(cluster.admin()
                            .describeConsumerGroups(
                                    List.of(group),
                                    new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                            .all())
                    .get(group));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
