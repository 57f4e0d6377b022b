package io.kafkasend.portal.trace;

import io.kafkasend.portal.job.JobTrace;
import io.kafkasend.portal.job.Phase;
import io.opentelemetry.api.trace.Span;

/** The steps of one job that are open. Thread-safe. */
final class FollowedJob implements JobTrace {
    private final Span process;
    private Span call = Span.getInvalid();
    private int calls;

    /**
     * @param process the step from START to the outcome
     */
    FollowedJob(Span process) {
        this.process = process;
    }

    Span process() {
        return process;
    }

    /** The API is asked again; gives how often it was before. What was begun and not asked goes without a word. */
    synchronized int calls(Span next) {
        call = next;
        return calls++;
    }

    /** The request to the API that was begun last. */
    synchronized Span call() {
        return call;
    }

    /** What is said of a phase's begin. */
    static String event(Phase phase) {
        return switch (phase) {
            case WAITING -> "whole";
            case CALLING -> "calling";
            case ANSWERING -> "answering";
            case ASSEMBLING, ENDED -> throw new IllegalArgumentException(phase + " is the step's own begin or end");
        };
    }

    @Override
    public String traceId() {
        return process.getSpanContext().getTraceId();
    }
}
