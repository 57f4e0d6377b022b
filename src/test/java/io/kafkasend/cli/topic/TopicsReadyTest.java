package io.kafkasend.cli.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TopicsReadyTest {
    @Test
    void whoIsToldToEndWhileKafkaIsSilentEndsAndWaitsForNothingMore() throws Exception {
        // Given
        Logger logger = (Logger) LoggerFactory.getLogger("io.kafkasend.portal.Start");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            TopicsReady ready = new TopicsReady("127.0.0.1:" + silent.getLocalPort(), Map.of());
            CompletableFuture<Throwable> ended = new CompletableFuture<>();
            Thread waiting = new Thread(() -> ended.complete(catchThrowable(() -> ready.await("api-requests"))));
            waiting.start();
            try (Socket asked = silent.accept()) {
                assertThat(asked.getInputStream().read()).isNotNegative();

                // When
                waiting.interrupt();

                // Then
                assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
                assertThat(log.list).isEmpty();
            }
        } finally {
            logger.detachAppender(log);
        }
    }
}
