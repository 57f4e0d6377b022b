package io.kafkasend.protocol;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4) as messages write it, in 64 lower-case hexadecimal digits. Not thread-safe. */
final class Sha256 {
    private final MessageDigest digest;

    Sha256() {
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
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
