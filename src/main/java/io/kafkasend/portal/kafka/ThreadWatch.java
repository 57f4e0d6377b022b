package io.kafkasend.portal.kafka;

import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.portal.lifecycle.EnduringTask;
import io.kafkasend.portal.lifecycle.FailStop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Looks every few seconds whether the threads of Kafka's clients are at work: those are not ours, and an Error ends each of
 * them in silence, upon which the portal would stay up and read, or send, nothing. Thread-safe.
 */
public final class ThreadWatch {
    private static final int LOOK_SECONDS = 3;
    private static final int FIRST_POLL_SECONDS = 120;
    private static final String CAMELS_LOOP = "org.apache.camel.component.kafka.KafkaFetchRecords";

    private final FailStop failStop;
    private final Runnable also;
    private final List<Watched> watched = new CopyOnWriteArrayList<>();
    private ScheduledExecutorService timer;

    /** Something at work, what is said where it is not, and whether it may have ended. */
    private static final class Watched {
        private final String what;
        private final BooleanSupplier atWork;
        private final BooleanSupplier closed;
        private boolean missed;

        Watched(String what, BooleanSupplier atWork, BooleanSupplier closed) {
            this.what = what;
            this.atWork = atWork;
            this.closed = closed;
        }
    }

    /**
     * @param failStop ends a portal whose threads have ended
     * @param also looks after something else, every few seconds
     */
    public ThreadWatch(FailStop failStop, Runnable also) {
        this.failStop = failStop;
        this.also = also;
    }

    /**
     * The thread that polls. It is a pool's, so that it outlives Camel's loop on it.
     *
     * @param polledBy gives it; null before the first poll, which must come soon
     * @param closed whether the consumer was closed in good order
     */
    public void watchPolling(Supplier<Thread> polledBy, BooleanSupplier closed) {
        long begin = System.nanoTime();
        BooleanSupplier atWork = () -> {
            Thread thread = polledBy.get();
            return thread == null
                    ? System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(FIRST_POLL_SECONDS)
                    : isPolling(thread);
        };
        watch(new Watched("reading requests has ended", atWork, closed));
    }

    /**
     * A producer's own thread.
     *
     * @param closed whether the producer was closed
     */
    public void watchSending(Thread thread, BooleanSupplier closed) {
        watch(new Watched("a producer's thread has ended", thread::isAlive, closed));
    }

    private static boolean isPolling(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().startsWith(CAMELS_LOOP)) {
                return true;
            }
        }
        return false;
    }

    private synchronized void watch(Watched one) {
        watched.add(one);
        if (timer == null) {
            timer = Executors.newSingleThreadScheduledExecutor(new DaemonThreads("kafkasend-lookout"));
            timer.scheduleWithFixedDelay(
                    new EnduringTask("look after the threads of Kafka's clients", this::look),
                    LOOK_SECONDS,
                    LOOK_SECONDS,
                    TimeUnit.SECONDS);
        }
    }

    private void look() {
        also.run();
        for (Watched one : watched) {
            if (one.closed.getAsBoolean()) {
                watched.remove(one);
            } else if (one.atWork.getAsBoolean()) {
                one.missed = false;
            } else if (one.missed) {
                failStop.because(one.what, null);
            } else {
                one.missed = true; // it may be about to be closed
            }
        }
    }

    /** Ends it. */
    public synchronized void close() {
        if (timer != null) {
            timer.shutdownNow();
            timer = null;
        }
        watched.clear();
    }
}
