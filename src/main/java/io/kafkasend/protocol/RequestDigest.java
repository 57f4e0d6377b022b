package io.kafkasend.protocol;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What binds an answer to its request, and a request's CHUNKs and CANCEL to its START: SHA-256 (FIPS 180-4) of START's record
 * value as it was sent, in 64 lower-case hexadecimal digits. Thread-safe.
 */
public final class RequestDigest {
    /** In an ERROR about a record of which the portal knows no START: the digest of no request. */
    public static final String NONE = "0".repeat(64);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 24;

    private RequestDigest() {}

    /** The digest of a START, by all bytes of its record's value. */
    public static String of(byte[] value) {
        return of(ByteSlice.of(value));
    }

    /** Likewise, of a value that lies in a larger array. */
    public static String of(ByteSlice value) {
        return new Sha256().update(value.array(), value.from(), value.length()).text();
    }

    /** A new secret of one job, that its CANCEL will show: 32 characters of base64url (192 bits). */
    public static String newSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** What START says of a secret: its digest, which tells nothing of it. */
    public static String ofSecret(String secret) {
        return of(secret.getBytes(StandardCharsets.UTF_8));
    }
}
