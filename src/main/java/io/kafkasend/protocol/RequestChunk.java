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
 * @param request the {@link RequestDigest} of the START that it belongs to; null where it does not say
 * @param data the body's bytes, compressed where START says so
 */
public record RequestChunk(JobId jobId, int sequence, Integer totalChunks, boolean frame, String request, byte[] data)
        implements RequestMessage {
    /** A CHUNK that does not say which START it belongs to. */
    public RequestChunk(JobId jobId, int sequence, Integer totalChunks, boolean frame, byte[] data) {
        this(jobId, sequence, totalChunks, frame, null, data);
    }

    /** A CHUNK in JSON that does not say which START it belongs to. */
    public RequestChunk(JobId jobId, int sequence, Integer totalChunks, byte[] data) {
        this(jobId, sequence, totalChunks, false, data);
    }

    /** This CHUNK with other bytes. */
    public RequestChunk with(byte[] other) {
        return new RequestChunk(jobId, sequence, totalChunks, frame, request, other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RequestChunk chunk
                && jobId.equals(chunk.jobId)
                && sequence == chunk.sequence
                && Objects.equals(totalChunks, chunk.totalChunks)
                && frame == chunk.frame
                && Objects.equals(request, chunk.request)
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
