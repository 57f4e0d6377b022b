package io.kafkasend.portal.call;

import io.kafkasend.portal.exchange.ApiCall;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.CallEndedException;
import io.kafkasend.portal.job.Job;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.ShutdownPrepared;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The step {@code wait-to-retry}: waits before a call is made again. The caller's thread waits: it is the job's own, and its place
 * among the calls is taken whether or not a thread waits in it. The wait ends at once when the job does, and when the portal is
 * about to end: then one last attempt follows. Thread-safe.
 */
public final class RetryWait extends ServiceSupport implements Processor, ShutdownPrepared {
    private final Set<CountDownLatch> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean ending;

    /**
     * @throws CallEndedException when the job ended meanwhile
     * @throws InterruptedException when the portal ends without waiting for its calls
     */
    @Override
    public void process(Exchange exchange) throws CallEndedException, InterruptedException {
        ApiCall call = JobExchange.of(exchange).call();
        long nanos = call.pause().toNanos();
        if (nanos <= 0) {
            return;
        }
        Job job = JobExchange.of(exchange).job();
        CountDownLatch wake = new CountDownLatch(1);
        waiting.add(wake);
        try {
            job.state().whenAborted(wake::countDown);
            if (!ending && !job.state().ended()) {
                wake.await(nanos, TimeUnit.NANOSECONDS);
            }
        } finally {
            waiting.remove(wake);
        }
        if (ending) {
            call.hurry();
        }
        if (job.state().ended()) {
            throw new CallEndedException();
        }
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        ending = true;
        waiting.forEach(CountDownLatch::countDown);
    }

    @Override
    protected void doStart() {
        ending = false;
    }
}
