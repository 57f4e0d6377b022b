package io.kafkasend.portal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.exchange.ApiCall;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.CallEndedException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.JobTally;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RetryWaitTest {
    private final Parts parts = new Parts();
    private final RetryWait backOff = new RetryWait();
    private final Job job = parts.call(Start.withChunks(0), 0);
    private final Exchange exchange = parts.exchange(job);
    private final ApiCall call = new ApiCall(new JobTally());

    private CompletableFuture<Exception> waiting(Duration pause) {
        call.repeat(pause);
        JobExchange.of(exchange).call(call);
        CompletableFuture<Exception> outcome = new CompletableFuture<>();
        Thread waiter = new Thread(() -> {
            try {
                backOff.process(exchange);
                outcome.complete(null);
            } catch (CallEndedException | InterruptedException e) {
                outcome.complete(e);
            }
        });
        waiter.start();
        if (!pause.isZero()) {
            Awaitility.await().until(() -> waiter.getState() == Thread.State.TIMED_WAITING || outcome.isDone());
        }
        return outcome;
    }

    @Test
    void waitsAsLongAsItShould() {
        long before = System.nanoTime();

        assertThat(waiting(Duration.ofMillis(200)).join()).isNull();

        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(call.over()).isFalse();
    }

    @Test
    void aJobThatEndsWaitsNoLonger() {
        // Given
        CompletableFuture<Exception> outcome = waiting(Duration.ofHours(1));

        // When
        parts.jobs.end(job);
        job.state().abort();

        // Then
        assertThat(outcome.join()).isInstanceOf(CallEndedException.class);
    }

    @Test
    void aPortalThatEndsMakesTheLastAttemptAtOnce() {
        // Given
        CompletableFuture<Exception> outcome = waiting(Duration.ofHours(1));

        // When
        backOff.prepareShutdown(true, false);

        // Then
        assertThat(outcome.join()).isNull();
        assertThat(call.over()).isTrue();
    }

    @Test
    void theFirstAttemptDoesNotWait() {
        JobExchange.of(exchange).call(call);
        assertThatCode(() -> backOff.process(exchange)).doesNotThrowAnyException();
    }
}
