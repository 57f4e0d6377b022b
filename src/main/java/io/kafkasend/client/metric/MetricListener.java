package io.kafkasend.client.metric;

/**
 * Told what a client does, for whoever counts it. Called from the client's own threads, several at a time, and for each record:
 * a method must return at once. What it throws is logged, and otherwise ignored.
 */
public interface MetricListener {
    /** A request begins. */
    default void begun() {}

    /** A request that had begun is over: told before its caller sees the outcome, unless it is the caller who ends it. */
    default void ended(EndedRequest request) {}

    /**
     * Kafka has acknowledged a record of a request.
     *
     * @param topic where it is
     * @param bytes of its value
     */
    default void sent(String topic, int bytes) {}

    /**
     * A record came that answers a request of this client, or tells of it.
     *
     * @param topic where it was
     * @param bytes of its value
     */
    default void received(String topic, int bytes) {}

    /** A listener that does nothing. */
    static MetricListener none() {
        return new MetricListener() {};
    }
}
