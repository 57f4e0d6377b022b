package io.kafkasend.portal.console;

import io.kafkasend.portal.job.CorrelationId;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Phase;

/**
 * A job under way, as it was when it was looked at. Immutable.
 *
 * @param id what makes it this job
 * @param phase its stage
 * @param request what it asks for
 * @param chunks how many have come
 * @param total how many START announced
 * @param bytes how many have come, decompressed
 * @param attempts how often the API was asked
 * @param answerBytes how many bytes of the answer went to Kafka
 * @param sinceMillis when it came, in milliseconds since 1970
 * @param stageMillis how long it is in its stage
 */
record OpenJob(
        CorrelationId id,
        Phase phase,
        ShownRequest request,
        int chunks,
        int total,
        long bytes,
        int attempts,
        long answerBytes,
        long sinceMillis,
        long stageMillis) {
    static OpenJob of(Job job, long nowMillis) {
        Phase phase = job.state().phase();
        return new OpenJob(
                job.correlationId(),
                phase,
                ShownRequest.of(job.start(), job.caller()),
                job.body().arrived(),
                job.start().totalChunks(),
                job.body().received(),
                job.tally().attempts(),
                job.tally().answerBytes(),
                nowMillis - job.time().sinceAdmitted().toMillis(),
                job.time().spent(phase).toMillis());
    }

    /** Whether nothing has become of it but time. */
    boolean stands(OpenJob before) {
        return before != null
                && phase == before.phase
                && chunks == before.chunks
                && attempts == before.attempts
                && answerBytes == before.answerBytes;
    }
}
