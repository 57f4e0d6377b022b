package io.kafkasend.portal.call;

import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.lifecycle.RouteShutdown;
import io.kafkasend.protocol.ErrorCode;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code begin}: a group leaves the aggregator, whole or given up. Each job begins its call once, whatever the
 * aggregator sends. Thread-safe.
 *
 * <p>It also tells Camel's graceful shutdown of what no route counts: the jobs that wait between the aggregator and this step,
 * and the ERRORs and dead letters that wait in the outbox.
 */
public final class CallStart extends ServiceSupport implements Processor, ShutdownAware {
    private static final Logger LOG = LoggerFactory.getLogger(CallStart.class);

    private final Jobs jobs;
    private final RouteShutdown stopping;

    /**
     * @param jobs the jobs under way
     * @param stopping hears of a stop, and says what it waits for
     */
    public CallStart(Jobs jobs, RouteShutdown stopping) {
        this.jobs = jobs;
        this.stopping = stopping;
    }

    /**
     * @throws RefusedException when the job's chunks did not all come in time, or it was given up, or the operator cancelled it
     */
    @Override
    public void process(Exchange exchange) throws RefusedException {
        Job job = JobExchange.of(exchange).job();
        if (job.state().cancelledByOperator()) {
            throw RefusedException.ofCall(ErrorCode.CANCELLED, "the portal's operator cancelled the job");
        }
        if (job.state().givenUp().isPresent()) {
            throw job.state().givenUp().get();
        }
        if (job.state().phase() == Phase.ASSEMBLING && !job.body().whole()) {
            throw new RefusedException(
                    ErrorCode.JOB_TIMEOUT,
                    job.body().chunks() + " of " + job.start().totalChunks() + " chunks came in time");
        }
        if (!jobs.leaveAssembly(job)) {
            exchange.setRouteStop(true);
            return;
        }
        LOG.atDebug()
                .addKeyValue("job_id", job.id())
                .addKeyValue("bytes", job.body().received())
                .log("a request is whole");
    }

    /** Waits at shutdown, not for what is partly assembled: the next instance reads that again. */
    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    @Override
    public int getPendingExchangesSize() {
        return stopping.pending();
    }

    @Override
    protected void doStart() {
        stopping.reset();
    }

    /** Camel asks for it when the stop begins, and once more when it forces it. */
    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        if (suspendOnly) {
            return;
        }
        stopping.begin();
        if (forced) {
            stopping.leaveTheRest();
        }
    }

    @Override
    protected void doStop() {
        stopping.end();
    }
}
