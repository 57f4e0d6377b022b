package io.kafkasend.chaos;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;

/** Counts how often a group's assignment was seen to change. */
final class Rebalances implements AutoCloseable {
    private final Admin admin;
    private final String group;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger changes = new AtomicInteger();
    private Map<String, String> last = Map.of();

    Rebalances(String bootstrapServers, String group) {
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        this.group = group;
        timer.scheduleWithFixedDelay(this::look, 0, 500, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            Map<String, String> now = new TreeMap<>();
            admin.describeConsumerGroups(java.util.List.of(group))
                    .describedGroups()
                    .get(group)
                    .get(5, TimeUnit.SECONDS)
                    .members()
                    .forEach(member -> now.put(
                            member.consumerId(),
                            member.assignment().topicPartitions().toString()));
            if (!now.isEmpty() && !now.equals(last)) {
                last = now;
                changes.incrementAndGet();
            }
        } catch (ExecutionException | TimeoutException e) {
            // The broker is away, or no member has come yet.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int count() {
        return changes.get();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        admin.close();
    }
}
