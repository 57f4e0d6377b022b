package io.kafkasend.portal.job;

/**
 * Hears what becomes of requests, for whoever tells of it. Called on the threads that jobs run on, once for each: it is
 * quick and waits for nobody. Must be thread-safe.
 */
public interface JobListener {
    /** A job has begun; it is not found under its id yet. */
    default void opened(Job job) {}

    /** A job has ended; its body is let go of, its time and its tally are final. */
    void ended(Job job, JobOutcome outcome);

    /** A request was refused before it was a job. */
    default void refused(RefusedRequest request) {}
}
