package io.kafkasend.portal.console;

import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.JobOutcome;
import io.kafkasend.portal.job.RefusedRequest;
import io.kafkasend.protocol.ErrorCode;
import java.util.OptionalInt;

/**
 * What became of a request. Immutable.
 *
 * @param number counts all that ended, from 1
 * @param id the job id
 * @param ended how
 * @param status the answer's HTTP status; empty without one
 * @param code the ERROR's code; empty without one
 * @param request what was asked for
 * @param bytesIn how many bytes of the body came, decompressed
 * @param bytesOut how many bytes of the answer went to Kafka
 * @param attempts how often the API was asked
 * @param atMillis when it ended, in milliseconds since 1970
 * @param times how long each stage took
 */
record EndedJob(
        long number,
        String id,
        End ended,
        OptionalInt status,
        String code,
        ShownRequest request,
        long bytesIn,
        long bytesOut,
        int attempts,
        long atMillis,
        StageTimes times) {
    /** How a request may end. */
    enum End {
        /** With an answer of the API. */
        ANSWERED,
        /** With an ERROR. */
        FAILED,
        /** Its client wanted it no more. */
        CANCELLED,
        /** With an ERROR, before it was a job. */
        REFUSED,
        /** Another portal answers it, or has. */
        ELSEWHERE
    }

    static EndedJob of(long number, Job job, JobOutcome outcome, long atMillis) {
        return new EndedJob(
                number,
                job.id().value(),
                end(outcome),
                outcome.status(),
                outcome.code().map(ErrorCode::name).orElse(""),
                ShownRequest.of(job.start(), job.caller()),
                job.body().received(),
                job.tally().answerBytes(),
                job.tally().attempts(),
                atMillis,
                StageTimes.of(job.time()));
    }

    static EndedJob of(long number, RefusedRequest request, long atMillis) {
        return new EndedJob(
                number,
                request.id().value(),
                End.REFUSED,
                OptionalInt.empty(),
                request.code().name(),
                ShownRequest.of(request.start(), request.client()),
                0,
                0,
                0,
                atMillis,
                StageTimes.NONE);
    }

    private static End end(JobOutcome outcome) {
        if (outcome.status().isPresent()) {
            return End.ANSWERED;
        }
        return outcome.code()
                .map(code -> code == ErrorCode.CANCELLED ? End.CANCELLED : End.FAILED)
                .orElse(End.ELSEWHERE);
    }
}
