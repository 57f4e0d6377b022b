package io.kafkasend.bench.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.protocol.BodyDigest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Takes an answer's body: its digest, and its begin. Written by one thread, read once it is whole. */
final class BodySink extends OutputStream {
    private static final int KEPT = 64 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BodyDigest digest = new BodyDigest(true);
    private final ByteArrayOutputStream begin = new ByteArrayOutputStream();
    private String sha256;

    @Override
    public synchronized void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] data, int from, int length) {
        digest.update(data, from, length);
        begin.write(data, from, Math.min(length, KEPT - begin.size()));
    }

    /** How many bytes came. */
    synchronized long bytes() {
        return digest.bytes();
    }

    /** The SHA-256 of all, in lower-case hexadecimal. */
    synchronized String sha256() {
        if (sha256 == null) {
            sha256 = digest.sha256();
        }
        return sha256;
    }

    /** The first 64 KiB as JSON. */
    synchronized JsonNode json() throws IOException {
        return JSON.readTree(begin.toByteArray());
    }
}
