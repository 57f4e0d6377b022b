package io.kafkasend.protocol;

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
 * @param request the {@link RequestDigest} of the START that is answered; null from an old portal
 * @param piece the frame's bytes, or the {@code data} string in UTF-8
 */
public record ResponseChunk(
        JobId jobId,
        int sequence,
        Integer totalChunks,
        Long crc32,
        String sha256,
        boolean frame,
        String request,
        ByteSlice piece)
        implements ResponseMessage {
    /** A CHUNK whose piece fills an array, of a portal that does not say which request it answers. */
    public ResponseChunk(
            JobId jobId, int sequence, Integer totalChunks, Long crc32, String sha256, boolean frame, byte[] data) {
        this(jobId, sequence, totalChunks, crc32, sha256, frame, null, ByteSlice.of(data));
    }

    /** A CHUNK in JSON whose text fills an array. */
    public ResponseChunk(JobId jobId, int sequence, Integer totalChunks, Long crc32, String sha256, byte[] data) {
        this(jobId, sequence, totalChunks, crc32, sha256, false, data);
    }

    /** The piece in an array of its own; that of the record where the piece fills it. */
    public byte[] data() {
        return piece.toArray();
    }

    @Override
    public String toString() {
        return "CHUNK " + jobId + " #" + sequence + ", " + piece.length() + (frame ? " bytes" : " characters");
    }
}
