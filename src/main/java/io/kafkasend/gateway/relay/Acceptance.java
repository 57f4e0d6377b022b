package io.kafkasend.gateway.relay;

import io.kafkasend.client.ProgressListener;
import io.kafkasend.gateway.http.RequestBody;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * When a caller that waits for {@code 100 Continue} may send: once a portal has accepted the job, which it says at once of a large one;
 * or after a while, and at once where no portal says such things. It hears, too, when Kafka has the job. One for each job; thread-safe.
 */
final class Acceptance implements ProgressListener, RequestBody.Permission {
    private final CountDownLatch said = new CountDownLatch(1);
    private final PortalVoice portals;
    private final Taking taking;
    private final AtomicBoolean sent = new AtomicBoolean();
    private final AtomicBoolean inVain = new AtomicBoolean();
    private final Runnable whenSent;
    private final Runnable whenHeard;

    /**
     * @param whenSent told when Kafka has the whole request; returns at once
     * @param whenHeard told when a portal says how far the job is; returns at once
     */
    Acceptance(PortalVoice portals, Taking taking, Runnable whenSent, Runnable whenHeard) {
        this.portals = portals;
        this.taking = taking;
        this.whenSent = whenSent;
        this.whenHeard = whenHeard;
    }

    @Override
    public void started(JobId jobId) {
        taking.begins();
    }

    @Override
    public void uploaded(long bytes, long total) {
        taking.taken(bytes); // the first is of START
        if (bytes >= total && !sent.getAndSet(true)) {
            whenSent.run();
        }
    }

    @Override
    public boolean wantsStages() {
        return true;
    }

    @Override
    public void stage(ResponseStatus status) {
        portals.heard();
        whenHeard.run();
        said.countDown();
    }

    @Override
    public void await() throws InterruptedException {
        if (portals.speaks() && !said.await(portals.patienceMillis(), TimeUnit.MILLISECONDS)) {
            inVain.set(true);
        }
    }

    /** The answer is there. Where nothing was told before it, no portal is waited for; one that is only slow tells in the end. */
    void answered() {
        if (inVain.get() && said.getCount() > 0) {
            portals.unheard();
        }
    }
}
