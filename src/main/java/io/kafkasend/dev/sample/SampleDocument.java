package io.kafkasend.dev.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * A document of the sample API, made while it is read: the same bytes for a name on every machine, not compressible
 * (SplitMix64, seeded with the SHA-256 of the name). Not thread-safe.
 */
public final class SampleDocument extends InputStream {

    private long state;
    private long word;
    private int bytesInWord;
    private long remaining;

    /**
     * A document from its begin.
     *
     * @param name its name, not percent-encoded
     * @param size how many bytes, 0 or more
     * @throws IllegalArgumentException if the size is negative
     */
    public SampleDocument(String name, long size) {
        if (size < 0) {
            throw new IllegalArgumentException("size must be 0 or more, not " + size);
        }
        for (byte b : Sha256.begin().digest(name.getBytes(StandardCharsets.UTF_8))) {
            state = state * 31 + b;
        }
        remaining = size;
    }

    /**
     * The hash of a document.
     *
     * @param name its name, not percent-encoded
     * @param size how many bytes, 0 or more
     * @return its SHA-256, in lower-case hexadecimal
     */
    public static String sha256(String name, long size) {
        MessageDigest digest = Sha256.begin();
        try (InputStream document = new SampleDocument(name, size);
                OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            document.transferTo(sink);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return Sha256.hex(digest);
    }

    @Override
    public int read() {
        if (remaining == 0) {
            return -1;
        }
        remaining--;
        return nextByte() & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        if (remaining == 0) {
            return -1;
        }
        int count = (int) Math.min(length, remaining);
        for (int i = offset; i < offset + count; i++) {
            bytes[i] = nextByte();
        }
        remaining -= count;
        return count;
    }

    private byte nextByte() {
        if (bytesInWord == 0) {
            state += 0x9E3779B97F4A7C15L;
            long z = state;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            word = z ^ (z >>> 31);
            bytesInWord = 8;
        }
        byte next = (byte) word;
        word >>>= 8;
        bytesInWord--;
        return next;
    }
}
