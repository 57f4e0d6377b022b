package io.kafkasend.portal.job;

import io.kafkasend.protocol.ErrorCode;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a job ended: with the API's answer, with an ERROR, or here without either. Immutable.
 *
 * @param status the answer's HTTP status; empty without an answer
 * @param code the ERROR's code; empty without one
 */
public record JobOutcome(OptionalInt status, Optional<ErrorCode> code) {
    /** Its outcome is another portal's matter, or was its client's already. */
    public static final JobOutcome ELSEWHERE = new JobOutcome(OptionalInt.empty(), Optional.empty());

    /**
     * The client has the API's answer.
     *
     * @param status its HTTP status
     */
    public static JobOutcome answered(int status) {
        return new JobOutcome(OptionalInt.of(status), Optional.empty());
    }

    /** The client is told of a failure. */
    public static JobOutcome failed(ErrorCode code) {
        return new JobOutcome(OptionalInt.empty(), Optional.of(code));
    }
}
