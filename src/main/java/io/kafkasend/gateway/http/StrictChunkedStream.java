package io.kafkasend.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.apache.hc.core5.http.io.SessionInputBuffer;

/**
 * A body in chunks (RFC 9112 §7.1): a size in hexadecimal digits, CR and LF, and nothing that two parsers may read in two ways.
 * Extensions are refused, which nobody uses but who looks for such parsers. Trailers are read and dropped. Not thread-safe.
 */
final class StrictChunkedStream extends InputStream {
    private static final int MOST_DIGITS = 15;
    private static final int MOST_TRAILER_BYTES = 16 * 1024;

    private final SessionInputBuffer buffer;
    private final InputStream in;
    private long left;
    private boolean begun;
    private boolean atEnd;
    private boolean broken;
    private boolean trailers;

    StrictChunkedStream(SessionInputBuffer buffer, InputStream in) {
        this.buffer = buffer;
        this.in = in;
    }

    /** Whether there were trailers, once the end has come. */
    boolean hadTrailers() {
        return trailers;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
        Objects.checkFromIndexSize(at, length, to.length);
        if (broken) {
            throw new IOException("the body's chunks are malformed");
        }
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !atEnd) {
            next();
        }
        if (atEnd) {
            return -1;
        }
        int bytes = buffer.read(to, at, (int) Math.min(length, left), in);
        if (bytes < 0) {
            throw broken("it ended within a chunk");
        }
        left -= bytes;
        return bytes;
    }

    private void next() throws IOException {
        if (begun) {
            lineEnd(byteOf());
        }
        begun = true;
        long size = 0;
        int digits = 0;
        int read = byteOf();
        for (; Character.digit(read, 16) >= 0 && read < 0x80; read = byteOf()) {
            if (++digits > MOST_DIGITS) {
                throw broken("a chunk's size is too long");
            }
            size = size * 16 + Character.digit(read, 16);
        }
        if (digits == 0) {
            throw broken("a chunk has no size");
        }
        lineEnd(read);
        left = size;
        if (size == 0) {
            trailers();
            atEnd = true;
        }
    }

    private void trailers() throws IOException {
        for (int bytes = 0; ; ) {
            int read = byteOf();
            if (read == '\r') {
                lineEnd(read);
                return;
            }
            trailers = true;
            for (; read != '\r'; read = byteOf()) {
                if (read == '\n' || ++bytes > MOST_TRAILER_BYTES) {
                    throw broken("the trailers are malformed, or too long");
                }
            }
            lineEnd(read);
        }
    }

    private void lineEnd(int read) throws IOException {
        if (read != '\r' || byteOf() != '\n') {
            throw broken("a chunk's line does not end in CR and LF");
        }
    }

    private int byteOf() throws IOException {
        int read = buffer.read(in);
        if (read < 0) {
            throw broken("it ended before its last chunk");
        }
        return read;
    }

    private IOException broken(String why) {
        broken = true;
        return new IOException("the body's chunks are malformed: " + why);
    }
}
