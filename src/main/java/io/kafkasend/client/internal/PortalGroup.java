package io.kafkasend.client.internal;

import io.kafkasend.kafka.ClassesOfKafka;
import io.kafkasend.kafka.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Kafka how many members the portals' consumer group has: for all jobs that want to know at a time, once. Who may not see
 * the group is not asked again. Thread-safe; asking blocks nobody.
 */
public final class PortalGroup {
    private static final Logger LOG = LoggerFactory.getLogger(PortalGroup.class);
    /** So long an answer is good for others. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Map<String, Object> properties;
    private final String topic;
    private final String group;
    private final Duration patience;
    private final Executor pool;
    private CompletableFuture<PortalMembers> last;
    private long askedAt;
    private boolean forbidden;

    /**
     * @param properties of Kafka's admin client
     * @param topic what portals read
     * @param group what they read as
     * @param patience how long the broker may take
     * @param pool where the question may block
     */
    public PortalGroup(Map<String, Object> properties, String topic, String group, Duration patience, Executor pool) {
        this.properties = properties;
        this.topic = topic;
        this.group = group;
        this.patience = patience;
        this.pool = pool;
    }

    /** Which portals there are, as far as Kafka says. Never fails. */
    public synchronized CompletableFuture<PortalMembers> members() {
        if (forbidden) {
            return CompletableFuture.completedFuture(PortalMembers.UNKNOWN);
        }
        long now = System.nanoTime();
        if (last == null || last.isDone() && now - askedAt > FRESH_NANOS) {
            last = CompletableFuture.supplyAsync(this::ask, pool);
            askedAt = now;
        }
        return last;
    }

    private PortalMembers ask() {
        try (Admin admin = ClassesOfKafka.within(() -> Admin.create(properties))) {
            return members(admin.describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .get(group)
                    .get(patience.toMillis() + 2_000, TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return PortalMembers.NONE;
            }
            return unknown(e.getCause());
        } catch (KafkaException | TimeoutException e) {
            return unknown(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return PortalMembers.UNKNOWN;
        }
    }

    /** While the group is being shared out anew, nobody has a partition. */
    private PortalMembers members(ConsumerGroupDescription described) {
        if (described.members().isEmpty()) {
            return PortalMembers.NONE;
        }
        boolean read = described.members().stream()
                .flatMap(member -> member.assignment().topicPartitions().stream())
                .anyMatch(partition -> partition.topic().equals(topic));
        return read || described.groupState() != GroupState.STABLE
                ? PortalMembers.reading(described.members().size())
                : PortalMembers.ELSEWHERE;
    }

    private synchronized PortalMembers unknown(Throwable failure) {
        forbidden = Refusal.in(failure).isPresent();
        LOG.debug("Kafka does not tell whether a portal reads as {}: {}", group, failure.toString());
        return PortalMembers.UNKNOWN;
    }
}
