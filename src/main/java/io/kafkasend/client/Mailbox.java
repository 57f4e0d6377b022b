package io.kafkasend.client;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * One job's tasks, run one after another on threads of a shared pool, so that a job whose target blocks holds up no other.
 * Thread-safe.
 */
final class Mailbox {
    private record Task(Runnable work, long bytes) {}

    private final Executor pool;
    private final Queue<Task> tasks = new ArrayDeque<>();
    private boolean running;
    private long bytes;

    Mailbox(Executor pool) {
        this.pool = pool;
    }

    /**
     * Adds a task; never waits.
     *
     * @param weight the bytes that wait with it
     */
    void post(Runnable work, long weight) {
        synchronized (this) {
            tasks.add(new Task(work, weight));
            bytes += weight;
            if (running) {
                return;
            }
            running = true;
        }
        pool.execute(this::drain);
    }

    /** The bytes of tasks that have not ended. */
    synchronized long bytes() {
        return bytes;
    }

    private void drain() {
        while (true) {
            Task task;
            synchronized (this) {
                task = tasks.poll();
                if (task == null) {
                    running = false;
                    return;
                }
            }
            task.work().run(); // tasks do not throw
            synchronized (this) {
                bytes -= task.bytes();
            }
        }
    }
}
