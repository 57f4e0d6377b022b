package io.kafkasend.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class KeyedAnswersTest {
    @Test
    void anErrorOfADoubtIsTold() throws Exception {
        // Given
        Logger logger = (Logger) LoggerFactory.getLogger(KeyedAnswers.class);
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        logger.addAppender(told);
        try {
            // When
            Thread doubt = KeyedAnswers.startDoubt(() -> {
                throw new StackOverflowError("of a look");
            });
            doubt.join(60_000);

            // Then
            assertThat(doubt.isAlive()).isFalse();
            assertThat(told.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly("It is not known whether a job was begun elsewhere");
        } finally {
            logger.detachAppender(told);
        }
    }
}
