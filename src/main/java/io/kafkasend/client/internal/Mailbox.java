package io.kafkasend.client.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One job's tasks, run one after another on threads of a shared pool, so that a job whose target blocks holds up no other;
 * small ones of a job that does not block share a thread with other jobs'. Thread-safe.
 */
public final class Mailbox {
    private record Task(Runnable work, long bytes) {}

    /** A larger task has a thread of its own. */
    private static final int SMALL_BYTES = 8_192;

    private final Executor pool;
    private final Executor forSmall;
    private final Consumer<Throwable> failures;
    private final Queue<Task> tasks = new ArrayDeque<>();
    private boolean running;
    private long bytes;

    /**
     * @param pool runs what is large
     * @param forSmall runs what is small; the same one where small tasks may block
     * @param failures hears of what a task throws; the tasks after it are run all the same
     */
    public Mailbox(Executor pool, Executor forSmall, Consumer<Throwable> failures) {
        this.pool = pool;
        this.forSmall = forSmall;
        this.failures = failures;
    }

    /**
     * Adds a task; never waits.
     *
     * @param weight the bytes that wait with it
     */
    public void post(Runnable work, long weight) {
        synchronized (this) {
            tasks.add(new Task(work, weight));
            bytes += weight;
            if (running) {
                return;
            }
            running = true;
        }
        drainOn(weight);
    }

    private void drainOn(long weight) {
        boolean small = weight <= SMALL_BYTES;
        (small ? forSmall : pool).execute(() -> drain(small));
    }

    /** The bytes of tasks that have not ended. */
    public synchronized long bytes() {
        return bytes;
    }

    private void drain(boolean onlySmall) {
        while (true) {
            Task task;
            boolean elsewhere;
            synchronized (this) {
                task = tasks.peek();
                if (task == null) {
                    running = false;
                    return;
                }
                elsewhere = onlySmall && task.bytes() > SMALL_BYTES;
                if (!elsewhere) {
                    tasks.remove();
                }
            }
            if (elsewhere) {
                drainOn(task.bytes());
                return;
            }
            try {
                task.work().run();
            } catch (Throwable e) { // or the job would get nothing any more, and never end
                failures.accept(e);
            } finally {
                synchronized (this) {
                    bytes -= task.bytes();
                }
            }
        }
    }
}
