package io.kafkasend.gateway.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class JobsTopicTest {
    private static final String PLACE = "0123456789abcdef0123456789abcdef";

    private static Error made(Class<? extends Error> type) {
        try {
            return type.getConstructor(String.class).newInstance("planned");
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {StackOverflowError.class, NoClassDefFoundError.class, OutOfMemoryError.class})
    void anErrorIsHeardByWhoWaitsAndEndsNoReading(Class<? extends Error> type) {
        // Given
        AtomicInteger tries = new AtomicInteger();
        Error error = made(type);
        try (JobsTopic topic = new JobsTopic(
                "jobs",
                Map::of,
                () -> {
                    tries.incrementAndGet();
                    throw error;
                },
                1L << 20)) {
            // When
            CompletableFuture<?> first = topic.find(PLACE);
            await().until(first::isDone);
            int before = tries.get();
            CompletableFuture<?> second = topic.find(PLACE);

            // Then
            await().until(second::isDone);
            await().until(() -> tries.get() > before);
            assertThat(first).isCompletedExceptionally();
            assertThat(second).isCompletedExceptionally();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoAsksAfterTheEndIsNotLeftWaiting(boolean waits) {
        // Given
        JobsTopic topic = new JobsTopic("jobs", Map::of, () -> {}, 1L << 20);

        // When
        CompletableFuture<?> asked = waits ? topic.find(PLACE) : null;
        topic.close();
        CompletableFuture<?> after = waits ? asked : topic.find(PLACE);

        // Then
        await().until(after::isDone);
        assertThat(after).isCompletedExceptionally();
    }

    @Test
    void toEndIsNoTroubleToTellOf() throws Exception {
        // Given
        Logger logger = (Logger) LoggerFactory.getLogger(JobsTopic.class);
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        logger.addAppender(told);
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch forever = new CountDownLatch(1);
        try {
            JobsTopic topic = new JobsTopic(
                    "jobs",
                    Map::of,
                    () -> {
                        waits.countDown();
                        try {
                            forever.await();
                        } catch (InterruptedException e) {
                            throw new InterruptException(e); // as Kafka's clients do
                        }
                    },
                    1L << 20);
            waits.await();
            CompletableFuture<?> asked = topic.find(PLACE);

            // When
            topic.close();

            // Then
            await().until(asked::isDone);
            assertThat(told.list).isEmpty();
        } finally {
            logger.detachAppender(told);
        }
    }
}
