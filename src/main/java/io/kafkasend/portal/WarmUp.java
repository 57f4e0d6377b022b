package io.kafkasend.portal;

import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.config.OperationSettings;
import io.kafkasend.portal.lifecycle.EnduringTask;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.portal.warmup.LogSilence;
import io.kafkasend.portal.warmup.Workout;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.StartupListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warms the process up before the routes start, so that the first jobs of a portal find classes loaded and code compiled. Another
 * portal does the work ({@link PortalWorkout}): no job of a warm-up comes near a bean of this one, and so no record can pass for one.
 * Its threads are of one group, whose log is silent. Where it fails, a line says so, and the portal starts cold. Thread-safe.
 */
public final class WarmUp implements CamelContextAware {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    /** How long the portal of a warm-up may take to end. */
    private static final Duration TO_END = Duration.ofSeconds(2);
    /** With less a portal has other needs for it than what a warm-up holds. */
    private static final long LEAST_HEAP = 160L << 20;

    private final Duration time;
    private final Workout workout;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile CamelContext context;
    private Thread working;
    private boolean begun;
    private boolean ended;
    private boolean portalEnds;

    /**
     * @param configuration says how long it may take
     */
    public WarmUp(PortalConfiguration configuration) {
        this(
                configuration.isExport()
                        ? Duration.ZERO
                        : Duration.ofSeconds(configuration.settings().get(OperationSettings.WARM_UP_SECONDS)),
                new PortalWorkout());
    }

    /**
     * @param time how long it may take; zero for not at all
     * @param workout what is done in that time
     */
    WarmUp(Duration time, Workout workout) {
        this.time = time;
        this.workout = workout;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        if (context == this.context) {
            return; // Camel calls this more than once
        }
        this.context = context;
        try {
            context.addStartupListener(new StartupListener() {
                @Override
                public void onCamelContextStarting(CamelContext starting, boolean before) {
                    run();
                }

                @Override
                public void onCamelContextStarted(CamelContext started, boolean before) {
                    // It was before the routes, and is over.
                }
            });
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** Ends it at once, or lets it not begin, and lets no route start: the portal is told to end. */
    public synchronized void end() {
        portalEnds = true;
        breakOff();
    }

    private synchronized void breakOff() {
        ended = true;
        over.countDown();
        if (working != null) {
            working.interrupt();
        }
    }

    /** Waits until it is over. Once: what is warm stays so when a context starts again. */
    void run() {
        Work work = new Work();
        synchronized (this) {
            requireStart();
            if (time.isZero() || begun || ended) {
                return;
            }
            begun = true;
            working = new Thread(new ThreadGroup("kafkasend-warm-up"), work, "kafkasend-warm-up");
            working.setDaemon(true);
        }
        if (Runtime.getRuntime().maxMemory() < LEAST_HEAP) {
            LOG.atInfo().log("no warm-up in so small a heap; the first jobs take longer");
            return;
        }
        Thread atProcessEnd = DaemonThreads.named("kafkasend-warm-up-end", this::breakOff);
        try {
            Runtime.getRuntime().addShutdownHook(atProcessEnd);
            working.start();
            boolean done = over.await(time.plus(TO_END).toNanos(), TimeUnit.NANOSECONDS);
            Runtime.getRuntime().removeShutdownHook(atProcessEnd);
            tell(work, done);
        } catch (InterruptedException e) {
            breakOff();
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            LOG.atDebug().setCause(e).log("the process is ending, so nothing is warmed up");
        }
        requireStart();
    }

    private synchronized void requireStart() {
        if (portalEnds) {
            throw new RuntimeCamelException(new InterruptedException("the portal is told to end"));
        }
    }

    private synchronized void tell(Work work, boolean done) {
        if (ended) {
            LOG.atInfo().log("the warm-up is broken off, since the portal is to end");
        } else if (!done) {
            working.interrupt();
            LOG.atWarn().log("the warm-up does not end in its time, and is left alone; the first jobs take longer");
        } else if (work.failure.isPresent()) {
            LOG.atWarn()
                    .addKeyValue("reason", EnduringTask.shown(work.failure.get()))
                    .log("the warm-up failed; the first jobs take longer");
        } else if (work.heard) {
            LOG.atInfo().log("no warm-up, since its lines cannot be kept out of this log; the first jobs take longer");
        } else {
            LOG.atInfo()
                    .addKeyValue("records", work.records)
                    .addKeyValue("seconds", work.took.toMillis() / 100 / 10.0)
                    .log("the portal is warm");
        }
    }

    /** One warm-up, on the first thread of its group. Others look at it when it is over. */
    private final class Work implements Runnable {
        private Duration took = Duration.ZERO;
        private long records;
        private boolean heard;
        private Optional<Throwable> failure = Optional.empty();

        @Override
        public void run() {
            long from = System.nanoTime();
            try {
                Optional<LogSilence> silence = LogSilence.ofThisGroup();
                heard = silence.isEmpty();
                if (!heard) {
                    try {
                        records = workout.run(from + time.toNanos());
                    } finally {
                        silence.get().close();
                    }
                }
            } catch (Throwable e) { // whatever it is, it is none of the portal's own
                failure = Optional.of(e);
            } finally {
                took = Duration.ofNanos(System.nanoTime() - from);
                over.countDown();
            }
        }
    }
}
