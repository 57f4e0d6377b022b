package io.kafkasend.gateway.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.client.Receipt;
import io.kafkasend.protocol.JobId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PastJobsTest {
    private static final TopicPartition JOBS = new TopicPartition("jobs", 0);
    private static final int OF_A_POLL = 500;

    private final NavigableMap<Long, ConsumerRecord<byte[], byte[]>> topic = new TreeMap<>();
    private final List<Long> seeks = new ArrayList<>();

    /** A topic of which a poll gives some records, from where it was sought. */
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
        private long position;

        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
            seeks.add(offset);
            position = offset;
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            List<ConsumerRecord<byte[], byte[]>> some =
                    topic.tailMap(position).values().stream().limit(OF_A_POLL).toList();
            if (some.isEmpty()) {
                return ConsumerRecords.empty();
            }
            position = some.get(some.size() - 1).offset() + 1;
            return new ConsumerRecords<>(Map.of(JOBS, some), Map.of());
        }
    };

    private final PastJobs past = new PastJobs(consumer, JOBS, Duration.ofMillis(50));

    private void write(long... offsets) throws IOException {
        for (long offset : offsets) {
            String place = String.format("%032x", offset);
            Receipt receipt =
                    new Receipt(JobId.random(), "ab".repeat(32), "secret", "answers", Instant.ofEpochMilli(offset));
            byte[] value = new StoredJob(place, 0, "cd".repeat(32), false, receipt, StoredJob.NONE).value();
            topic.put(
                    offset, new ConsumerRecord<>("jobs", 0, offset, place.getBytes(StandardCharsets.US_ASCII), value));
        }
    }

    private static TreeSet<Long> offsets(Long... offsets) {
        return new TreeSet<>(Set.of(offsets));
    }

    @Test
    void jobsThatLieNearOneAnotherAreReadInOneGo() throws Exception {
        // Given
        for (long offset = 0; offset < 5_000; offset++) {
            write(offset);
        }

        // When
        Map<Long, StoredJob> found = past.at(offsets(7L, 8L, 600L, 2_400L));

        // Then
        assertThat(found).containsOnlyKeys(7L, 8L, 600L, 2_400L);
        found.forEach((offset, job) -> assertThat(job.offset()).isEqualTo(offset));
        assertThat(seeks).containsExactly(7L);
    }

    @Test
    void jobsThatLieFarApartAreSought() throws Exception {
        // Given
        for (long offset = 0; offset < 600; offset++) {
            write(offset, 900_000 + offset);
        }

        // When
        Map<Long, StoredJob> found = past.at(offsets(10L, 900_010L));

        // Then
        assertThat(found).containsOnlyKeys(10L, 900_010L);
        assertThat(seeks).containsExactly(10L, 900_010L);
    }

    @Test
    void whatIsGoneOrNoJobIsLeftOut() throws Exception {
        // Given
        write(50, 52, 60);
        topic.put(52L, new ConsumerRecord<>("jobs", 0, 52, null, null));

        // Then
        assertThat(past.at(offsets(3L, 50L, 51L, 52L, 60L))).containsOnlyKeys(50L, 60L);
    }

    @Test
    void aBrokerThatSendsNothingIsNotWaitedForWithoutEnd() {
        assertThatThrownBy(() -> past.at(offsets(7L)))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("offset 7");
    }
}
