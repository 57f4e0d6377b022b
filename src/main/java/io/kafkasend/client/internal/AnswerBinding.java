package io.kafkasend.client.internal;

import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseMessage;
import java.util.Optional;

/**
 * Which records of an answer topic are of one job: those that carry the {@link RequestDigest} of its own START. A portal of
 * before the digest sends none, and what it sends is taken as long as no record with the digest has come. Whoever knows the
 * job's id, and may ask the portal for something else under it, gets answers that carry another digest. Thread-safe.
 */
public final class AnswerBinding {
    private String digest;
    private boolean open;
    private boolean proven;
    private String refused;

    /**
     * Says which START was sent. Before, no record is of the job.
     *
     * @param sent null where that is not known: the first digest that comes is taken for it
     */
    public synchronized void bindTo(String sent) {
        digest = sent;
        open = sent == null;
    }

    /** Whether START is being sent, or was. */
    public synchronized boolean bound() {
        return digest != null;
    }

    /** Whether a message is of this job; to be asked once for each. */
    public synchronized boolean takes(ResponseMessage message) {
        if (takes(message.request())) {
            return true;
        }
        refused = message instanceof ResponseError error && RequestDigest.NONE.equals(error.request())
                ? "an ERROR came about a record whose START its portal does not know (" + error.code() + ")"
                : "answers to another request under this id came";
        return false;
    }

    /**
     * Likewise, where no more is known of the message.
     *
     * @param request the digest that it carries; null for none
     */
    public synchronized boolean takes(String request) {
        if (request == null) {
            return !proven;
        }
        if (open && !RequestDigest.NONE.equals(request)) {
            bindTo(request);
        }
        boolean own = request.equals(digest);
        proven |= own;
        return own;
    }

    /** Whether a record came that carries this START's digest, as those of portals since it was introduced do. */
    public synchronized boolean proven() {
        return proven;
    }

    /** What was not taken last, for the line that says that no answer came; empty where everything was. */
    public synchronized Optional<String> refused() {
        return Optional.ofNullable(refused);
    }
}
