package io.kafkasend.protocol;

import java.util.zip.CRC32;

/**
 * A body's length, CRC-32 (IEEE 802.3, as an unsigned number) and, where asked for, SHA-256 (FIPS 180-4), taken while its
 * bytes pass. Not thread-safe.
 */
public final class BodyDigest {
    private final CRC32 crc = new CRC32();
    private final Sha256 sha256;
    private long bytes;

    /**
     * @param withSha256 whether SHA-256 is wanted; it costs several times what the CRC costs
     */
    public BodyDigest(boolean withSha256) {
        this.sha256 = withSha256 ? new Sha256() : null;
    }

    /** Takes the next bytes. */
    public void update(byte[] data, int from, int length) {
        crc.update(data, from, length);
        if (sha256 != null) {
            sha256.update(data, from, length);
        }
        bytes += length;
    }

    /** Takes the next bytes. */
    public void update(byte[] data) {
        update(data, 0, data.length);
    }

    /** How many bytes have passed. */
    public long bytes() {
        return bytes;
    }

    /** The CRC-32 of what has passed, 0 to 4,294,967,295. */
    public long crc32() {
        return crc.getValue();
    }

    /** The SHA-256 of all that has passed, in lower-case hexadecimal; null when not asked for. Ends the digest. */
    public String sha256() {
        return sha256 == null ? null : sha256.text();
    }
}
