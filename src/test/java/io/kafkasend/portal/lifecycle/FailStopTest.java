package io.kafkasend.portal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.portal.call.CallThreads;
import io.kafkasend.portal.call.Deadlines;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.kafka.ThreadWatch;
import io.kafkasend.portal.receive.AssemblyTimeouts;
import io.kafkasend.portal.receive.GroupThreads;
import io.kafkasend.portal.report.LookBackThreads;
import io.kafkasend.portal.report.Outbox;
import io.kafkasend.portal.respond.ArrivalThreads;
import io.kafkasend.portal.respond.SettlementThreads;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an Error does to each of the portal's own threads. */
class FailStopTest {
    private final List<Integer> ends = new CopyOnWriteArrayList<>();
    private final AtomicLong clock = new AtomicLong();
    private final FailStop failStop = new FailStop(ends::add, clock::get);
    private final Parts parts = new Parts();
    private final List<ExecutorService> pools = List.of(
            new CallThreads(parts.configuration, failStop),
            new GroupThreads(parts.ledger, parts.jobs, failStop),
            new LookBackThreads(failStop),
            new SettlementThreads(failStop));

    /** One of each kind that is to be survived. */
    static Stream<Error> errors() {
        return Stream.of(
                new StackOverflowError("of a test"),
                new NoClassDefFoundError("of/a/Test"),
                new OutOfMemoryError("of a test"));
    }

    @AfterEach
    void stop() {
        pools.forEach(ExecutorService::shutdownNow);
    }

    private static Runnable throwing(Error error) {
        return () -> {
            throw error;
        };
    }

    @ParameterizedTest
    @MethodSource("errors")
    void aPoolThatLosesAJobEndsThePortalOnce(Error error) {
        for (ExecutorService pool : pools) {
            // When
            AtomicInteger later = new AtomicInteger();
            pool.execute(throwing(error));
            pool.submit(throwing(error));
            pool.execute(later::incrementAndGet);

            // Then: the other jobs end while it does
            Awaitility.await().until(() -> later.get() == 1);
        }
        Awaitility.await().until(() -> ends.equals(List.of(FailStop.EXIT_CODE)));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void eachPoolTellsOfIt(Error error) {
        for (ExecutorService pool : List.of(
                new CallThreads(parts.configuration, new FailStop(ends::add, clock::get)),
                new GroupThreads(parts.ledger, parts.jobs, new FailStop(ends::add, clock::get)),
                new LookBackThreads(new FailStop(ends::add, clock::get)),
                new ArrivalThreads(new FailStop(ends::add, clock::get)),
                new Outbox.Threads(new FailStop(ends::add, clock::get)),
                new SettlementThreads(new FailStop(ends::add, clock::get)))) {
            int before = ends.size();
            pool.execute(throwing(error));
            Awaitility.await().until(() -> ends.size() == before + 1);
            pool.shutdownNow();
        }
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorOfTheTimeoutCheckerEndsThePortal(Error error) {
        // Given
        ScheduledExecutorService timeouts = new AssemblyTimeouts(failStop);

        // When
        timeouts.scheduleWithFixedDelay(throwing(error), 0, 1, TimeUnit.MILLISECONDS);

        // Then
        Awaitility.await().until(() -> ends.equals(List.of(FailStop.EXIT_CODE)));
        timeouts.shutdownNow();
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anAbortThatFailsIsMadeAgain(Error error) {
        // Given
        Deadlines deadlines = new Deadlines();
        AtomicInteger aborts = new AtomicInteger();

        // When
        deadlines.after(0, () -> {
            if (aborts.incrementAndGet() == 1) {
                throw error;
            }
        });

        // Then
        Awaitility.await().until(() -> aborts.get() == 2);
        assertThat(ends).isEmpty();
        deadlines.close();
    }

    @ParameterizedTest
    @MethodSource("errors")
    void theLookoutGoesOnAndSeesAThreadThatIsNoMore(Error error) throws InterruptedException {
        // Given
        ThreadWatch lookout = new ThreadWatch(failStop, () -> {});
        Thread dead = new Thread(() -> {}, "dead");
        dead.start();
        dead.join();
        AtomicInteger looks = new AtomicInteger();

        // When
        lookout.watchSending(dead, () -> {
            if (looks.incrementAndGet() == 1) {
                throw error;
            }
            return false;
        });

        // Then
        Awaitility.await().until(() -> ends.equals(List.of(FailStop.EXIT_CODE)));
        lookout.close();
    }

    @Test
    void theLookoutLeavesAClosedClientsThreadAlone() throws InterruptedException {
        // Given
        ThreadWatch lookout = new ThreadWatch(failStop, () -> {});
        AtomicInteger looks = new AtomicInteger();

        // When: nothing of Camel's is on this thread
        lookout.watchPolling(Thread::currentThread, () -> looks.incrementAndGet() > 0);

        // Then
        Awaitility.await().until(() -> looks.get() == 1);
        assertThat(ends).isEmpty();
        lookout.close();
    }

    @Test
    void oneLackOfMemoryPassesAndSeveralInAMinuteDoNot() {
        // When
        for (int i = 0; i < 20; i++) {
            failStop.survived(new OutOfMemoryError());
            clock.addAndGet(TimeUnit.SECONDS.toNanos(15));
        }
        assertThat(ends).isEmpty();
        for (int i = 0; i < 4; i++) {
            clock.addAndGet(TimeUnit.SECONDS.toNanos(5));
            failStop.survived(new OutOfMemoryError());
        }

        // Then
        assertThat(ends).containsExactly(FailStop.EXIT_CODE);
    }

    @Test
    void pollsThatBreakAgainAndAgainEndThePortal() {
        // When
        for (int i = 0; i < 4; i++) {
            failStop.pollBroke(new NoClassDefFoundError("a/B"));
        }

        // Then
        assertThat(ends).isEmpty();
        failStop.pollBroke(new NoClassDefFoundError("a/B"));
        assertThat(ends).containsExactly(FailStop.EXIT_CODE);
    }

    @Test
    void aTaskThatComesAgainDoesSoWhateverItThrows() {
        errors().forEach(error -> new EnduringTask("do that", throwing(error)).run());
        new EnduringTask("do that", () -> {
                    throw new IllegalStateException();
                })
                .run();
        assertThatThrownBy(() -> throwing(new StackOverflowError()).run()).isInstanceOf(StackOverflowError.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"works", "fails", "hangs"})
    void theProcessEndsThoughGoodOrderFails(String goodOrder) throws Exception {
        // When
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndingProcess.class.getName(),
                        goodOrder)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();

        // Then
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(FailStop.EXIT_CODE);
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorOfTheAnswersCuttingIsTheJobsFailure(Error error) {
        // Given
        Iterator<Object> cutting = new ErrorCatchingIterator<>(new Iterator<>() {
            @Override
            public boolean hasNext() {
                throw error;
            }

            @Override
            public Object next() {
                throw error;
            }
        });

        // Then
        assertThatThrownBy(cutting::hasNext).isInstanceOf(StepErrorException.class);
        assertThatThrownBy(cutting::next)
                .isInstanceOf(StepErrorException.class)
                .hasMessageStartingWith(error.getClass().getSimpleName());
    }
}
