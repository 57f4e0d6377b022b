package io.kafkasend.gateway.stored;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The place of a caller's job among all jobs: found again by its handle, and by no other caller, since the caller's name is a part of
 * what the place is computed from. Immutable.
 *
 * @param handle 22 characters of base64url, which a Location shows
 * @param place 32 hexadecimal digits
 */
public record Slot(String handle, String place) {
    /** Where jobs are asked for. */
    public static final String PATH = "/.well-known/kafkasend/jobs/";

    /** What a handle looks like. */
    public static final String FORM = "[A-Za-z0-9_-]{22}";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 16;

    /**
     * That of a handle.
     *
     * @param caller the name of who asks; empty where the gateway knows no callers
     */
    public static Slot of(String caller, String handle) {
        byte[] place = sha256("kafkasend-job\0" + caller.length() + "\0" + caller + "\0" + handle);
        return new Slot(handle, HexFormat.of().formatHex(Arrays.copyOf(place, BYTES)));
    }

    /** That of an {@code Idempotency-Key}. */
    public static Slot ofKey(String caller, String key) {
        return of(caller, text(Arrays.copyOf(sha256("kafkasend-key\0" + key), BYTES)));
    }

    /** That of an upload. */
    public static Slot ofUpload(String caller, String upload) {
        return of(caller, text(Arrays.copyOf(sha256("kafkasend-upload\0" + upload), BYTES)));
    }

    /** Where its caller asks for the job. */
    public String location() {
        return PATH + handle;
    }

    /** A new one, whose handle nobody can guess (128 bits). */
    public static Slot fresh(String caller) {
        byte[] handle = new byte[BYTES];
        RANDOM.nextBytes(handle);
        return of(caller, text(handle));
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
