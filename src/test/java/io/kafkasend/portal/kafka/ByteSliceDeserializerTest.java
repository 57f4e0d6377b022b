package io.kafkasend.portal.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.ByteSlice;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ByteSliceDeserializerTest {
    private static final byte[] FETCHED = "..value..".getBytes(US_ASCII);
    private static final ByteSlice VALUE = ByteSlice.of("value".getBytes(US_ASCII));

    private final ByteSliceDeserializer deserializer = new ByteSliceDeserializer();

    @Test
    void aValueStaysWhereItLies() {
        // Given: a slice of a slice, as Kafka hands it on
        ByteBuffer record = ByteBuffer.wrap(FETCHED, 1, 8).slice().position(1).limit(6);

        // When
        ByteSlice value = deserialized(record);

        // Then
        assertThat(value).isEqualTo(VALUE);
        assertThat(value.array()).isSameAs(FETCHED);
        assertThat(record.remaining()).isEqualTo(5);
    }

    @Test
    void aBufferWithoutAnArrayIsCopied() {
        assertThat(deserialized(ByteBuffer.wrap(FETCHED, 2, 5).asReadOnlyBuffer()))
                .isEqualTo(VALUE);
        assertThat(deserialized(ByteBuffer.allocateDirect(5).put(FETCHED, 2, 5).flip()))
                .isEqualTo(VALUE);
    }

    @Test
    void aTombstoneIsNone() {
        assertThat(deserialized(null)).isNull();
        assertThat(deserializer.deserialize("topic", (byte[]) null)).isNull();
    }

    private ByteSlice deserialized(ByteBuffer data) {
        return deserializer.deserialize("topic", new RecordHeaders(), data);
    }
}
