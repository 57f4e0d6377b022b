package io.kafkasend.portal.call;

import io.kafkasend.portal.failure.CallFailure;
import io.kafkasend.portal.job.Job;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One request to the API, from its begin to the head of its answer. Immutable.
 *
 * @param job for whom
 * @param status the answer's; empty where none came
 * @param failure why none came; empty where one did
 * @param lasted how long that took
 * @param sight what it has shown of the API's health; empty where it says nothing of it
 */
public record ApiAttempt(
        Job job, OptionalInt status, Optional<Throwable> failure, Duration lasted, Optional<ApiSight> sight) {
    private static final int LEAST_ERROR = 400;

    /** How it failed, for measures and traces: by its status, or as a word; empty where it did not. */
    public Optional<String> errorType() {
        if (status.isPresent()) {
            return status.getAsInt() < LEAST_ERROR
                    ? Optional.empty()
                    : Optional.of(Integer.toString(status.getAsInt()));
        }
        Throwable why = failure.orElse(null);
        if (CallFailure.isTimeout(why)) {
            return Optional.of("timeout");
        }
        return Optional.of(CallFailure.isConnect(why) ? "connect" : "broken");
    }
}
