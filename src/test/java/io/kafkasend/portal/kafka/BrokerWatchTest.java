package io.kafkasend.portal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class BrokerWatchTest {
    private final AtomicLong now = new AtomicLong();
    private final BrokerWatch watch = new BrokerWatch("kafka-1:9092", now::get);
    private final Talking consumer = new Talking();
    private final Talking producer = new Talking();
    private final Logger logger = (Logger) LoggerFactory.getLogger(BrokerWatch.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    /** A client that has received so much. */
    private static final class Talking implements BrokerWatch.Client {
        private double bytes;

        @Override
        public double receivedBytes() {
            return bytes;
        }
    }

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    private void looks(int times, Talking... answered) {
        for (int i = 0; i < times; i++) {
            for (Talking client : answered) {
                client.bytes += 50;
            }
            now.addAndGet(Duration.ofSeconds(3).toNanos());
            watch.look(List.of(consumer, producer));
        }
    }

    private List<String> lines() {
        return log.list.stream()
                .map(event -> event.getLevel() + " " + event.getMessage().replaceFirst(":.*", "") + " "
                        + event.getKeyValuePairs())
                .toList();
    }

    @Test
    void anOutageIsToldOnceAndItsEndWithForHowLong() {
        // When
        looks(5, consumer, producer);
        looks(20);
        looks(5, consumer);

        // Then
        assertThat(lines())
                .containsExactly(
                        "WARN Kafka does not answer [servers=\"kafka-1:9092\", seconds=\"12\"]",
                        "INFO Kafka answers again [servers=\"kafka-1:9092\", seconds=\"63\"]");
    }

    @Test
    void aBrokerThatWasNeverThereIsToldOfToo() {
        // When
        looks(4);

        // Then
        assertThat(lines()).containsExactly("WARN Kafka does not answer [servers=\"kafka-1:9092\", seconds=\"12\"]");
    }

    @Test
    void whileOneClientIsAnsweredKafkaIsThere() {
        // When
        looks(50, producer);
        looks(50, consumer);

        // Then
        assertThat(lines()).isEmpty();
    }

    @Test
    void aClientThatIsMadeAnewIsNoAnswer() {
        // Given
        looks(5, consumer, producer);

        // When
        for (int i = 0; i < 5; i++) {
            now.addAndGet(Duration.ofSeconds(3).toNanos());
            watch.look(List.of(new Talking(), producer));
        }

        // Then
        assertThat(lines()).hasSize(1);
    }

    @Test
    void nothingIsToldWhileNobodyAsks() {
        // Given
        looks(5, consumer, producer);

        // When
        now.addAndGet(Duration.ofMinutes(10).toNanos());
        watch.rest();
        looks(1);

        // Then
        assertThat(lines()).isEmpty();
    }
}
