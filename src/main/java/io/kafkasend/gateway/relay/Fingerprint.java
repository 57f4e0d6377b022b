package io.kafkasend.gateway.relay;

import io.kafkasend.gateway.http.RequestHead;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A request's body, which is hashed with method and target while it is read, to tell whether another request is the same. Read by one
 * thread after another.
 */
final class Fingerprint extends InputStream {
    private final InputStream body;
    private final MessageDigest digest;
    private String whole;

    Fingerprint(RequestHead head, InputStream body) {
        this.body = body;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        digest.update((head.method() + "\0" + head.target() + "\0").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public synchronized int read(byte[] to, int at, int wanted) throws IOException {
        int read = body.read(to, at, wanted);
        if (read > 0) {
            digest.update(to, at, read);
        }
        return read;
    }

    /** The fingerprint of the whole request, 64 hexadecimal digits; what of the body was not read is, and is lost. */
    synchronized String whole() throws IOException {
        if (whole == null) {
            byte[] rest = new byte[1 << 16];
            int read = 0;
            while (read >= 0) {
                read = read(rest, 0, rest.length);
            }
            whole = HexFormat.of().formatHex(digest.digest());
        }
        return whole;
    }
}
