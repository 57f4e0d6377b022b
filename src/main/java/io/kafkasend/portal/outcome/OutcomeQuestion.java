package io.kafkasend.portal.outcome;

import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.protocol.JobId;
import java.util.Optional;

/**
 * Whether a job was answered before this portal read it.
 *
 * @param job the job
 * @param replyTopic where its outcome goes, if not to the portal's own response topic
 * @param request the {@link io.kafkasend.protocol.RequestDigest} of its START, so that another job's outcome under the same id
 *     is none of its; or {@link io.kafkasend.protocol.RequestDigest#NONE} where that is not known
 * @param sinceMillis before which time it was surely not answered, in milliseconds since 1970 by the portals' clock: when its
 *     START was read first, as commits say. The record's own timestamp is its writer's choice
 */
public record OutcomeQuestion(JobId job, Optional<String> replyTopic, String request, long sinceMillis) {
    /** The question of a job whose START is this record. */
    public static OutcomeQuestion of(JobId job, Optional<String> replyTopic, String request, LedgerEntry start) {
        return new OutcomeQuestion(job, replyTopic, request, start.notAnsweredBefore());
    }
}
