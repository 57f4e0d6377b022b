package io.kafkasend.client;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.kafka.Refusal;
import io.kafkasend.kafka.Unreadable;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Says in one line for a user what Kafka's clients report by their exceptions. Immutable. */
final class KafkaFailure {
    private final String bootstrapServers;

    KafkaFailure(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * The same failure in the client's terms.
     *
     * @param doing what was being done, such as "looking for topic x"
     */
    ClientException explain(Throwable thrown, String doing) {
        Throwable failure = unwrap(thrown);
        if (failure instanceof ClientException known) {
            return known;
        }
        if (failure instanceof InterruptException || failure instanceof InterruptedException) {
            return new ClientException(Kind.CLOSED, "the client was closed", failure);
        }
        Optional<Refusal> refusal = Refusal.in(failure);
        if (refusal.isPresent()) {
            boolean forbidden = refusal.get().authorization();
            return new ClientException(
                    forbidden ? Kind.AUTHORIZATION : Kind.AUTHENTICATION,
                    (forbidden
                                    ? "Kafka at " + bootstrapServers + " forbids " + doing
                                    : "no connection to Kafka at " + bootstrapServers)
                            + ": " + refusal.get().reason(),
                    failure);
        }
        if (failure instanceof UnknownTopicOrPartitionException || failure instanceof InvalidTopicException) {
            return new ClientException(Kind.NO_TOPIC, doing + " failed: no such topic", failure);
        }
        if (failure instanceof RecordTooLargeException) {
            return new ClientException(Kind.RECORD_TOO_LARGE, failure.getMessage(), failure);
        }
        if (failure instanceof TimeoutException || failure instanceof java.util.concurrent.TimeoutException) {
            return new ClientException(
                    Kind.NO_BROKER,
                    "no answer from Kafka at " + bootstrapServers + " (" + doing
                            + "): check the address, that the broker runs, and whether it wants TLS or SASL",
                    failure);
        }
        Optional<Unreadable> unreadable = Unreadable.in(failure);
        if (unreadable.isPresent()) {
            return new ClientException(
                    Kind.KAFKA, doing + " failed: " + unreadable.get().reason(), failure);
        }
        Throwable cause = failure;
        while (cause.getCause() != null && cause instanceof KafkaException && !(cause instanceof ConfigException)) {
            cause = cause.getCause();
        }
        if (cause instanceof ConfigException config) {
            boolean address = String.valueOf(config.getMessage()).contains("bootstrap");
            return new ClientException(
                    address ? Kind.NO_BROKER : Kind.SETTINGS,
                    address
                            ? "the Kafka address " + bootstrapServers + " is no good: " + config.getMessage()
                            : "Kafka's client refuses its settings: " + config.getMessage(),
                    failure);
        }
        return new ClientException(
                Kind.KAFKA,
                doing + " failed: " + (cause.getMessage() == null ? cause.toString() : cause.getMessage()),
                failure);
    }

    private static Throwable unwrap(Throwable thrown) {
        Throwable failure = thrown;
        while ((failure instanceof ExecutionException || failure instanceof CompletionException)
                && failure.getCause() != null) {
            failure = failure.getCause();
        }
        return failure;
    }
}
