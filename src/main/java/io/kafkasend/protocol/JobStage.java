package io.kafkasend.protocol;

import java.util.Locale;
import java.util.Optional;

/** How far a portal says that a job is, in a {@link ResponseStatus}. A job goes through its stages in this order, and may leave some out. */
public enum JobStage {
    /** A portal has taken START; chunks of the body are still to come. */
    ACCEPTED,
    /** The request is whole, and waits for its turn. */
    WAITING,
    /** A token is got and the API is asked, as often as it takes, with the waits in between. */
    CALLING,
    /** The API has begun to answer. */
    ANSWERING;

    /** Its name in messages. */
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The stage that is so named in messages; empty for one of a later version, which readers ignore. */
    public static Optional<JobStage> named(String token) {
        for (JobStage stage : values()) {
            if (stage.token().equals(token)) {
                return Optional.of(stage);
            }
        }
        return Optional.empty();
    }
}
