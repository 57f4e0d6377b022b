package io.kafkasend.protocol;

import java.util.Arrays;
import java.util.Objects;

/**
 * A piece of an answer's body, as it stands on the wire: a frame's bytes, or else text or base64, as START says. Do not
 * change the array after it is handed over.
 *
 * @param jobId the correlation id
 * @param sequence the place in the body, 0-based
 * @param totalChunks the total, when the sender knows it; or null
 * @param crc32 CRC-32 of the whole raw body, on the last CHUNK of a streamed one; or null
 * @param sha256 likewise
 * @param frame whether it came as a binary frame
 * @param data the frame's bytes, or the {@code data} string in UTF-8
 */
public record ResponseChunk(
        JobId jobId, int sequence, Integer totalChunks, Long crc32, String sha256, boolean frame, byte[] data)
        implements ResponseMessage {
    /** A CHUNK in JSON. */
    public ResponseChunk(JobId jobId, int sequence, Integer totalChunks, Long crc32, String sha256, byte[] data) {
        this(jobId, sequence, totalChunks, crc32, sha256, false, data);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResponseChunk chunk
                && jobId.equals(chunk.jobId)
                && sequence == chunk.sequence
                && Objects.equals(totalChunks, chunk.totalChunks)
                && Objects.equals(crc32, chunk.crc32)
                && Objects.equals(sha256, chunk.sha256)
                && frame == chunk.frame
                && Arrays.equals(data, chunk.data);
    }

    @Override
    public int hashCode() {
        return 31 * jobId.hashCode() + sequence;
    }

    @Override
    public String toString() {
        return "CHUNK " + jobId + " #" + sequence + ", " + data.length + (frame ? " bytes" : " characters");
    }
}
