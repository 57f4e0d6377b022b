package io.kafkasend.protocol;

import java.util.Arrays;

/**
 * Some bytes of an array, of which no copy is made. Do not change the array after it is handed over.
 *
 * @param array holds them
 * @param from where they begin
 * @param length how many they are
 */
public record ByteSlice(byte[] array, int from, int length) {
    /** All bytes of an array. */
    public static ByteSlice of(byte[] array) {
        return new ByteSlice(array, 0, array.length);
    }

    /** The bytes in an array of their own; that of the slice where they fill it. */
    public byte[] toArray() {
        return length == array.length ? array : Arrays.copyOfRange(array, from, to());
    }

    /** Where they end. */
    public int to() {
        return from + length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteSlice slice
                && Arrays.equals(array, from, to(), slice.array, slice.from, slice.to());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(toArray());
    }

    @Override
    public String toString() {
        return length + " bytes";
    }
}
