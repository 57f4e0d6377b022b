package io.kafkasend.portal.job;

/** What follows a job in a trace; it is kept with the job, and goes with it. Must be thread-safe. */
public interface JobTrace {
    /** The trace's id, as W3C Trace Context writes it. */
    String traceId();
}
