package io.kafkasend.e2e;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Lets one poll of a consumer fail. */
public final class OnceFailingDeserializer extends ByteArrayDeserializer {
    static final AtomicBoolean FAIL = new AtomicBoolean();

    @Override
    public byte[] deserialize(String topic, byte[] data) {
        if (FAIL.getAndSet(false)) {
            throw new SerializationException("planned");
        }
        return super.deserialize(topic, data);
    }
}
