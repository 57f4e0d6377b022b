package io.kafkasend.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShortTasksTest {
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final ShortTasks tasks = new ShortTasks(pool, timer, failures::add);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void stopThreads() {
        release.countDown();
        timer.shutdownNow();
        pool.shutdownNow();
    }

    private void block() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void runsWhatIsThereInOrderOnOneThread() {
        // Given: no time goes by, so that no task counts as stuck
        ShortTasks tasks = new ShortTasks(pool, timer, failures::add, () -> 0);
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        Set<Thread> threads = ConcurrentHashMap.newKeySet();

        // When
        tasks.execute(() -> IntStream.range(0, 100)
                .forEach(i -> tasks.execute(() -> {
                    ran.add(i);
                    threads.add(Thread.currentThread());
                })));

        // Then
        await().until(() -> ran.size() == 100);
        assertThat(ran).isSorted();
        assertThat(threads).hasSize(1);
    }

    @Test
    void everyTaskRunsOnceWhoeverGivesIt() throws InterruptedException {
        // Given
        AtomicInteger ran = new AtomicInteger();

        // When
        List<Thread> givers = IntStream.range(0, 8)
                .mapToObj(i ->
                        new Thread(() -> IntStream.range(0, 10_000).forEach(j -> tasks.execute(ran::incrementAndGet))))
                .toList();
        givers.forEach(Thread::start);
        for (Thread giver : givers) {
            giver.join();
        }

        // Then
        await().until(() -> ran.get() == 80_000);
    }

    @Test
    void aTaskThatBlocksHoldsUpNeitherWhatWaitsBehindItNorWhatComesLater() {
        // Given
        AtomicInteger ran = new AtomicInteger();
        tasks.execute(() -> {
            tasks.execute(ran::incrementAndGet);
            block();
        });

        // When
        await().until(() -> ran.get() == 1);
        tasks.execute(ran::incrementAndGet);

        // Then
        await().until(() -> ran.get() == 2);
        assertThat(release.getCount()).isOne();
    }

    @Test
    void severalThatBlockHoldUpNoOther() {
        // Given
        AtomicInteger ran = new AtomicInteger();
        IntStream.range(0, 5).forEach(i -> tasks.execute(this::block));

        // When
        tasks.execute(ran::incrementAndGet);

        // Then
        await().until(() -> ran.get() == 1);
    }

    @Test
    void whatWaitsAtItsEndAndWhatComesAfterItRunsAllTheSame() {
        // Given
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch blocked = new CountDownLatch(1);
        tasks.execute(() -> {
            IntStream.range(0, 10).forEach(i -> tasks.execute(ran::incrementAndGet));
            blocked.countDown();
            block();
        });
        await().until(() -> blocked.getCount() == 0);
        timer.shutdownNow();

        // When
        tasks.close();
        tasks.execute(ran::incrementAndGet);

        // Then
        await().until(() -> ran.get() == 11);
    }

    @Test
    void anErrorOfOneTaskStopsNoneAfterIt() {
        // Given
        List<Error> errors =
                List.of(new StackOverflowError(), new NoClassDefFoundError(), new OutOfMemoryError("of a test"));
        AtomicInteger ran = new AtomicInteger();

        // When
        for (Error error : errors) {
            tasks.execute(() -> {
                throw error;
            });
            tasks.execute(ran::incrementAndGet);
        }

        // Then
        await().until(() -> ran.get() == errors.size());
        assertThat(failures).containsExactlyInAnyOrderElementsOf(errors);
    }

    /** As where the system gives no thread. */
    @Test
    void whatFoundNoThreadIsRunWhenThereIsOne() {
        // Given
        AtomicInteger refusals = new AtomicInteger(1);
        AtomicInteger ran = new AtomicInteger();
        ShortTasks tasks = new ShortTasks(
                task -> {
                    if (refusals.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    pool.execute(task);
                },
                timer,
                failures::add);

        // Then
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> tasks.execute(ran::incrementAndGet))
                .isInstanceOf(OutOfMemoryError.class);
        await().until(() -> ran.get() == 1);
    }
}
