package io.kafkasend.management;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private final EventStream stream = new EventStream();
    private final Channel channel = new Channel();

    /** What goes to a peer that takes so many bytes at a time. */
    private static final class Channel implements DataStreamChannel {
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private int room = 1_000;
        private boolean ended;

        @Override
        public void requestOutput() {
            // The server would come again.
        }

        @Override
        public int write(ByteBuffer bytes) {
            byte[] now = new byte[Math.min(room, bytes.remaining())];
            bytes.get(now);
            sent.writeBytes(now);
            return now.length;
        }

        @Override
        public void endStream() {
            ended = true;
        }

        @Override
        public void endStream(List<? extends Header> trailers) {
            ended = true;
        }
    }

    private boolean offer(String events) {
        return stream.offer(events.getBytes(UTF_8));
    }

    @Test
    void whoReadsSlowlyIsOfferedNothingMoreUntilTheLastIsTaken() throws IOException {
        // Given
        channel.room = 4;

        // When
        assertThat(offer("abcdef")).isTrue();
        stream.produce(channel);

        // Then
        assertThat(offer("next")).isFalse();
        assertThat(stream.available()).isEqualTo(2);
        stream.produce(channel);
        assertThat(offer("next")).isTrue();
        stream.produce(channel);
        assertThat(channel.sent).hasToString("abcdefnext");
    }

    @Test
    void anEndComesBehindWhatWasOffered() throws IOException {
        // Given
        channel.room = 4;
        offer("abcdef");

        // When
        stream.end();
        stream.produce(channel);

        // Then
        assertThat(channel.ended).isFalse();
        assertThat(stream.isOpen()).isFalse();
        assertThat(offer("more")).isFalse();
        stream.produce(channel);
        assertThat(channel.ended).isTrue();
        assertThat(channel.sent).hasToString("abcdef");
    }

    @Test
    void aStreamWhoseListenerHasLeftHoldsNothing() {
        // Given
        offer("abcdef");

        // When
        stream.close();

        // Then
        assertThat(stream.isOpen()).isFalse();
        assertThat(stream.available()).isZero();
        assertThat(offer("more")).isFalse();
    }
}
