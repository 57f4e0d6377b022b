package io.kafkasend.portal.failure;

import java.io.IOException;

/** A body could not be kept on disk, or not be read from it. Carries no stack trace of its own. */
public final class SpoolException extends Exception {
    /**
     * @param cause what the disk said
     */
    public SpoolException(IOException cause) {
        super(cause.toString(), cause, false, false);
    }
}
