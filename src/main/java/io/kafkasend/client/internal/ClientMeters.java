package io.kafkasend.client.internal;

import io.kafkasend.client.metric.EndedRequest;
import io.kafkasend.client.metric.MetricListener;
import io.kafkasend.kafka.OfferedMetrics;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client counts of itself: it passes on all to the user's listener, and offers the sums to the broker. Thread-safe.
 */
public final class ClientMeters implements MetricListener {
    private static final Logger LOG = LoggerFactory.getLogger(ClientMeters.class);
    private static final double NANOS = 1e9;

    private final MetricListener listener;
    private final LongAdder open = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAdder attempts = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();
    private final LongAdder sentRecords = new LongAdder();
    private final LongAdder receivedRecords = new LongAdder();
    private final OfferedMetrics offered = new OfferedMetrics("kafkasend-client");
    private final OfferedMetrics.ByError ended = offered.new ByError("request-total", "Requests that are over");

    /**
     * @param listener the user's
     */
    public ClientMeters(MetricListener listener) {
        this.listener = listener;
        offered.gauge("request-open", "Requests under way", Map.of(), open::sum);
        sum("request-time-total", "Seconds that requests took", nanos, NANOS);
        sum("request-attempt-total", "How often requests were sent", attempts, 1);
        sum("request-body-bytes-total", "Bytes of requests' bodies", sentBytes, 1);
        sum("answer-body-bytes-total", "Bytes of answers' bodies", receivedBytes, 1);
        sum("record-sent-total", "Records that Kafka has acknowledged", sentRecords, 1);
        sum("record-received-total", "Records that came for this client", receivedRecords, 1);
    }

    private void sum(String name, String description, LongAdder adder, double unit) {
        offered.sum(name, description, Map.of(), () -> adder.sum() / unit);
    }

    /**
     * Offers the sums by a Kafka client, of which a client of ours has one only.
     *
     * @param registration its {@code registerMetricForSubscription}
     */
    public void offerBy(Consumer<KafkaMetric> registration) {
        offered.by(registration);
    }

    @Override
    public void begun() {
        open.increment();
        safely(listener::begun);
    }

    @Override
    public void ended(EndedRequest request) {
        open.decrement();
        nanos.add(request.elapsed().toNanos());
        attempts.add(request.attempts());
        sentBytes.add(request.sentBytes());
        receivedBytes.add(request.receivedBytes());
        safely(() -> ended.count(request.error().orElse("")));
        safely(() -> listener.ended(request));
    }

    @Override
    public void sent(String topic, int bytes) {
        sentRecords.increment();
        safely(() -> listener.sent(topic, bytes));
    }

    @Override
    public void received(String topic, int bytes) {
        receivedRecords.increment();
        safely(() -> listener.received(topic, bytes));
    }

    /** An Error, too: it would end a thread of Kafka's. */
    private static void safely(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("A metric listener failed", e);
        }
    }
}
