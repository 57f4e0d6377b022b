package io.kafkasend.portal.failure;

import java.io.IOException;

/** A call that the portal ended, because its job ended or its client would wait no longer: it says nothing of the API. */
public final class CallEndedException extends IOException {
    public CallEndedException(IOException cause) {
        super(cause);
    }

    public CallEndedException() {
        super("the job has ended");
    }
}
