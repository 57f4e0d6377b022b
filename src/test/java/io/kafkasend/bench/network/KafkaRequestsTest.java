package io.kafkasend.bench.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaRequestsTest {
    private final Map<String, LongAdder> counts = KafkaRequests.counts();

    @ParameterizedTest(name = "in pieces of {0}")
    @ValueSource(ints = {1, 3, 7, 1000})
    void countsAndCutsHoweverTheBytesArrive(int pieces) throws Exception {
        // Given
        byte[] sent = requests();
        KafkaRequests requests = new KafkaRequests(counts);
        List<Integer> ends = new ArrayList<>();

        // When
        int length = 0;
        for (int at = 0; at < sent.length; at += pieces) {
            int begin = at;
            byte[] piece = Arrays.copyOfRange(sent, at, Math.min(sent.length, at + pieces));
            int[] seen = new int[1];
            requests.cut(piece, piece.length, (from, to, records) -> {
                assertThat(from).isEqualTo(seen[0]);
                seen[0] = to;
                if (records) {
                    ends.add(begin + to);
                }
            });
            assertThat(seen[0]).isEqualTo(piece.length);
            length += piece.length;
        }

        // Then
        assertThat(length).isEqualTo(sent.length);
        assertThat(ends).containsExactly(14 + 104, sent.length);
        assertThat(counts.get("Produce").sum()).isEqualTo(2);
        assertThat(counts.get("Fetch").sum()).isEqualTo(1);
        assertThat(counts.get("kind 999").sum()).isEqualTo(1);
    }

    private static byte[] requests() {
        ByteBuffer all = ByteBuffer.allocate(14 + 104 + 6 + 24);
        put(all, ApiKeys.FETCH.id, 10);
        put(all, ApiKeys.PRODUCE.id, 100);
        put(all, (short) 999, 2);
        put(all, ApiKeys.PRODUCE.id, 20);
        return all.array();
    }

    private static void put(ByteBuffer all, short kind, int size) {
        all.putInt(size).putShort(kind).put(new byte[size - 2]);
    }
}
