package io.kafkasend.protocol.codec;

import java.util.Arrays;
import java.util.Base64;

/**
 * The JDK's base64 (RFC 4648 §4), a slice at a time and from and into the middle of arrays. The JVM has vector code for it,
 * several times as fast, but puts it only into code that is called often: the one call that would do for a whole chunk never
 * comes to it. Slices also stay in the processor's nearest cache. Thread-safe.
 */
public final class Base64Slices {
    private static final int SLICE_BYTES = 6_144;
    private static final int SLICE_CHARS = SLICE_BYTES / 3 * 4;

    private Base64Slices() {}

    /** How many characters so many bytes take, padding included. */
    static int encodedLength(int bytes) {
        return (bytes + 2) / 3 * 4;
    }

    /** Writes all of the data, padded, into an array that has room for it. */
    static void encode(byte[] data, byte[] to, int at) {
        Base64.Encoder encoder = Base64.getEncoder();
        byte[] in = new byte[Math.min(SLICE_BYTES, data.length)];
        byte[] out = new byte[encodedLength(in.length)];
        int place = at;
        for (int from = 0; from < data.length; from += SLICE_BYTES) {
            if (data.length - from < in.length) {
                in = new byte[data.length - from];
            }
            System.arraycopy(data, from, in, 0, in.length);
            int length = encoder.encode(in, out);
            System.arraycopy(out, 0, to, place, length);
            place += length;
        }
    }

    /**
     * Decodes a piece of an array, as {@link Base64.Decoder} does.
     *
     * @throws IllegalArgumentException when it is not base64
     */
    public static byte[] decode(byte[] text, int from, int length) {
        Base64.Decoder decoder = Base64.getDecoder();
        byte[] decoded = new byte[length / 4 * 3];
        byte[] in = new byte[Math.min(SLICE_CHARS, length)];
        byte[] out = new byte[SLICE_BYTES];
        int place = 0;
        int at = 0;
        for (; length - at > SLICE_CHARS; at += SLICE_CHARS) {
            System.arraycopy(text, from + at, in, 0, SLICE_CHARS);
            if (decoder.decode(in, out) != SLICE_BYTES) {
                throw new IllegalArgumentException("the base64 text goes on after its padding");
            }
            System.arraycopy(out, 0, decoded, place, SLICE_BYTES);
            place += SLICE_BYTES;
        }
        byte[] last = decoder.decode(Arrays.copyOfRange(text, from + at, from + length));
        if (place + last.length > decoded.length) { // without padding: one or two bytes more
            decoded = Arrays.copyOf(decoded, place + last.length);
        }
        System.arraycopy(last, 0, decoded, place, last.length);
        place += last.length;
        return place == decoded.length ? decoded : Arrays.copyOf(decoded, place);
    }
}
