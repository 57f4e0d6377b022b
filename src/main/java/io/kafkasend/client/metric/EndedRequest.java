package io.kafkasend.client.metric;

import io.kafkasend.protocol.Method;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A request that is over, with all of its attempts. Holds nothing that a peer could make many of, so that each of its values may
 * be a label, but for sizes and time. Immutable.
 *
 * @param topic where it went
 * @param method the HTTP method
 * @param stage how far its last attempt came; of one that nobody waits for, WAITING is the best
 * @param error why there is no answer: an {@link io.kafkasend.protocol.ErrorCode} or a kind of
 *     {@link io.kafkasend.client.ClientException} by its name, CANCELLED where the caller ended it; empty where there is one, or
 *     none was wanted and Kafka has the request
 * @param status the answer's HTTP status, 100 to 599; empty where no answer has begun
 * @param attempts how often it was sent; 0 where it was not
 * @param elapsed from the call to its end, retries and their waits included
 * @param sentBytes of the body, as far as Kafka has acknowledged them, of all attempts
 * @param receivedBytes of answers' bodies, of all attempts
 */
public record EndedRequest(
        String topic,
        Method method,
        Stage stage,
        Optional<String> error,
        OptionalInt status,
        int attempts,
        Duration elapsed,
        long sentBytes,
        long receivedBytes) {
    public EndedRequest {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(error, "error");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(elapsed, "elapsed");
    }
}
