package io.kafkasend.concurrent;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes threads that do not keep the process alive: numbered ones for a pool, or one of its own name. Thread-safe. */
public final class DaemonThreads implements ThreadFactory {
    private final AtomicInteger number = new AtomicInteger();
    private final String name;

    /**
     * @param name what all of their names begin with
     */
    public DaemonThreads(String name) {
        this.name = name;
    }

    @Override
    public Thread newThread(Runnable task) {
        return named(name + "-" + number.incrementAndGet(), task);
    }

    /** One thread, which is yet to be started. */
    public static Thread named(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
