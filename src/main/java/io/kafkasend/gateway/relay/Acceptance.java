package io.kafkasend.gateway.relay;

import io.kafkasend.client.ProgressListener;
import io.kafkasend.gateway.http.RequestBody;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * When a caller that waits for {@code 100 Continue} may send: once a portal has accepted the job, which it says at once of a large one;
 * or after a while, and at once where no portal says such things. It hears, too, when Kafka has the job. One for each job; thread-safe.
 */
final class Acceptance implements ProgressListener, RequestBody.Permission {
    private final CountDownLatch said = new CountDownLatch(1);
    private final PortalVoice portals;
    private final Taking taking;

    Acceptance(PortalVoice portals, Taking taking) {
        this.portals = portals;
        this.taking = taking;
    }

    @Override
    public void started(JobId jobId) {
        taking.begins();
    }

    @Override
    public void uploaded(long bytes, long total) {
        taking.taken(bytes); // the first is of START
    }

    @Override
    public boolean wantsStages() {
        return true;
    }

    @Override
    public void stage(ResponseStatus status) {
        portals.heard();
        said.countDown();
    }

    @Override
    public void await() throws InterruptedException {
        if (portals.speaks() && !said.await(PortalVoice.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            portals.unheard();
        }
    }
}
