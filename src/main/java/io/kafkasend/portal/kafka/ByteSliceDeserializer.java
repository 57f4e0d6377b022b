package io.kafkasend.portal.kafka;

import io.kafkasend.protocol.ByteSlice;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Gives a record's value where it lies in what was fetched. Kafka's own for byte arrays copies it; its own for byte buffers
 * does not, but whoever reads a buffer moves its position. Stateless.
 */
public final class ByteSliceDeserializer implements Deserializer<ByteSlice> {
    /** For Kafka, by the name of the class. */
    public ByteSliceDeserializer() {
        // nothing to set
    }

    @Override
    public ByteSlice deserialize(String topic, byte[] data) {
        return data == null ? null : ByteSlice.of(data);
    }

    @Override
    public ByteSlice deserialize(String topic, Headers headers, ByteBuffer data) {
        if (data == null) {
            return null;
        }
        if (data.hasArray()) {
            return new ByteSlice(data.array(), data.arrayOffset() + data.position(), data.remaining());
        }
        byte[] copy = new byte[data.remaining()];
        data.duplicate().get(copy);
        return ByteSlice.of(copy);
    }
}
