package io.kafkasend.portal.respond;

import io.kafkasend.portal.failure.AnswerException;
import io.kafkasend.protocol.BodyDigest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** An answer's body in pieces of a chunk's size, read one ahead of need; counts and digests them. Not thread-safe. */
final class AnswerBytes implements Iterator<byte[]> {
    /** What is read before room for a whole chunk is made. */
    private static final int SMALL_BYTES = 8_192;

    private final InputStream body;
    private final int bytes;
    private final BodyDigest digest;
    private byte[] ahead;

    /**
     * Reads the first piece.
     *
     * @param bytes the most that a piece has
     * @throws AnswerException when the body ends before its end, as {@link #next} does
     */
    AnswerBytes(InputStream body, int bytes, boolean withSha256) throws AnswerException {
        this.body = body;
        this.bytes = bytes;
        this.digest = new BodyDigest(withSha256);
        this.ahead = read();
    }

    @Override
    public boolean hasNext() {
        return ahead.length > 0;
    }

    @Override
    public byte[] next() {
        if (ahead.length == 0) {
            throw new NoSuchElementException();
        }
        byte[] piece = ahead;
        digest.update(piece);
        ahead = read();
        return piece;
    }

    /** Of the pieces that were taken. */
    BodyDigest digest() {
        return digest;
    }

    private byte[] read() throws AnswerException {
        try {
            return readPiece();
        } catch (IOException e) {
            throw new AnswerException(e);
        }
    }

    /** Most answers are small, and those that are not are read into the array that stays. */
    private byte[] readPiece() throws IOException {
        byte[] small = body.readNBytes(SMALL_BYTES);
        if (small.length < SMALL_BYTES) {
            return small;
        }
        byte[] piece = Arrays.copyOf(small, bytes);
        int length = SMALL_BYTES + body.readNBytes(piece, SMALL_BYTES, piece.length - SMALL_BYTES);
        return length == piece.length ? piece : Arrays.copyOf(piece, length);
    }
}
