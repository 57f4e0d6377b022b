package io.kafkasend.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A record's value where it lies, which may be within all that one fetch brought: a large one is not copied to be read. Do
 * not change the array.
 *
 * @param array holds the value
 * @param from its first byte
 * @param to one beyond its last
 */
record Slice(byte[] array, int from, int to) {
    static Slice of(byte[] value) {
        return new Slice(value, 0, value.length);
    }

    /** What remains of the buffer, whose position stays; a copy where it has no array to show. */
    static Slice of(ByteBuffer value) {
        if (!value.hasArray()) {
            byte[] copy = new byte[value.remaining()];
            value.duplicate().get(copy);
            return of(copy);
        }
        int from = value.arrayOffset() + value.position();
        return new Slice(value.array(), from, from + value.remaining());
    }

    int length() {
        return to - from;
    }

    /** An array that holds the value and nothing else; the same one where it does already. */
    byte[] bytes() {
        return from == 0 && to == array.length ? array : Arrays.copyOfRange(array, from, to);
    }
}
