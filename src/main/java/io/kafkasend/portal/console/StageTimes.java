package io.kafkasend.portal.console;

import io.kafkasend.portal.job.JobTime;
import io.kafkasend.portal.job.Phase;

/**
 * How long a job was in each of its stages, in milliseconds. Immutable.
 *
 * @param assembling while its chunks came
 * @param waiting for its turn
 * @param calling the API, all attempts and the waits in between
 * @param answering its client
 */
record StageTimes(long assembling, long waiting, long calling, long answering) {
    static final StageTimes NONE = new StageTimes(0, 0, 0, 0);

    static StageTimes of(JobTime time) {
        return new StageTimes(
                time.spent(Phase.ASSEMBLING).toMillis(),
                time.spent(Phase.WAITING).toMillis(),
                time.spent(Phase.CALLING).toMillis(),
                time.spent(Phase.ANSWERING).toMillis());
    }

    /** All of them. */
    long total() {
        return assembling + waiting + calling + answering;
    }

    /** The time in one stage. */
    long in(Phase phase) {
        return switch (phase) {
            case ASSEMBLING -> assembling;
            case WAITING -> waiting;
            case CALLING -> calling;
            case ANSWERING -> answering;
            case ENDED -> 0;
        };
    }
}
