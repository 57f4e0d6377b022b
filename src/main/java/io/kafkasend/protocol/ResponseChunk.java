package io.kafkasend.protocol;

import java.util.Arrays;
import java.util.Objects;

/**
 * A piece of an answer's body, as it stands on the wire: whether {@code data} is text or base64, START says. Do not change
 * the array after it is handed over.
 *
 * @param jobId the correlation id
 * @param sequence the place in the body, 0-based
 * @param totalChunks the total, when the sender knows it; or null
 * @param crc32 CRC-32 of the whole raw body, on the last CHUNK of a streamed one; or null
 * @param sha256 likewise
 * @param data the {@code data} string in UTF-8
 */
public record ResponseChunk(JobId jobId, int sequence, Integer totalChunks, Long crc32, String sha256, byte[] data)
        implements ResponseMessage {
    @Override
    public boolean equals(Object other) {
        return other instanceof ResponseChunk chunk
                && jobId.equals(chunk.jobId)
                && sequence == chunk.sequence
                && Objects.equals(totalChunks, chunk.totalChunks)
                && Objects.equals(crc32, chunk.crc32)
                && Objects.equals(sha256, chunk.sha256)
                && Arrays.equals(data, chunk.data);
    }

    @Override
    public int hashCode() {
        return 31 * jobId.hashCode() + sequence;
    }

    @Override
    public String toString() {
        return "CHUNK " + jobId + " #" + sequence + ", " + data.length + " characters";
    }
}
