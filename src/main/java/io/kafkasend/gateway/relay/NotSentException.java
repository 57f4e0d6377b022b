package io.kafkasend.gateway.relay;

import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.gateway.stored.StoredJob;
import java.util.Optional;

/** A request that is not sent: another job holds its slot, or that cannot be said. */
final class NotSentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient StoredJob holder;

    NotSentException(StoredJob holder) {
        super("another request under this key is the job");
        this.holder = holder;
    }

    NotSentException(RefusedException reason) {
        super(reason.getMessage(), reason);
        this.holder = null;
    }

    /** Why it cannot be said. */
    RefusedException refusal() {
        return (RefusedException) getCause();
    }

    /** The job that holds the slot; empty where that cannot be said, of which the cause says why. */
    Optional<StoredJob> holder() {
        return Optional.ofNullable(holder);
    }
}
