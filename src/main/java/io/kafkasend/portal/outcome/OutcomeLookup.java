package io.kafkasend.portal.outcome;

/**
 * Says of a job whose records an earlier member of the group may have read whether its client has the outcome already: so
 * that a crash between an answer and its commit has no job called that was answered. Only jobs that waited when a partition
 * was taken over are asked after. Implementations are thread-safe.
 */
@FunctionalInterface
public interface OutcomeLookup {
    /** What the job's client has. Waits for the broker, so never to be asked on the poll thread. */
    Found find(OutcomeQuestion question);

    /** Whether the job has its whole outcome, likewise. */
    default boolean hasOutcome(OutcomeQuestion question) {
        return find(question) == Found.WHOLE;
    }
}
