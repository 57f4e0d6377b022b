package io.kafkasend.portal;

import io.kafkasend.protocol.ByteSlice;
import io.kafkasend.protocol.ProtocolException;
import java.util.List;
import org.apache.camel.Message;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A record of the request topic as it came, and why it is no client's. Do not change the arrays.
 *
 * @param timestamp the record's, in milliseconds; or null
 * @param key as it came, or null
 * @param value as it came, or null
 * @param headers as they came
 * @param reason what is wrong with it; null until that is known
 */
record DeadLetter(
        String topic,
        int partition,
        long offset,
        Long timestamp,
        byte[] key,
        ByteSlice value,
        List<Header> headers,
        ProtocolException reason) {

    /** The record behind a message that the Kafka consumer made. */
    static DeadLetter of(Message message, ByteSlice value) {
        Headers headers = message.getHeader(KafkaHeader.HEADERS, Headers.class);
        return new DeadLetter(
                message.getHeader(KafkaHeader.TOPIC, String.class),
                message.getHeader(KafkaHeader.PARTITION, Integer.class),
                message.getHeader(KafkaHeader.OFFSET, Long.class),
                message.getHeader(KafkaHeader.TIMESTAMP, Long.class),
                message.getHeader(KafkaHeader.KEY) instanceof byte[] key ? key : null,
                value,
                headers == null ? List.of() : List.of(headers.toArray()),
                null);
    }

    DeadLetter because(ProtocolException failure) {
        return new DeadLetter(topic, partition, offset, timestamp, key, value, headers, failure);
    }

    @Override
    public String toString() {
        return topic + "-" + partition + "@" + offset;
    }
}
