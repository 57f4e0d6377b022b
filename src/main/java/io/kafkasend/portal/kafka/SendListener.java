package io.kafkasend.portal.kafka;

import java.time.Duration;
import java.util.Optional;

/** Told of each record that a producer has handed over. Called from producers' own threads; must return at once. */
@FunctionalInterface
public interface SendListener {
    /**
     * Kafka has acknowledged a record, or it was not taken.
     *
     * @param topic where it was to go
     * @param lasted since it was handed to the producer
     * @param failure why it was not taken
     */
    void sent(String topic, Duration lasted, Optional<Exception> failure);
}
