package io.kafkasend.protocol;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.Native;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * How a job's chunks are compressed: each on its own, before base64 or as a frame's value. What comes out of one is at most
 * {@link Limits#DECODED_BYTES}, whatever goes in. Thread-safe.
 */
public enum ContentEncoding {
    /** RFC 1952, for peers that have nothing else. */
    GZIP("gzip") {
        @Override
        public byte[] encode(byte[] data) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(data.length / 2 + 64);
            try (GZIPOutputStream gzip = new FastGzip(out)) {
                gzip.write(data);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return out.toByteArray();
        }

        @Override
        byte[] decodeAtMost(byte[] data, int limit) throws IOException {
            try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(data))) {
                return gzip.readNBytes(limit + 1);
            }
        }
    },

    /** RFC 8878; several times as fast as gzip. */
    ZSTD("zstd") {
        @Override
        public byte[] encode(byte[] data) {
            return Zstd.compress(data);
        }

        /** Straight into the array, so that no window is allocated, however large the one that the frame asks for. */
        @Override
        byte[] decodeAtMost(byte[] data, int limit) throws IOException {
            if (data.length == 0) {
                throw new IOException("no frame");
            }
            long announced = Zstd.getFrameContentSize(data);
            byte[] decoded = announced > 0 && announced <= limit ? inflate(data, (int) announced) : null;
            if (decoded == null) {
                decoded = inflate(data, limit + 1); // of unknown length, too long, or of several frames
            }
            return decoded == null ? new byte[limit + 1] : decoded;
        }

        /** What comes out; null where it is more than there is room for. */
        private byte[] inflate(byte[] data, int room) throws IOException {
            byte[] into = new byte[room];
            try {
                int length = (int) Zstd.decompressByteArray(into, 0, room, data, 0, data.length);
                return length == room ? into : Arrays.copyOf(into, length);
            } catch (ZstdException e) {
                if (e.getErrorCode() == Zstd.errDstSizeTooSmall()) {
                    return null;
                }
                throw new IOException(e);
            }
        }

        @Override
        public boolean usable() {
            try {
                Native.load();
                return true;
            } catch (LinkageError e) {
                return false; // no library for this platform, or no place to put it
            }
        }
    };

    /** How many of a body's first bytes tell whether it shrinks. */
    public static final int SAMPLE_BYTES = 64 * 1024;

    /** Below this, a record's own bytes weigh more than what can be saved. */
    private static final int LEAST_BYTES = 1_024;

    private final String token;

    ContentEncoding(String token) {
        this.token = token;
    }

    /** The encoding of this name on the wire. */
    public static Optional<ContentEncoding> named(String token) {
        return Arrays.stream(values())
                .filter(encoding -> encoding.token.equals(token))
                .findFirst();
    }

    /** Its name on the wire. */
    public String token() {
        return token;
    }

    /** Whether this machine can do it; zstd needs a native library, which unpacks itself into {@code java.io.tmpdir}. */
    public boolean usable() {
        return true;
    }

    /**
     * Whether it pays to compress a body: whether its first bytes shrink by a tenth at least, since decoding takes time, too.
     *
     * @param first bytes, of which {@link #SAMPLE_BYTES} are looked at
     */
    public boolean pays(byte[] first) {
        byte[] sample = first.length > SAMPLE_BYTES ? Arrays.copyOf(first, SAMPLE_BYTES) : first;
        return sample.length >= LEAST_BYTES && encode(sample).length <= sample.length / 10 * 9;
    }

    /** Compresses a chunk. */
    public abstract byte[] encode(byte[] data);

    /**
     * Gives a chunk back.
     *
     * @param jobId the chunk's, for the failure
     * @throws ProtocolException for what is not so encoded, or would be more than {@link Limits#DECODED_BYTES}
     */
    public byte[] decode(JobId jobId, byte[] data) throws ProtocolException {
        byte[] decoded;
        try {
            decoded = decodeAtMost(data, Limits.DECODED_BYTES);
        } catch (IOException e) {
            throw new ProtocolException(ErrorCode.INVALID_ENCODING, jobId, "a CHUNK's data is not " + token);
        }
        if (decoded.length > Limits.DECODED_BYTES) {
            throw new ProtocolException(
                    ErrorCode.CHUNK_TOO_LARGE,
                    jobId,
                    "a CHUNK has more than " + Limits.DECODED_BYTES + " bytes once it is decoded");
        }
        return decoded;
    }

    /** The bytes, up to one more than the limit. */
    abstract byte[] decodeAtMost(byte[] data, int limit) throws IOException;

    /** At its fastest, since a chunk on its way is not kept. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(ByteArrayOutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
