package io.kafkasend.portal.respond;

import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Transfer;
import io.kafkasend.protocol.codec.FrameHeaders;
import io.kafkasend.protocol.codec.MessageWriter;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How one answer's bytes become CHUNKs: as binary frames where its client reads them, else as base64; compressed where the
 * client reads that and it pays. Thread-safe.
 */
final class AnswerForm {
    /** Of what is not compressed once more. */
    private static final Pattern COMPRESSED = Pattern.compile(
            "(?:image|video|audio)/(?!.*\\+xml).*|application/.*(?:zip|zstd|7z|rar|bz|xz|br|openxml).*");

    private final MessageWriter writer;
    private final JobId jobId;
    private final String request;
    private final boolean frames;
    private final ContentEncoding encoding;

    private AnswerForm(MessageWriter writer, JobId jobId, String request, boolean frames, ContentEncoding encoding) {
        this.writer = writer;
        this.jobId = jobId;
        this.request = request;
        this.frames = frames;
        this.encoding = encoding;
    }

    /**
     * The form that every client reads, unless its START says that it reads another.
     *
     * @param request the {@link io.kafkasend.protocol.RequestDigest} that every CHUNK carries
     */
    static AnswerForm of(MessageWriter writer, JobId jobId, String request, Transfer transfer) {
        return new AnswerForm(writer, jobId, request, transfer.readsFrames(), null);
    }

    /**
     * This form, compressed if that pays.
     *
     * @param readable what the client reads
     * @param type the answer's media type; or null
     * @param first the first bytes of the body
     */
    AnswerForm compressed(Set<ContentEncoding> readable, String type, byte[] first) {
        boolean worthATry = type == null
                || !COMPRESSED.matcher(type.toLowerCase(Locale.ROOT)).matches();
        ContentEncoding best = readable.contains(ContentEncoding.ZSTD) && ContentEncoding.ZSTD.usable()
                ? ContentEncoding.ZSTD
                : readable.contains(ContentEncoding.GZIP) ? ContentEncoding.GZIP : null;
        return best != null && worthATry && best.pays(first)
                ? new AnswerForm(writer, jobId, request, frames, best)
                : this;
    }

    /** How many of the body's bytes a CHUNK holds. */
    int chunkBytes() {
        return frames ? Limits.FRAME_BYTES : Limits.CHUNK_BYTES;
    }

    boolean frames() {
        return frames;
    }

    /** How the chunks are compressed; null for not at all. */
    ContentEncoding encoding() {
        return encoding;
    }

    /**
     * A CHUNK.
     *
     * @param totalChunks the total, or null while it is unknown
     * @param crc32 on the last CHUNK of a streamed body; else null
     * @param sha256 likewise
     */
    AnswerRecord chunk(int sequence, Integer totalChunks, Long crc32, String sha256, byte[] piece) {
        byte[] data = encoding == null ? piece : encoding.encode(piece);
        return frames
                ? new AnswerRecord(data, FrameHeaders.chunk(sequence, totalChunks, crc32, sha256, request))
                : AnswerRecord.json(writer.binaryChunk(jobId, sequence, totalChunks, crc32, sha256, request, data));
    }
}
