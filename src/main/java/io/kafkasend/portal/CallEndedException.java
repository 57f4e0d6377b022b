package io.kafkasend.portal;

import java.io.IOException;

/** A call that the portal ended, because its job ended or its client would wait no longer: it says nothing of the API. */
final class CallEndedException extends IOException {
    CallEndedException(IOException cause) {
        super(cause);
    }

    CallEndedException() {
        super("the job has ended");
    }
}
