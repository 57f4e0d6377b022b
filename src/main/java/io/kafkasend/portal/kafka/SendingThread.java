package io.kafkasend.portal.kafka;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.producer.Producer;

/**
 * The thread that a producer sends on, which Kafka tells nobody. It is known by the producer's client id, since other producers of
 * this JVM begin and end at any time: those of the warm-up, of another portal, or of the application that the portal is part of.
 */
final class SendingThread {
    private static final String NAME = "kafka-producer-network-thread | ";

    private SendingThread() {}

    /**
     * Gives it.
     *
     * @param before what ran before the producer was made, one that was given the same client id among them
     */
    static List<Thread> of(Producer<?, ?> producer, Set<Thread> before) {
        String name = producer.metrics().keySet().stream()
                .map(metric -> metric.tags().get("client-id"))
                .filter(Objects::nonNull)
                .findFirst()
                .map(NAME::concat)
                .orElseThrow();
        return all().stream()
                .filter(thread -> thread.getName().equals(name) && !before.contains(thread))
                .toList();
    }

    /** All threads that run. */
    static Set<Thread> all() {
        Thread[] all = new Thread[Thread.activeCount() + 64];
        return new HashSet<>(Arrays.asList(all).subList(0, Thread.enumerate(all)));
    }
}
