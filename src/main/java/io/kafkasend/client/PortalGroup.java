package io.kafkasend.client;

import io.kafkasend.client.internal.PortalMembers;
import io.kafkasend.kafka.Refusal;
import java.util.List;
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
final class PortalGroup {
    private static final Logger LOG = LoggerFactory.getLogger(PortalGroup.class);
    /** So long an answer is good for others. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ClientSettings settings;
    private final Executor pool;
    private CompletableFuture<PortalMembers> last;
    private long askedAt;
    private boolean forbidden;

    /**
     * @param pool where the question may block
     */
    PortalGroup(ClientSettings settings, Executor pool) {
        this.settings = settings;
        this.pool = pool;
    }

    /** Which portals there are, as far as Kafka says. Never fails. */
    synchronized CompletableFuture<PortalMembers> members() {
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
        try (Admin admin = Admin.create(settings.admin())) {
            return members(admin.describeConsumerGroups(List.of(settings.portalGroup()))
                    .describedGroups()
                    .get(settings.portalGroup())
                    .get(settings.connectTimeout().toMillis() + 2_000, TimeUnit.MILLISECONDS));
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
    private PortalMembers members(ConsumerGroupDescription group) {
        if (group.members().isEmpty()) {
            return PortalMembers.NONE;
        }
        boolean read = group.members().stream()
                .flatMap(member -> member.assignment().topicPartitions().stream())
                .anyMatch(partition -> partition.topic().equals(settings.requestTopic()));
        return read || group.groupState() != GroupState.STABLE
                ? PortalMembers.reading(group.members().size())
                : PortalMembers.ELSEWHERE;
    }

    private synchronized PortalMembers unknown(Throwable failure) {
        forbidden = Refusal.in(failure).isPresent();
        LOG.debug("Kafka does not tell whether a portal reads as {}: {}", settings.portalGroup(), failure.toString());
        return PortalMembers.UNKNOWN;
    }
}
