package io.kafkasend.client;

import io.kafkasend.protocol.Base64Slices;

/**
 * Decodes one base64 text (RFC 4648 §4) that comes in slices cut anywhere: old portals cut it at 665,600 characters, whatever
 * that does to groups of four. Padding may stand at the very end only. Not thread-safe.
 */
final class Base64Stream {
    private final byte[] carry = new byte[4];
    private int carried;
    private boolean padded;

    /**
     * Takes the next slice.
     *
     * @return the bytes of all whole groups so far that were not returned yet
     * @throws IllegalArgumentException when the text is no base64
     */
    byte[] decode(byte[] slice) {
        if (slice.length == 0) {
            return slice;
        }
        if (padded) {
            throw new IllegalArgumentException("the base64 text goes on after its padding");
        }
        int usable = (carried + slice.length) / 4 * 4;
        byte[] text = slice;
        if (carried > 0 || usable != slice.length) {
            text = new byte[usable];
            int fromCarry = Math.min(carried, usable);
            System.arraycopy(carry, 0, text, 0, fromCarry);
            System.arraycopy(slice, 0, text, fromCarry, usable - fromCarry);
            int used = usable - fromCarry;
            carried -= fromCarry;
            System.arraycopy(slice, used, carry, carried, slice.length - used);
            carried += slice.length - used;
        }
        padded = usable > 0 && text[usable - 1] == '=';
        return Base64Slices.decode(text, 0, usable);
    }

    /**
     * The text has ended.
     *
     * @throws IllegalArgumentException when it ended within a group of four
     */
    void end() {
        if (carried > 0) {
            throw new IllegalArgumentException("the base64 text ends within a group of four");
        }
    }
}
