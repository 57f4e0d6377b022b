package io.kafkasend.protocol;

import java.util.Arrays;
import java.util.Objects;

/**
 * A piece of a request's body. Do not change the array after it is handed over.
 *
 * @param jobId the correlation id
 * @param sequence the place in the body, 0-based
 * @param totalChunks what the sender believes the total to be; or null
 * @param frame whether it came as a binary frame
 * @param data the body's bytes, compressed where START says so
 */
public record RequestChunk(JobId jobId, int sequence, Integer totalChunks, boolean frame, byte[] data)
        implements RequestMessage {
    /** A CHUNK in JSON. */
    public RequestChunk(JobId jobId, int sequence, Integer totalChunks, byte[] data) {
        this(jobId, sequence, totalChunks, false, data);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RequestChunk chunk
                && jobId.equals(chunk.jobId)
                && sequence == chunk.sequence
                && Objects.equals(totalChunks, chunk.totalChunks)
                && frame == chunk.frame
                && Arrays.equals(data, chunk.data);
    }

    @Override
    public int hashCode() {
        return 31 * jobId.hashCode() + sequence;
    }

    @Override
    public String toString() {
        return "CHUNK " + jobId + " #" + sequence + ", " + data.length + " bytes";
    }
}
