package io.kafkasend.e2e;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Errors that are thrown once, at places of a portal that a test names. */
public final class PlannedErrors {
    static final String POLL = "poll";
    static final String BETWEEN_POLLS = "between polls";
    static final String CALLBACK = "callback";

    private static final Map<String, Error> PLANNED = new ConcurrentHashMap<>();

    private PlannedErrors() {}

    static void at(String place, Error error) {
        PLANNED.put(place, error);
    }

    static boolean areThrown() {
        return PLANNED.isEmpty();
    }

    private static void come(String place) {
        Error due = PLANNED.remove(place);
        if (due != null) {
            throw due;
        }
    }

    /** A step before another one, named {@code before-} and that one's id. */
    public static final class Step implements Processor {
        @Override
        public void process(Exchange exchange) {
            come(exchange.getExchangeExtension().getHistoryNodeId());
        }
    }

    /** On the poll thread, within a poll. */
    public static final class Deserializer extends ByteArrayDeserializer {
        @Override
        public byte[] deserialize(String topic, byte[] data) {
            come(POLL);
            return super.deserialize(topic, data);
        }
    }

    /** On the poll thread, neither within a poll nor within a step. */
    public static final class Headers implements HeaderFilterStrategy {
        @Override
        public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
            return true;
        }

        @Override
        public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
            come(BETWEEN_POLLS);
            return true;
        }
    }

    /** On a producer's own thread. */
    public static final class Interceptor implements ProducerInterceptor<byte[], byte[]> {
        @Override
        public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
            return record;
        }

        @Override
        public void onAcknowledgement(RecordMetadata metadata, Exception failure) {
            come(CALLBACK);
        }

        @Override
        public void close() {
            // nothing is held
        }

        @Override
        public void configure(Map<String, ?> settings) {
            // nothing is set
        }
    }
}
