package io.kafkasend.outbox;

import java.time.Duration;

/** A file cannot go on now, and is taken up again after a while; nothing of it is lost. */
public final class NotNowException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Duration least;

    /**
     * @param reason one line
     * @param least before that it is of no use; zero where nobody says
     * @param cause for the log; or null
     */
    NotNowException(String reason, Duration least, Throwable cause) {
        super(reason, cause);
        this.least = least;
    }

    NotNowException(String reason, Throwable cause) {
        this(reason, Duration.ZERO, cause);
    }

    Duration least() {
        return least;
    }
}
