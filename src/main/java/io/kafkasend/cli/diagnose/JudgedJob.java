package io.kafkasend.cli.diagnose;

import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.RequestStart;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** One job, as far as its records have come. Holds CHUNKs that came before an earlier one, within bounds. Not thread-safe. */
final class JudgedJob {
    private static final int HELD_BYTES = 4 << 20;
    private static final int REMEMBERED = 10_000;
    private static final int ENTRY_BYTES = 64;

    final RequestStart start;
    final String digest;
    final int partition;
    final long offset;
    final int bytes;
    /** Whether there is nothing more to come: it is whole, was cancelled, or has failed. */
    boolean ended;

    final Pieces pieces = new Pieces();
    private final Map<Integer, Long> sums = new HashMap<>();
    private final TreeMap<Integer, byte[]> early = new TreeMap<>();
    private final BodyDigest body;
    private int earlyBytes;
    private int next;
    private long size;
    private boolean unchecked;

    /** @param bytes how much of memory START takes, about */
    JudgedJob(RequestStart start, String digest, int partition, long offset, int bytes) {
        this.start = start;
        this.digest = digest;
        this.partition = partition;
        this.offset = offset;
        this.bytes = bytes + start.totalChunks() / Byte.SIZE;
        this.body = new BodyDigest(start.sha256() != null);
        pieces.expect(start.totalChunks());
        ended = start.totalChunks() == 0;
    }

    /** Whether a CHUNK of that sequence has come. */
    boolean has(int sequence) {
        return pieces.has(sequence);
    }

    /** Whether one of that sequence that has come had other bytes, as far as that is remembered. */
    boolean differs(int sequence, byte[] data) {
        Long known = sums.get(sequence);
        return known != null && known != sum(data);
    }

    /** Takes a CHUNK that had not come, decompressed. */
    void take(int sequence, byte[] data) {
        pieces.add(sequence);
        size += data.length;
        if (sums.size() < REMEMBERED) {
            sums.put(sequence, sum(data));
        }
        if (unchecked) {
            return;
        }
        early.put(sequence, data);
        earlyBytes += data.length;
        for (byte[] piece; (piece = early.remove(next)) != null; next++) {
            body.update(piece);
            earlyBytes -= piece.length;
        }
        if (earlyBytes > HELD_BYTES) {
            early.clear();
            unchecked = true; // its sums are of the bytes in their order
        }
    }

    /** How many bytes of the body have come. */
    long size() {
        return size;
    }

    /** What the whole body's sums are; null where its CHUNKs came too far out of their order. */
    BodyDigest sums() {
        return unchecked ? null : body;
    }

    /** What it holds of memory beside START, about. */
    int held() {
        return earlyBytes + ENTRY_BYTES * sums.size();
    }

    private static long sum(byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(data);
        return crc.getValue() << 32 | data.length;
    }
}
