package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(60)
class WarmUpTest {
    private static final Duration A_WHILE = Duration.ofSeconds(30);

    private final AtomicInteger runs = new AtomicInteger();

    private long counted(long until) {
        return runs.incrementAndGet();
    }

    @Test
    void worksOnceHoweverOftenTheContextStarts() {
        // Given
        WarmUp warmUp = new WarmUp(A_WHILE, this::counted);

        // When
        warmUp.run();
        warmUp.run();

        // Then
        assertThat(runs).hasValue(1);
    }

    @Test
    void doesNothingInNoTime() {
        // When
        new WarmUp(Duration.ZERO, this::counted).run();

        // Then
        assertThat(runs).hasValue(0);
    }

    @Test
    void survivesAnError() {
        // Given
        WarmUp warmUp = new WarmUp(A_WHILE, until -> {
            throw new NoClassDefFoundError("gone");
        });

        // When / Then
        assertThatCode(warmUp::run).doesNotThrowAnyException();
    }

    @Test
    void goesOnWithoutWorkThatDoesNotEnd() {
        // Given
        CountDownLatch test = new CountDownLatch(1);
        WarmUp warmUp = new WarmUp(Duration.ofMillis(1), until -> {
            while (test.getCount() > 0) {
                try {
                    test.await();
                } catch (InterruptedException e) {
                    runs.incrementAndGet(); // and does not end
                }
            }
            return 0;
        });

        try {
            // When
            warmUp.run();

            // Then
            assertThat(test.getCount()).isEqualTo(1);
        } finally {
            test.countDown();
        }
    }

    @Test
    void isBrokenOffByTheEndOfThePortalWhoseRoutesThenDoNotStart() throws Exception {
        // Given
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        WarmUp warmUp = new WarmUp(A_WHILE, until -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return 0;
        });
        Thread ending = new Thread(() -> {
            try {
                begun.await();
                warmUp.end();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        ending.start();

        // When
        assertThatThrownBy(warmUp::run)
                .isInstanceOf(RuntimeCamelException.class)
                .hasCauseInstanceOf(InterruptedException.class);

        // Then
        interrupted.await();
        ending.join();
    }

    @Test
    void doesNotBeginInAPortalThatIsToEnd() {
        // Given
        WarmUp warmUp = new WarmUp(A_WHILE, this::counted);
        warmUp.end();

        // When / Then
        assertThatThrownBy(warmUp::run).hasCauseInstanceOf(InterruptedException.class);
        assertThat(runs).hasValue(0);
    }

    @Test
    void onlyWhatItsOwnThreadsLogIsNotHeard() {
        // Given
        Logger logger = (Logger) LoggerFactory.getLogger("io.kafkasend.portal.WarmUpTest");
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        heard.start();
        logger.addAppender(heard);
        Thread other = new Thread(() -> logger.warn("by another thread, meanwhile"));
        WarmUp warmUp = new WarmUp(A_WHILE, until -> {
            logger.error("by its first thread");
            Thread own = new Thread(() -> logger.error("by one that this made"));
            own.start();
            own.join();
            other.start(); // made before, by a thread that is to be heard
            other.join();
            return 0;
        });

        try {
            // When
            warmUp.run();
            logger.warn("behind it");

            // Then
            assertThat(heard.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly("by another thread, meanwhile", "behind it");
        } finally {
            logger.detachAppender(heard);
        }
    }
}
