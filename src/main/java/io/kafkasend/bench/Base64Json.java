package io.kafkasend.bench;

import io.kafkasend.client.Request;
import io.kafkasend.dev.BulkBody;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.MessageWriter;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseStart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The form that every peer knows: base64 in JSON. */
final class Base64Json implements WireForm {
    private final MessageWriter writer = new MessageWriter();

    @Override
    public String suffix() {
        return "";
    }

    @Override
    public String title() {
        return "base64 JSON";
    }

    @Override
    public Double bar() {
        return 1.5;
    }

    @Override
    public Double aim() {
        return 1.2;
    }

    @Override
    public Double oneRecordBar() {
        return null;
    }

    @Override
    public Double oneRecordAim() {
        return null;
    }

    @Override
    public BulkBody content() {
        return BulkBody.RANDOM;
    }

    @Override
    public Request.Builder ask(Request.Builder request) {
        return request;
    }

    @Override
    public List<byte[]> requestValues(JobId job, String endpoint, byte[] body) {
        BodyDigest digest = digest(body);
        int chunks = (int) Limits.chunksFor(body.length);
        List<byte[]> values = new ArrayList<>(chunks + 1);
        values.add(writer.write(new RequestStart(
                job,
                chunks,
                Method.POST,
                endpoint,
                Map.of(),
                null,
                "application/octet-stream",
                digest.crc32(),
                digest.bytes(),
                digest.sha256(),
                300)));
        for (int chunk = 0; chunk < chunks; chunk++) {
            values.add(writer.requestChunk(job, chunk, chunks, slice(body, chunk)));
        }
        return values;
    }

    @Override
    public List<byte[]> responseValues(JobId job, byte[] body) {
        BodyDigest digest = digest(body);
        int chunks = (int) Limits.chunksFor(body.length);
        List<byte[]> values = new ArrayList<>(chunks + 1);
        values.add(writer.write(new ResponseStart(
                job,
                null,
                200,
                Map.of("Content-Type", "application/octet-stream"),
                false,
                null,
                digest.bytes(),
                null)));
        for (int chunk = 0; chunk < chunks; chunk++) {
            boolean last = chunk == chunks - 1;
            values.add(writer.binaryChunk(
                    job,
                    chunk,
                    last ? (Integer) chunks : null,
                    last ? (Long) digest.crc32() : null,
                    last ? digest.sha256() : null,
                    slice(body, chunk)));
        }
        return values;
    }

    private static byte[] slice(byte[] body, int chunk) {
        int from = chunk * Limits.CHUNK_BYTES;
        return Arrays.copyOfRange(body, from, Math.min(body.length, from + Limits.CHUNK_BYTES));
    }

    private static BodyDigest digest(byte[] body) {
        BodyDigest digest = new BodyDigest(true);
        digest.update(body, 0, body.length);
        return digest;
    }
}
