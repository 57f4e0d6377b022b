package io.kafkasend.client;

import io.kafkasend.client.ClientException.Kind;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
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
        if (failure instanceof AuthenticationException) {
            return new ClientException(
                    Kind.AUTHENTICATION,
                    "Kafka at " + bootstrapServers + " does not accept the client: " + failure.getMessage(),
                    failure);
        }
        if (failure instanceof AuthorizationException) {
            return new ClientException(
                    Kind.AUTHORIZATION,
                    "Kafka at " + bootstrapServers + " does not allow " + doing + ": " + failure.getMessage(),
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
                            + "): check the address and that the broker runs",
                    failure);
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
