package io.kafkasend.portal.job;

import io.kafkasend.protocol.ErrorCode;
import java.util.Optional;

/** Hears once of each job how it ended. Implementations are thread-safe, and return soon. */
@FunctionalInterface
public interface OutcomeListener {
    /**
     * A job has ended, and its phases with it.
     *
     * @param failure the code that its client is told; empty where it was answered
     */
    void ended(Job job, Optional<ErrorCode> failure);
}
