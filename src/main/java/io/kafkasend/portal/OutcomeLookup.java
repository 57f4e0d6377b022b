package io.kafkasend.portal;

import io.kafkasend.protocol.JobId;
import java.util.Optional;

/**
 * Says of a job whose records an earlier member of the group may have read whether its client has the outcome already: so
 * that a crash between an answer and its commit has no job called that was answered. Only jobs that waited when a partition
 * was taken over are asked after. Implementations are thread-safe.
 */
@FunctionalInterface
public interface OutcomeLookup {
    /**
     * Whether the job has its whole outcome.
     *
     * @param id the job
     * @param replyTopic where its outcome goes, if not to the portal's own response topic
     * @param sentMillis when its client sent START, by the record's timestamp
     */
    boolean hasOutcome(JobId id, Optional<String> replyTopic, long sentMillis);
}
