package io.kafkasend.client;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.internal.BegunRequest;
import io.kafkasend.client.internal.StateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Where is kept what it takes to go on with a request whose client was ended midway: {@link Request.Builder#resumable}. Whoever reads
 * it can add to the job and cancel it, and sees the request's headers. Called on the client's threads, for one request at a time.
 */
public abstract class UploadState {
    /** Nothing is kept. */
    static final UploadState NONE = new Nowhere();

    /** For whoever keeps it elsewhere than in a file. */
    protected UploadState() {}

    /** Whether anything is kept. */
    final boolean keeps() {
        return this != NONE;
    }

    /**
     * In a file that only its owner may read and write (POSIX mode 600), in a directory that is made where it is not there. The file
     * is locked from {@link #read} to {@link #release}, so that no two processes send the same job; it is gone when the job is over.
     */
    public static UploadState file(Path file) {
        StateFile at = new StateFile(Objects.requireNonNull(file, "file"));
        return new UploadState() {
            @Override
            public Optional<String> read() throws IOException {
                return at.read();
            }

            @Override
            public void write(String state) throws IOException {
                at.write(state);
            }

            @Override
            public void clear() throws IOException {
                at.clear();
            }

            @Override
            public void release() {
                at.release();
            }

            @Override
            public String toString() {
                return at.toString();
            }
        };
    }

    /**
     * What was kept last; empty where nothing was, or its job is over. Asked once for each request, before anything else.
     *
     * @throws IOException when it cannot be read, or another process goes on with it; its message is shown to a user
     */
    public abstract Optional<String> read() throws IOException;

    /**
     * Keeps it in place of what there is, before anything of the job is sent.
     *
     * @param state some kilobytes of JSON, which only {@link #read} is to give back
     * @throws IOException when it cannot be kept, upon which nothing is sent
     */
    public abstract void write(String state) throws IOException;

    /** The job has an outcome: there is nothing to go on with. */
    public abstract void clear() throws IOException;

    /** The request has ended, whether or not its job has an outcome. Default: nothing. */
    public void release() {}

    /**
     * The job that was begun, to be gone on with; empty where there is none, or its time is over.
     *
     * @param requestTopic where the client sends
     * @throws ClientException of kind SETTINGS where that cannot be said, or it was begun elsewhere
     */
    final Optional<BegunRequest> begun(String requestTopic) {
        Optional<BegunRequest> begun;
        try {
            begun = read().flatMap(BegunRequest::read);
        } catch (IOException | RuntimeException e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new ClientException(Kind.SETTINGS, "cannot go on with " + this + ": " + reason, e);
        }
        if (begun.isPresent() && !begun.get().requestTopic().equals(requestTopic)) {
            throw new ClientException(
                    Kind.SETTINGS,
                    "job " + begun.get().jobId() + " was begun on topic "
                            + begun.get().requestTopic() + ", and not on " + requestTopic
                            + "; send it there, or remove "
                            + this);
        }
        return begun.filter(job -> !job.over(Instant.now()));
    }

    /** A job has ended: with its answer, or by that. Where the portal has not ended it, it can be gone on with. */
    final void jobEnded(Throwable failure) {
        if (failure == null || failure instanceof JobFailedException) {
            try {
                clear();
            } catch (IOException | RuntimeException e) {
                LoggerFactory.getLogger(UploadState.class).warn("Cannot remove {}: {}", this, e.toString());
            }
        }
    }

    /** The request has ended. */
    final void ended() {
        try {
            release();
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(UploadState.class).warn("Cannot let go of {}: {}", this, e.toString());
        }
    }

    /** For requests that are not gone on with. */
    private static final class Nowhere extends UploadState {
        @Override
        public Optional<String> read() {
            return Optional.empty();
        }

        @Override
        public void write(String state) {}

        @Override
        public void clear() {}
    }
}
