package io.kafkasend.portal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.ledger.Capacity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoadWatchTest {
    private final Parts parts = new Parts(Map.of("max-concurrent-jobs", "1"));
    private final Logger logger = (Logger) LoggerFactory.getLogger(LoadWatch.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private long now;
    private final LoadWatch watch = new LoadWatch(parts.ledger, () -> now);

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(log);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private void looks(int seconds) {
        for (int i = 0; i < seconds; i++) {
            watch.look(() -> List.of(new TopicPartition("api-requests", 2), Parts.PARTITION));
            now += Duration.ofSeconds(1).toNanos();
        }
    }

    private List<String> lines() {
        return log.list.stream()
                .map(event -> event.getLevel() + " " + event.getMessage() + " " + event.getKeyValuePairs())
                .toList();
    }

    @Test
    void slotsThatAreAllBusyForAWhileAreToldOnceAndThatOneIsFreeAgain() {
        // When
        parts.slots.take(0);
        looks(60);
        parts.slots.free(0);
        looks(5);

        // Then
        assertThat(lines())
                .containsExactly(
                        "WARN all call slots are busy: further jobs wait [jobs=\"1\", seconds=\"30\"]",
                        "INFO a call slot is free again [seconds=\"60\"]");
    }

    @Test
    void readingThatIsPausedForAWhileIsToldWithItsPartitionsAndWhy() {
        // When
        parts.slots.take(0);
        parts.slots.take(0);
        looks(20);
        parts.slots.free(0);
        looks(5);

        // Then
        assertThat(lines())
                .containsExactly(
                        "WARN reading is paused [partitions=\"api-requests-0,api-requests-2\", reason=\"all call slots are"
                                + " taken, and enough jobs wait\", seconds=\"10\"]",
                        "INFO reading is resumed [partitions=\"api-requests-0,api-requests-2\", seconds=\"20\"]");
    }

    @Test
    void whatElseHasNoRoomIsNamedToo() {
        // Given
        parts.ledger.needs(new Capacity() {
            @Override
            public boolean full() {
                return true;
            }

            @Override
            public String waitsFor() {
                return "refusals wait for topic t";
            }

            @Override
            public void awaitRoom(long nanos) {
                // none comes
            }
        });

        // When
        looks(20);

        // Then
        assertThat(lines()).singleElement().asString().contains("reason=\"refusals wait for topic t\"");
    }

    @Test
    void pausesThatBelongToAnyLoadAreNotTold() {
        for (int i = 0; i < 50; i++) {
            // When
            parts.slots.take(0);
            parts.slots.take(0);
            looks(9);
            parts.slots.free(0);
            parts.slots.free(0);
            looks(1);
        }

        // Then
        assertThat(lines()).isEmpty();
    }
}
