package io.kafkasend.client.metric;

/** How far a request came, seen from the client. */
public enum Stage {
    /** Nothing was sent: the body is being read, the client connects, or its turn has not come. */
    BEFORE,
    /** Kafka does not have all of the request yet. */
    SENDING,
    /** Kafka has the whole request, and no answer has begun. */
    WAITING,
    /** The answer has begun, and is not whole. */
    ANSWERING,
    /** The answer is whole. */
    ANSWERED
}
