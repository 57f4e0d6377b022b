package io.kafkasend.portal.lifecycle;

import io.kafkasend.concurrent.DaemonThreads;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads on which jobs go on. What fails within a step is the job's; an Error that comes out here came between steps, and the
 * job it belonged to is lost: it would stay open for ever, so the portal ends. Thread-safe.
 */
public abstract class StepThreads extends ThreadPoolExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(StepThreads.class);

    private final String name;
    private final FailStop failStop;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    public StepThreads(
            String name, int core, int most, long keepSeconds, BlockingQueue<Runnable> queue, FailStop failStop) {
        super(core, most, keepSeconds, TimeUnit.SECONDS, queue, new DaemonThreads(name));
        this.name = name;
        this.failStop = failStop;
    }

    @Override
    public void execute(Runnable task) {
        super.execute(() -> run(task));
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable task) {
        running.add(thread);
    }

    @Override
    protected void afterExecute(Runnable task, Throwable failure) {
        running.remove(Thread.currentThread());
    }

    /** Ends the waits of all tasks that run now. */
    public void interruptAll() {
        running.forEach(Thread::interrupt);
    }

    private void run(Runnable task) {
        Throwable failure;
        try {
            task.run();
            failure = failureOf(task);
        } catch (Throwable e) {
            failure = e;
        }
        if (failure instanceof Error) {
            failStop.because("a job was lost on a thread of " + name, failure);
        } else if (failure != null && !isShutdown()) {
            LOG.atError()
                    .addKeyValue("threads", name)
                    .addKeyValue("reason", EnduringTask.shown(failure))
                    .log("a task failed between the steps of a route");
        }
    }

    private static Throwable failureOf(Runnable task) {
        if (task instanceof Future<?> future && future.isDone()) {
            try {
                future.get();
            } catch (ExecutionException e) {
                return e.getCause();
            } catch (CancellationException e) {
                return null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return null;
    }
}
