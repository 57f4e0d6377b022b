package io.kafkasend.portal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.requester.Requester;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallTurnTest {
    private static final Requester A = Parts.UNSIGNED.answeredOn("a");
    private static final Requester B = Parts.UNSIGNED.answeredOn("b");

    private final Parts parts = new Parts(Map.of("reply-topics", "a,b", "max-concurrent-jobs", "4"));
    private final CallThreads callers =
            new CallThreads(parts.configuration, new FailStop(code -> {}, System::nanoTime));
    private final CallTurn takeTurn = new CallTurn(parts.turns, callers);
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private long offset;

    @AfterEach
    void stop() {
        release.countDown();
        callers.shutdownNow();
    }

    private Exchange job(Requester caller) throws RefusedException {
        Job job = parts.open(Start.withChunks(0), offset++, caller);
        parts.jobs.leaveAssembly(job);
        return parts.exchange(job);
    }

    /** A call that lasts until it is let go. */
    private void hang(Requester caller) throws RefusedException {
        takeTurn.process(job(caller), done -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            ended.add(caller.flow().name());
        });
    }

    @Test
    void oneClientsHangingCallsHoldUpNobodyElseAndEndInTheEnd() throws Exception {
        // Given
        for (int i = 0; i < 10; i++) {
            hang(A);
        }

        // When
        for (int i = 0; i < 50; i++) {
            Exchange exchange = job(B);
            assertThat(takeTurn.process(
                            exchange,
                            done -> ended.add("b on " + Thread.currentThread().getName())))
                    .isFalse();
        }

        // Then
        await().until(() -> ended.size() == 50);
        assertThat(ended).allMatch(line -> line.startsWith("b on kafkasend-caller"));
        assertThat(parts.turns.running()).isEqualTo(2);
        release.countDown();
        await().until(() -> ended.size() == 60 && parts.turns.running() == 0);
        assertThat(parts.turns.waiting()).isZero();
    }

    @Test
    void aJobThatIsCancelledWhileItWaitsGoesNoFurtherAndLeavesTheRoute() throws Exception {
        // Given
        hang(A);
        hang(A);
        Exchange waiting = job(A);
        takeTurn.process(waiting, done -> ended.add("stopped: " + waiting.isRouteStop()));

        // When
        parts.jobs.end(JobExchange.of(waiting).job());

        // Then
        assertThat(ended).containsExactly("stopped: true");
        assertThat(parts.turns.waiting()).isZero();
    }

    @Test
    void anErrorInACallCostsNobodyATurn() throws Exception {
        // Given
        for (int i = 0; i < 4; i++) {
            takeTurn.process(job(A), done -> {
                throw new NoClassDefFoundError("made by a test");
            });
        }

        // When
        takeTurn.process(job(A), done -> ended.add("called"));

        // Then
        await().dontCatchUncaughtExceptions().until(() -> ended.contains("called"));
        await().dontCatchUncaughtExceptions().until(() -> parts.turns.running() == 0);
    }

    @Test
    void whatWaitsWhenTheGracePeriodIsOverIsNotCalled() throws Exception {
        // Given
        hang(A);
        hang(A);
        takeTurn.process(job(A), done -> ended.add("called"));

        // When
        takeTurn.prepareShutdown(false, true);
        release.countDown();

        // Then
        await().until(() -> parts.turns.running() == 0);
        assertThat(ended).doesNotContain("called");
        assertThat(parts.turns.waiting()).isEqualTo(1);
        takeTurn.start();
        takeTurn.process(job(B), done -> ended.add("after"));
        await().until(() -> ended.containsAll(List.of("called", "after")));
    }

    @Test
    void aJobThatNoCallerTakesFails() throws Exception {
        // Given
        callers.shutdown();
        Exchange exchange = job(A);

        // When
        takeTurn.process(exchange, done -> ended.add("done"));

        // Then
        assertThat(ended).containsExactly("done");
        assertThat(exchange.getException()).isInstanceOf(RejectedExecutionException.class);
        assertThat(parts.turns.running()).isZero();
    }
}
