package io.kafkasend.client;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a listener's exceptions from the client's threads. As thread-safe as the listener. */
final class SafeListener implements ProgressListener {
    private static final Logger LOG = LoggerFactory.getLogger(SafeListener.class);

    private final ProgressListener listener;

    SafeListener(ProgressListener listener) {
        this.listener = listener;
    }

    @Override
    public void started(JobId jobId) {
        safely(() -> listener.started(jobId));
    }

    @Override
    public void uploaded(long bytes, long total) {
        safely(() -> listener.uploaded(bytes, total));
    }

    @Override
    public void answering(int status) {
        safely(() -> listener.answering(status));
    }

    @Override
    public void answering(int status, Map<String, List<String>> headers) {
        safely(() -> listener.answering(status, headers));
    }

    @Override
    public void downloaded(long bytes, Long totalOrNull) {
        safely(() -> listener.downloaded(bytes, totalOrNull));
    }

    @Override
    public void retrying(int retry, int retries, Duration wait, JobFailedException failure) {
        safely(() -> listener.retrying(retry, retries, wait, failure));
    }

    @Override
    public boolean wantsStages() {
        return listener.wantsStages();
    }

    @Override
    public void stage(ResponseStatus status) {
        safely(() -> listener.stage(status));
    }

    @Override
    public void unheard(OptionalInt portals) {
        safely(() -> listener.unheard(portals));
    }

    private static void safely(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.warn("A progress listener failed", e);
        }
    }
}
