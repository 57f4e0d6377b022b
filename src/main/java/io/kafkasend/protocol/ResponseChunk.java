package io.kafkasend.protocol;

import java.util.Arrays;
import java.util.Objects;

/**
 * A piece of an answer's body, as it stands on the wire: a frame's bytes, or else text or base64, as START says. It lies in
 * the record's value, of which no copy is made. Do not change the array after it is handed over.
 *
 * @param jobId the correlation id
 * @param sequence the place in the body, 0-based
 * @param totalChunks the total, when the sender knows it; or null
 * @param crc32 CRC-32 of the whole raw body, on the last CHUNK of a streamed one; or null
 * @param sha256 likewise
 * @param frame whether it came as a binary frame
 * @param value holds the frame's bytes, or the {@code data} string in UTF-8
 * @param from where they begin
 * @param length how many they are
 */
public record ResponseChunk(
        JobId jobId,
        int sequence,
        Integer totalChunks,
        Long crc32,
        String sha256,
        boolean frame,
        byte[] value,
        int from,
        int length)
        implements ResponseMessage {
    /** A CHUNK whose piece fills an array. */
    public ResponseChunk(
            JobId jobId, int sequence, Integer totalChunks, Long crc32, String sha256, boolean frame, byte[] data) {
        this(jobId, sequence, totalChunks, crc32, sha256, frame, data, 0, data.length);
    }

    /** A CHUNK in JSON whose text fills an array. */
    public ResponseChunk(JobId jobId, int sequence, Integer totalChunks, Long crc32, String sha256, byte[] data) {
        this(jobId, sequence, totalChunks, crc32, sha256, false, data);
    }

    /** The piece in an array of its own; that of the record where the piece fills it. */
    public byte[] data() {
        return length == value.length ? value : Arrays.copyOfRange(value, from, from + length);
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
                && Arrays.equals(value, from, from + length, chunk.value, chunk.from, chunk.from + chunk.length);
    }

    @Override
    public int hashCode() {
        return 31 * jobId.hashCode() + sequence;
    }

    @Override
    public String toString() {
        return "CHUNK " + jobId + " #" + sequence + ", " + length + (frame ? " bytes" : " characters");
    }
}
