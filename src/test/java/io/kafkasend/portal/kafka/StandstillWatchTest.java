package io.kafkasend.portal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StandstillWatchTest {
    private final AtomicLong now = new AtomicLong();
    private final StandstillWatch watch = new StandstillWatch(now::get);
    private final Logger logger = (Logger) LoggerFactory.getLogger(StandstillWatch.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

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

    private List<String> lines() {
        return log.list.stream()
                .map(event -> event.getLevel() + " " + event.getMessage() + " " + event.getKeyValuePairs())
                .toList();
    }

    @Test
    void aThreadThatStandsStillIsToldOnceAndThatItComesRoundAgain() {
        // When
        for (int seconds = 0; seconds <= 60; seconds += 3) {
            watch.look(Optional.of(Duration.ofSeconds(seconds)));
            now.addAndGet(Duration.ofSeconds(3).toNanos());
        }
        watch.look(Optional.of(Duration.ZERO));

        // Then
        assertThat(lines())
                .containsExactly(
                        "WARN the thread that reads requests stands still: no requests are read [seconds=\"27\"]",
                        "INFO the thread that reads requests comes round again [seconds=\"61\"]");
    }

    @Test
    void aThreadThatHasWaitedForKafkaWhichIsBackIsNot() {
        // When
        watch.look(Optional.of(Duration.ofSeconds(59)));
        now.addAndGet(Duration.ofSeconds(3).toNanos());
        watch.look(Optional.of(Duration.ofSeconds(2)));
        now.addAndGet(Duration.ofSeconds(60).toNanos());
        watch.look(Optional.empty());

        // Then
        assertThat(lines()).isEmpty();
    }
}
