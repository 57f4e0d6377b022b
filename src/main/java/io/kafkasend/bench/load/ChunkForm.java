package io.kafkasend.bench.load;

import io.kafkasend.client.Frames;
import io.kafkasend.client.Request;
import io.kafkasend.dev.sample.BulkBody;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.codec.MessageWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Chunks in JSON or as binary frames, compressed or not.
 *
 * @param compression null for none
 */
record ChunkForm(
        String suffix,
        String title,
        BulkBody content,
        boolean frames,
        ContentEncoding compression,
        Double bar,
        Double aim,
        Double oneRecordBar,
        Double oneRecordAim)
        implements WireForm {
    private static final MessageWriter WRITER = new MessageWriter();

    /** The form that every peer knows. */
    static ChunkForm base64Json() {
        return new ChunkForm("", "base64 JSON", BulkBody.RANDOM, false, null, 1.5, 1.2, null, null);
    }

    /** Both ways as they are. */
    static ChunkForm binaryFrames() {
        return new ChunkForm("-binary", "binary frames", BulkBody.RANDOM, true, null, 1.6, 1.25, 1.0, 0.6);
    }

    /** Binary frames, compressed. */
    static ChunkForm zstd() {
        return new ChunkForm(
                "-zstd",
                "zstd in binary frames, log lines",
                BulkBody.COMPRESSIBLE,
                true,
                ContentEncoding.ZSTD,
                null,
                null,
                null,
                null);
    }

    /** The same where there is nothing to compress. */
    static ChunkForm zstdOfRandom() {
        return new ChunkForm(
                "-zstd-random",
                "zstd in binary frames, random bytes",
                BulkBody.RANDOM,
                true,
                ContentEncoding.ZSTD,
                null,
                null,
                null,
                null);
    }

    @Override
    public Request.Builder ask(Request.Builder request) {
        return request.frames(frames ? Frames.REQUEST_AND_ANSWER : Frames.NONE).compression(compression);
    }

    @Override
    public List<byte[]> requestValues(JobId job, String endpoint, byte[] body) {
        BodyDigest digest = digest(body);
        List<byte[]> chunks = chunks(body);
        List<byte[]> values = new ArrayList<>(chunks.size() + 1);
        values.add(WRITER.write(RequestStart.builder(job, chunks.size(), Method.POST, endpoint)
                .contentType("application/octet-stream")
                .crc32(digest.crc32())
                .totalBytes(digest.bytes())
                .timeoutSeconds(300)
                .build()));
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            byte[] data = chunks.get(chunk);
            values.add(frames ? data : WRITER.requestChunk(job, chunk, chunks.size(), data));
        }
        return values;
    }

    @Override
    public List<byte[]> responseValues(JobId job, byte[] body) {
        BodyDigest digest = digest(body);
        List<byte[]> chunks = chunks(body);
        List<byte[]> values = new ArrayList<>(chunks.size() + 1);
        values.add(WRITER.write(new ResponseStart(
                job,
                null,
                200,
                Map.of("Content-Type", "application/octet-stream"),
                false,
                null,
                digest.bytes(),
                null)));
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            boolean last = chunk == chunks.size() - 1;
            byte[] data = chunks.get(chunk);
            values.add(
                    frames
                            ? data
                            : WRITER.binaryChunk(
                                    job,
                                    chunk,
                                    last ? (Integer) chunks.size() : null,
                                    last ? (Long) digest.crc32() : null,
                                    null,
                                    data));
        }
        return values;
    }

    private List<byte[]> chunks(byte[] body) {
        int most = frames ? Limits.FRAME_BYTES : Limits.CHUNK_BYTES;
        boolean compressed = compression != null && compression.pays(body);
        List<byte[]> chunks = new ArrayList<>();
        for (int from = 0; from < body.length; from += most) {
            byte[] data = Arrays.copyOfRange(body, from, Math.min(body.length, from + most));
            chunks.add(compressed ? compression.encode(data) : data);
        }
        return chunks;
    }

    private static BodyDigest digest(byte[] body) {
        BodyDigest digest = new BodyDigest(false);
        digest.update(body, 0, body.length);
        return digest;
    }
}
