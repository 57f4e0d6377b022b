package io.kafkasend.portal;

import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.portal.call.CallThreads;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.kafka.KafkaClients;
import io.kafkasend.portal.lifecycle.EnduringTask;
import io.kafkasend.portal.lifecycle.Grace;
import io.kafkasend.portal.lifecycle.RouteShutdown;
import io.kafkasend.portal.lifecycle.StepThreads;
import io.kafkasend.portal.report.LookBackThreads;
import io.kafkasend.portal.report.Outbox;
import io.kafkasend.portal.report.Outgoing;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what does not end by itself when the time is over that a stop gives it ({@link Grace}), so that Camel finds nothing under
 * way any more and has nothing to break off; and tells in one line of each job that is left. Thread-safe.
 */
public final class Stopping implements CamelContextAware, RouteShutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Stopping.class);
    /** What is told in place of an id. */
    private static final String LETTERS = "dead letters";

    private final Grace grace;
    private final Jobs jobs;
    private final Outbox outbox;
    private final StepThreads callers;
    private final StepThreads lookingBack;
    private final KafkaClients clients;
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private ScheduledThreadPoolExecutor timer;
    private CamelContext context;

    /**
     * @param configuration says how long calls may take to end
     * @param jobs the jobs under way
     * @param outbox what waits for the broker
     * @param callers the threads that make the calls
     * @param lookingBack those that ask for outcomes of before
     * @param clients what may wait for the broker within Kafka's own clients
     */
    public Stopping(
            PortalConfiguration configuration,
            Jobs jobs,
            Outbox outbox,
            CallThreads callers,
            LookBackThreads lookingBack,
            KafkaClients clients) {
        this.grace = configuration.grace();
        this.jobs = jobs;
        this.outbox = outbox;
        this.callers = callers;
        this.lookingBack = lookingBack;
        this.clients = clients;
        jobs.whenLeft(this::tell);
        clients.leaveWhen(this::owesNothing);
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    @Override
    public synchronized void reset() {
        cancel();
        grace.reset();
        told.clear();
        outbox.goOn();
        // Here, since Camel's own configuration comes after the beans were made.
        context.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
        context.getShutdownStrategy().setTimeout(grace.forCamel().toMillis());
    }

    @Override
    public synchronized void begin() {
        grace.begin();
        leaveWhatWaits();
        if (timer == null) {
            timer = new ScheduledThreadPoolExecutor(1, new DaemonThreads("kafkasend-stopping"));
            timer.schedule(
                    new EnduringTask("leave the jobs that have not ended", this::leaveTheRest),
                    grace.left().toNanos(),
                    TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public synchronized void end() {
        tellWhatIsLeft();
        cancel();
    }

    private void cancel() {
        if (timer != null) {
            timer.shutdownNow();
            timer = null;
        }
    }

    @Override
    public int pending() {
        leaveWhatWaits(); // of what was read last, too
        return grace.isOver() ? 0 : jobs.owedAnswers() + outbox.pending();
    }

    @Override
    public void leaveTheRest() {
        jobs.leaveOwed();
        tellWhatIsLeft();
        if (context.isStopping()) { // else other routes go on with them
            clients.letGo();
        }
        callers.interruptAll();
        lookingBack.interruptAll();
    }

    /** Whether the outcome of each whole job is with the broker; what is partly assembled the next instance reads again. */
    private boolean owesNothing() {
        return pending() == 0 && jobs.unsettled().stream().noneMatch(Job::isWhole);
    }

    /** A call that begins now may not end in time, and would be made twice. Where routes alone are stopped, others go on with them. */
    private void leaveWhatWaits() {
        if (!context.isStopping() || grace.isOver()) {
            return;
        }
        int left = jobs.leaveWaiting();
        if (left > 0) {
            LOG.atInfo()
                    .addKeyValue("jobs", left)
                    .log(
                            "the portal ends, and jobs whose calls had not begun are left to whoever reads their partitions next");
        }
    }

    /** Tells of each job whose client has not had its outcome, once. */
    void tellWhatIsLeft() {
        jobs.unsettled().forEach(this::tell);
        for (Outgoing outgoing : outbox.all()) {
            if (outgoing.letter().isPresent()) {
                tellOfLetters();
            } else {
                tell(outgoing.jobId());
            }
        }
    }

    private void tell(Job job) {
        tell(job.id().value());
    }

    private void tell(String job) {
        if (isFirst(job)) {
            LOG.atWarn()
                    .addKeyValue("job_id", job)
                    .log("the portal ends, and a job is left to whoever reads its partition next");
        }
    }

    private void tellOfLetters() {
        if (isFirst(LETTERS)) {
            LOG.atWarn().log("the portal ends, and dead letters are left to whoever reads their records next");
        }
    }

    private boolean isFirst(String left) {
        return grace.begun() && told.add(left);
    }
}
