package io.kafkasend.protocol;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4) as messages write it, in 64 lower-case hexadecimal digits. Not thread-safe. */
final class Sha256 {
    /** Never fed. To look for one takes longer than the digest of a small message; a copy of this takes next to nothing. */
    private static final MessageDigest UNFED = found();

    private final MessageDigest digest;

    Sha256() {
        this.digest = copied();
    }

    private static MessageDigest copied() {
        try {
            return (MessageDigest) UNFED.clone();
        } catch (CloneNotSupportedException e) {
            return found(); // a provider's own need not be for copies
        }
    }

    private static MessageDigest found() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Takes the next bytes. */
    Sha256 update(byte[] data, int from, int length) {
        digest.update(data, from, length);
        return this;
    }

    /** That of all bytes that were taken. Ends the digest. */
    String text() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
