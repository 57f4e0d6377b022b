package io.kafkasend.portal.lifecycle;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes numbered threads that do not keep the process alive. Thread-safe. */
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
        Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
