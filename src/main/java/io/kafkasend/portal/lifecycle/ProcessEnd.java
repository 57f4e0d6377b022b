package io.kafkasend.portal.lifecycle;

import io.kafkasend.concurrent.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the process by itself: first whatever ends it in good order, and at once, after so long, or where no thread can be
 * had for that. Thread-safe.
 */
public final class ProcessEnd implements FailStop.Ending {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);

    private final Supplier<Duration> patience;
    private final Runnable lastWords;
    private final Orderly orderly;

    /** An end in good order, with an exit code. */
    @FunctionalInterface
    public interface Orderly {
        void end(int exitCode) throws Exception;
    }

    /**
     * @param patience how long the good order may take
     * @param lastWords says what is left where the good order took too long
     * @param orderly may block
     */
    public ProcessEnd(Supplier<Duration> patience, Runnable lastWords, Orderly orderly) {
        this.patience = patience;
        this.lastWords = lastWords;
        this.orderly = orderly;
    }

    @Override
    public void end(int exitCode) {
        try {
            start("kafkasend-last-resort", () -> {
                try {
                    TimeUnit.NANOSECONDS.sleep(patience.get().toNanos());
                    lastWords.run();
                } finally {
                    Runtime.getRuntime().halt(exitCode);
                }
            });
            start("kafkasend-end", () -> orderly.end(exitCode));
        } catch (Throwable e) { // no memory for a thread
            Runtime.getRuntime().halt(exitCode);
        }
    }

    private interface Task {
        void run() throws Exception;
    }

    private static void start(String name, Task task) {
        DaemonThreads.named(name, () -> {
                    try {
                        task.run();
                    } catch (Throwable e) {
                        LOG.atError()
                                .addKeyValue("reason", EnduringTask.shown(e))
                                .log("the portal does not end in good order");
                    }
                })
                .start();
    }
}
