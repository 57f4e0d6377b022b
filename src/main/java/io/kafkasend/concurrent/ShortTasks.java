package io.kafkasend.concurrent;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Runs what comes of a crowd's records: tasks that should be short, one after another on one thread of a pool, since
 * to wake a thread for each would cost more than they do. Where one of them blocks all the same, another thread goes on with
 * the rest some milliseconds later. Thread-safe.
 */
public final class ShortTasks implements Executor {
    private static final long HELD_UP_NANOS = 5_000_000;
    private static final long LOOK_MILLIS = 20;

    private final Executor pool;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final Consumer<Throwable> failures;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger runners = new AtomicInteger();
    private final AtomicBoolean watched = new AtomicBoolean();
    private volatile long lastBegun;
    private volatile boolean closed;

    /**
     * @param pool has a thread for whatever it is given
     * @param timer looks after tasks that are held up
     * @param failures hears of what a task throws, which stops none of the others
     */
    public ShortTasks(Executor pool, ScheduledExecutorService timer, Consumer<Throwable> failures) {
        this(pool, timer, failures, System::nanoTime);
    }

    ShortTasks(Executor pool, ScheduledExecutorService timer, Consumer<Throwable> failures, LongSupplier nanoTime) {
        this.pool = pool;
        this.timer = timer;
        this.failures = failures;
        this.nanoTime = nanoTime;
    }

    @Override
    public void execute(Runnable task) {
        if (closed) {
            pool.execute(task);
            return;
        }
        tasks.add(task);
        if (runners.get() == 0 || heldUp()) {
            addRunner();
        }
        if (closed) {
            spread();
        }
    }

    /** From now on every task has a thread of its own. */
    public void close() {
        closed = true;
        spread();
    }

    private void spread() {
        Runnable task;
        while ((task = tasks.poll()) != null) {
            pool.execute(task);
        }
    }

    private boolean heldUp() {
        return nanoTime.getAsLong() - lastBegun > HELD_UP_NANOS;
    }

    private void addRunner() {
        lastBegun = nanoTime.getAsLong(); // or as good as: the thread is only just called
        runners.incrementAndGet();
        try {
            pool.execute(this::run);
        } catch (RuntimeException | Error e) {
            runners.decrementAndGet(); // there is no thread; the tasks wait until the timer looks again
            watch();
            throw e;
        }
        watch();
    }

    private void run() {
        do {
            Runnable task;
            while ((task = tasks.poll()) != null) {
                lastBegun = nanoTime.getAsLong();
                run(task);
            }
            if (runners.decrementAndGet() > 0) {
                lastBegun = nanoTime.getAsLong()
                        - HELD_UP_NANOS
                        - 1; // another one is stuck: what comes next needs a thread
            }
        } while (!tasks.isEmpty() && runners.incrementAndGet() > 0);
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) { // or this runner would count for ever
            failures.accept(e);
        }
    }

    /** Looks again and again while there is a runner. */
    private void watch() {
        if (watched.getAndSet(true)) {
            return;
        }
        try {
            timer.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            close(); // the client is closing
        }
    }

    private void look() {
        watched.set(false);
        if (!tasks.isEmpty() && (heldUp() || runners.get() == 0)) {
            addRunner();
        } else if (runners.get() > 0) {
            watch();
        }
    }
}
