package io.kafkasend.bench.testbed;

import io.kafkasend.bench.result.BenchmarkException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Whether a deployment's portals share its partitions. */
final class GroupBalance {
    private GroupBalance() {}

    /**
     * Waits until each portal has its share.
     *
     * @throws BenchmarkException when that takes longer
     */
    static void await(Admin admin, Deployment deployment, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!balanced(admin, deployment)) {
            if (System.nanoTime() - deadline > 0) {
                throw new BenchmarkException("the portals of " + deployment.name() + " do not share its "
                        + deployment.partitions() + " partitions");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static boolean balanced(Admin admin, Deployment deployment) throws InterruptedException {
        ConsumerGroupDescription group;
        try {
            group = admin.describeConsumerGroups(List.of(deployment.group()))
                    .describedGroups()
                    .get(deployment.group())
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw new BenchmarkException("cannot look at group " + deployment.group() + ": " + e.getCause(), e);
        }
        List<Integer> shares = group.members().stream()
                .map(member -> member.assignment().topicPartitions().size())
                .toList();
        return group.groupState() == GroupState.STABLE
                && shares.size() == deployment.portals()
                && shares.stream().mapToInt(Integer::intValue).sum() == deployment.partitions()
                && shares.stream().allMatch(share -> share >= deployment.partitions() / deployment.portals());
    }
}
