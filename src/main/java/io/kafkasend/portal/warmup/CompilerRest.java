package io.kafkasend.portal.warmup;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The moment when the JVM's compiler has nothing to do. It works behind what runs, and the longer its queue, the oftener must a method
 * have run to get into it: in a JVM that has just started, what is refused was never compiled for good while other jobs came. For one
 * thread.
 */
final class CompilerRest {
    /** So long without a method that it is through with. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Lets time go by. */
    @FunctionalInterface
    interface Pause {
        void of(long nanos) throws InterruptedException;
    }

    private final LongSupplier compiledMillis;
    private final LongSupplier nanoTime;
    private final Pause pause;

    CompilerRest() {
        this(compiledMillis(), System::nanoTime, TimeUnit.NANOSECONDS::sleep);
    }

    /**
     * @param compiledMillis how much time went into methods that are compiled
     * @param nanoTime the clock
     * @param pause lets time go by
     */
    CompilerRest(LongSupplier compiledMillis, LongSupplier nanoTime, Pause pause) {
        this.compiledMillis = compiledMillis;
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    /** One that never grows where this JVM does not tell, or compiles nothing. */
    private static LongSupplier compiledMillis() {
        CompilationMXBean bean = ManagementFactory.getCompilationMXBean();
        return bean != null && bean.isCompilationTimeMonitoringSupported() ? bean::getTotalCompilationTime : () -> 0;
    }

    /**
     * Waits for it.
     *
     * @param until no longer than that, by {@link System#nanoTime}
     */
    void await(long until) throws InterruptedException {
        long compiled = compiledMillis.getAsLong();
        long since = nanoTime.getAsLong();
        for (long now = since; now - until < 0 && now - since < REST_NANOS; now = nanoTime.getAsLong()) {
            pause.of(LOOK_NANOS);
            long more = compiledMillis.getAsLong();
            if (more != compiled) {
                compiled = more;
                since = nanoTime.getAsLong();
            }
        }
    }
}
