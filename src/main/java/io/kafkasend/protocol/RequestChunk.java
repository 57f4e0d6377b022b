package io.kafkasend.protocol;

import java.util.Arrays;
import java.util.Objects;

/**
 * A piece of a request's body. Do not change the array after it is handed over.
 *
 * @param jobId the correlation id
 * @param sequence the place in the body, 0-based
 * @param totalChunks what the sender believes the total to be; or null
 * @param data the body's bytes, decoded
 */
public record RequestChunk(JobId jobId, int sequence, Integer totalChunks, byte[] data) implements RequestMessage {
    @Override
    public boolean equals(Object other) {
        return other instanceof RequestChunk chunk
                && jobId.equals(chunk.jobId)
                && sequence == chunk.sequence
                && Objects.equals(totalChunks, chunk.totalChunks)
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
