package io.kafkasend.client;

import io.kafkasend.client.internal.ClientMeters;
import io.kafkasend.kafka.ClassesOfKafka;
import io.kafkasend.kafka.Crowd;
import io.kafkasend.kafka.OrderedProducer;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;

/**
 * The client's producers, each connected when it is first needed: one sends at once, the other sends small requests of a
 * {@link Crowd}, which wait for one another. All of a job's records go by one of them, so that they stay in order.
 * Thread-safe.
 */
final class Producers {
    /** So many requests that go and come by Kafka, each way with a wait, are still as fast as without. */
    private static final int MANY = 20;

    private final ClientSettings settings;
    private final ClientMeters meters;
    private final Crowd crowd = new Crowd(MANY);
    private Producer<byte[], byte[]> prompt;
    private Producer<byte[], byte[]> gathering;
    private boolean closed;

    Producers(ClientSettings settings, ClientMeters meters) {
        this.settings = settings;
        this.meters = meters;
    }

    /**
     * The one that sends at once.
     *
     * @throws ClientException of kind CLOSED when the client is
     * @throws org.apache.kafka.common.KafkaException when it cannot be made
     */
    synchronized Producer<byte[], byte[]> prompt() {
        if (prompt == null) {
            prompt = connect(settings.producer());
        }
        return prompt;
    }

    /**
     * The one for a small request that has no record on its way yet.
     *
     * @param underWay how many jobs are, this one included
     * @param several whether it has more than one record, which are to share a request where the broker is far
     * @throws ClientException of kind CLOSED when the client is
     * @throws org.apache.kafka.common.KafkaException when it cannot be made
     */
    Producer<byte[], byte[]> forSmall(int underWay, boolean several) {
        boolean crowded = crowd.next(underWay);
        return crowded || several && crowd.far() ? gathering() : prompt();
    }

    /** The broker has a small request, so many nanoseconds after its last record was handed over. */
    void smallAcknowledged(long nanos) {
        crowd.acknowledged(nanos);
    }

    /** The broker has a record of a request. */
    void acknowledged(int bytes) {
        meters.sent(settings.requestTopic(), bytes);
    }

    private synchronized Producer<byte[], byte[]> gathering() {
        if (gathering == null) {
            gathering = connect(settings.gatheringProducer());
        }
        return gathering;
    }

    private Producer<byte[], byte[]> connect(Map<String, Object> properties) {
        if (closed) {
            throw Dispatcher.closedFailure();
        }
        return ClassesOfKafka.within(() -> new OrderedProducer<>(properties));
    }

    /** Sends what is waiting, as long as this takes no longer, and ends both. */
    synchronized void close(Duration most) {
        closed = true;
        try {
            if (gathering != null) {
                gathering.close(most);
            }
        } finally {
            if (prompt != null) {
                prompt.close(most);
            }
        }
    }
}
