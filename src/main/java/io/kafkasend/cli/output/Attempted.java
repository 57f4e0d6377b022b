package io.kafkasend.cli.output;

import io.kafkasend.client.JobFailedException;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.client.metric.EndedRequest;
import io.kafkasend.client.metric.MetricListener;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often a request is sent, keeps how far it came, and passes on how it gets on. Thread-safe. */
public final class Attempted implements ProgressListener, MetricListener {
    private final Instant startedAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final long begin = System.nanoTime();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile String traceId;
    private volatile ProgressListener shown = ProgressListener.none();
    private volatile EndedRequest ended;
    private volatile ProgressListener head = ProgressListener.none();

    /** This, which from now on passes it on to another one. */
    public Attempted shownBy(ProgressListener listener) {
        shown = listener;
        return this;
    }

    /** This, which from now on tells another one, too, of the answer's head. */
    public Attempted toldTo(ProgressListener listener) {
        head = listener;
        return this;
    }

    /** Has the run bear the id of a trace. */
    public void tracedAs(String id) {
        traceId = id;
    }

    /** The trace that it is in; empty for none. */
    Optional<String> traceId() {
        return Optional.ofNullable(traceId);
    }

    /** How often so far; 0 where nothing was sent. */
    int attempts() {
        return attempts.get();
    }

    /** What became of the request; empty before its end. */
    Optional<EndedRequest> request() {
        return Optional.ofNullable(ended);
    }

    /** When the command began, to the millisecond. */
    Instant startedAt() {
        return startedAt;
    }

    /** How long ago that is. */
    public double seconds() {
        return (System.nanoTime() - begin) / 1e9;
    }

    @Override
    public void ended(EndedRequest request) {
        ended = request;
    }

    @Override
    public void started(JobId jobId) {
        attempts.incrementAndGet();
        shown.started(jobId);
    }

    @Override
    public void resumed(OptionalLong bytes, long total) {
        shown.resumed(bytes, total);
    }

    @Override
    public void uploaded(long bytes, long total) {
        shown.uploaded(bytes, total);
    }

    @Override
    public void answering(int status) {
        shown.answering(status);
    }

    @Override
    public void answering(int status, Map<String, List<String>> headers) {
        shown.answering(status, headers);
        head.answering(status, headers);
    }

    @Override
    public void downloaded(long bytes, Long totalOrNull) {
        shown.downloaded(bytes, totalOrNull);
    }

    /** Always: the line at the end names what is known. */
    @Override
    public boolean wantsStages() {
        return true;
    }

    @Override
    public void stage(ResponseStatus status) {
        shown.stage(status);
    }

    @Override
    public void unheard(OptionalInt portals) {
        shown.unheard(portals);
    }

    @Override
    public void retrying(int retry, int retries, Duration wait, JobFailedException failure) {
        shown.retrying(retry, retries, wait, failure);
    }
}
