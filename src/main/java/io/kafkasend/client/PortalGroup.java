package io.kafkasend.client;

import io.kafkasend.kafka.Refusal;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
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
    private CompletableFuture<OptionalInt> last;
    private long askedAt;
    private boolean forbidden;

    /**
     * @param pool where the question may block
     */
    PortalGroup(ClientSettings settings, Executor pool) {
        this.settings = settings;
        this.pool = pool;
    }

    /** How many portals there are; empty where Kafka does not say. Never fails. */
    synchronized CompletableFuture<OptionalInt> members() {
        if (forbidden) {
            return CompletableFuture.completedFuture(OptionalInt.empty());
        }
        long now = System.nanoTime();
        if (last == null || last.isDone() && now - askedAt > FRESH_NANOS) {
            last = CompletableFuture.supplyAsync(this::ask, pool);
            askedAt = now;
        }
        return last;
    }

    private OptionalInt ask() {
        try (Admin admin = Admin.create(settings.admin())) {
            return OptionalInt.of(admin.describeConsumerGroups(List.of(settings.portalGroup()))
                    .describedGroups()
                    .get(settings.portalGroup())
                    .get(settings.connectTimeout().toMillis() + 2_000, TimeUnit.MILLISECONDS)
                    .members()
                    .size());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return OptionalInt.of(0);
            }
            return unknown(e.getCause());
        } catch (KafkaException | TimeoutException e) {
            return unknown(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalInt.empty();
        }
    }

    private synchronized OptionalInt unknown(Throwable failure) {
        forbidden = Refusal.in(failure).isPresent();
        LOG.debug("Kafka does not tell whether a portal reads as {}: {}", settings.portalGroup(), failure.toString());
        return OptionalInt.empty();
    }
}
