package io.kafkasend.kafka;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells whether a record is the one that was meant: the SHA-256 of its key and its value, each after its length. */
public final class RecordDigest {
    private RecordDigest() {}

    /**
     * The digest of a record.
     *
     * @param key the record's, or null
     * @param value the record's, or null
     * @return 64 hexadecimal digits, lower case
     */
    public static String of(byte[] key, byte[] value) {
        return value == null ? of(key, new byte[0], 0, -1) : of(key, value, 0, value.length);
    }

    /**
     * The digest of a record whose value is a part of an array.
     *
     * @param key the record's, or null
     * @param from where the value begins
     * @param length how many bytes it has; -1 for a value that is null
     * @return 64 hexadecimal digits, lower case
     */
    public static String of(byte[] key, byte[] array, int from, int length) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(
                    ByteBuffer.allocate(4).putInt(key == null ? -1 : key.length).flip());
            if (key != null) {
                sha256.update(key);
            }
            sha256.update(ByteBuffer.allocate(4).putInt(length).flip());
            sha256.update(array, from, Math.max(0, length));
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
