package io.kafkasend.protocol.codec;

import java.util.Arrays;
import java.util.Base64;

/**
 * Base64 of RFC 4648 §4 as strictly as §3 allows: padding must be there, bits after the last byte must be zero, nothing
 * outside the alphabet is skipped. The JDK's decoder lets the first two pass.
 */
final class StrictBase64 {
    private StrictBase64() {}

    /**
     * Decodes a slice without turning it into a String.
     *
     * @return the bytes, or null when the text is not strict base64
     */
    static byte[] decode(byte[] text, int from, int length) {
        if (length % 4 != 0) {
            return null;
        }
        if (length == 0) {
            return new byte[0];
        }
        byte[] bytes;
        try {
            bytes = Base64Slices.decode(text, from, length);
        } catch (IllegalArgumentException e) {
            return null;
        }
        return canonicalEnd(text, from + length - 4, bytes) ? bytes : null;
    }

    /** Whether the last group of four is the one that encoding the decoded bytes gives. */
    private static boolean canonicalEnd(byte[] text, int lastGroup, byte[] bytes) {
        int tail = bytes.length % 3 == 0 ? 3 : bytes.length % 3;
        byte[] last = Base64.getEncoder().encode(Arrays.copyOfRange(bytes, bytes.length - tail, bytes.length));
        return Arrays.equals(last, 0, 4, text, lastGroup, lastGroup + 4);
    }
}
