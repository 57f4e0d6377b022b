package io.kafkasend.client;

import io.kafkasend.client.internal.RequestTally;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what a listener is told, and keeps its exceptions from the client's threads. As thread-safe as the listener. */
final class SafeListener implements ProgressListener {
    private static final Logger LOG = LoggerFactory.getLogger(SafeListener.class);

    private final ProgressListener listener;
    private final RequestTally tally;

    SafeListener(ProgressListener listener, RequestTally tally) {
        this.listener = listener;
        this.tally = tally;
    }

    @Override
    public void started(JobId jobId) {
        tally.started();
        safely(() -> listener.started(jobId));
    }

    @Override
    public void resumed(OptionalLong bytes, long total) {
        safely(() -> listener.resumed(bytes, total));
    }

    @Override
    public void uploaded(long bytes, long total) {
        tally.uploaded(bytes, total);
        safely(() -> listener.uploaded(bytes, total));
    }

    @Override
    public void answering(int status) {
        tally.answering(status);
        safely(() -> listener.answering(status));
    }

    @Override
    public void answering(int status, Map<String, List<String>> headers) {
        tally.answering(status);
        safely(() -> listener.answering(status, headers));
    }

    @Override
    public void downloaded(long bytes, Long totalOrNull) {
        tally.downloaded(bytes);
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
