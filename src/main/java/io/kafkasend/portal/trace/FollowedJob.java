package io.kafkasend.portal.trace;

import io.kafkasend.portal.job.JobTrace;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Where one job stands in its trace, and since when: its steps are made once they are over. Thread-safe. */
final class FollowedJob implements JobTrace {
    private final SpanContext parent;
    private final SpanContext process;
    private final long began;
    private final long beganNanos = System.nanoTime();
    /** The request to the API that was begun last; null before the first. */
    private Call call;

    /**
     * A request to the API.
     *
     * @param context its place in the trace
     * @param began when, in nanoseconds since 1970
     * @param before how many there were before it
     */
    record Call(SpanContext context, long began, int before) {}

    /**
     * @param parent the client's step; invalid where it told of none
     * @param process the step from START to the outcome
     */
    FollowedJob(SpanContext parent, SpanContext process) {
        this.parent = parent;
        this.process = process;
        Instant now = Instant.now();
        this.began = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    SpanContext parent() {
        return parent;
    }

    SpanContext process() {
        return process;
    }

    /** Whether anybody will see it. */
    boolean kept() {
        return process.isSampled();
    }

    /** When it began, in nanoseconds since 1970. */
    long began() {
        return began;
    }

    /** Now, in nanoseconds since 1970: never before what was now, whatever becomes of the machine's clock. */
    long now() {
        return began + (System.nanoTime() - beganNanos);
    }

    /** The API is asked, or asked again. What was begun and not asked goes without a word. */
    synchronized void calls(SpanContext next) {
        call = new Call(next, now(), call == null ? 0 : call.before + 1);
    }

    synchronized Call call() {
        return call;
    }

    @Override
    public String traceId() {
        return process.getTraceId();
    }
}
