package io.kafkasend.client.internal;

import io.kafkasend.protocol.ByteSlice;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Decodes one base64 text (RFC 4648 §4) that comes in slices cut anywhere: old portals cut it at 665,600 characters, whatever
 * that does to groups of four. Padding may stand at the very end only. Not thread-safe.
 *
 * <p>What is decoded is handed on in pieces small enough for the processor's nearest caches, all in one array: a new array
 * for each CHUNK would cost as much as the decoding.
 */
public final class Base64Stream {
    private static final int SLICE_BYTES = 6_144;
    private static final int SLICE_CHARS = SLICE_BYTES / 3 * 4;
    private static final int PIECE_BYTES = 10 * SLICE_BYTES;

    private final Base64.Decoder decoder = Base64.getDecoder();
    private final byte[] carry = new byte[4];
    private final byte[] text = new byte[SLICE_CHARS];
    private final byte[] decoded = new byte[SLICE_BYTES];
    private final byte[] piece = new byte[PIECE_BYTES];
    private int length;
    private int carried;
    private boolean padded;

    /** The text is no base64. */
    public static final class NotBase64Exception extends Exception {
        private static final long serialVersionUID = 1L;

        /**
         * @param message what is wrong with it, in a line
         */
        public NotBase64Exception(String message) {
            super(message);
        }
    }

    /** Takes what is decoded. */
    @FunctionalInterface
    public interface Pieces {
        /**
         * Takes the next bytes.
         *
         * @param bytes used again for the next ones
         * @param length how many of them count
         */
        void take(byte[] bytes, int length) throws IOException;
    }

    /**
     * Takes the next slice. Hands on the bytes of all whole groups so far.
     *
     * @throws NotBase64Exception when the text is no base64
     * @throws IOException when they are not taken
     */
    public void decode(ByteSlice next, Pieces pieces) throws NotBase64Exception, IOException {
        byte[] slice = next.array();
        int at = next.from();
        int end = at + next.length();
        if (carried > 0) {
            while (carried < carry.length && at < end) {
                carry[carried++] = slice[at++];
            }
            if (carried < carry.length) {
                return;
            }
            carried = 0;
            take(carry, pieces);
        }
        for (; end - at >= SLICE_CHARS; at += SLICE_CHARS) {
            System.arraycopy(slice, at, text, 0, SLICE_CHARS);
            take(text, pieces);
        }
        int whole = (end - at) / carry.length * carry.length;
        if (whole > 0) {
            take(Arrays.copyOfRange(slice, at, at + whole), pieces);
            at += whole;
        }
        while (at < end) {
            carry[carried++] = slice[at++];
        }
        handOn(pieces);
    }

    /**
     * The text has ended.
     *
     * @throws NotBase64Exception when it ended within a group of four
     */
    public void end() throws NotBase64Exception {
        if (carried > 0) {
            throw new NotBase64Exception("the base64 text ends within a group of four");
        }
    }

    private void take(byte[] groups, Pieces pieces) throws NotBase64Exception, IOException {
        if (padded) {
            throw new NotBase64Exception("the base64 text goes on after its padding");
        }
        int bytes = decode(groups);
        padded = bytes < groups.length / 4 * 3;
        if (length + bytes > PIECE_BYTES) {
            handOn(pieces);
        }
        System.arraycopy(decoded, 0, piece, length, bytes);
        length += bytes;
    }

    private int decode(byte[] groups) throws NotBase64Exception {
        try {
            return decoder.decode(groups, decoded);
        } catch (IllegalArgumentException e) {
            throw new NotBase64Exception(e.getMessage());
        }
    }

    private void handOn(Pieces pieces) throws IOException {
        int ready = length;
        length = 0;
        if (ready > 0) {
            pieces.take(piece, ready);
        }
    }
}
