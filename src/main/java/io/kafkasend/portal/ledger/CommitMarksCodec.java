package io.kafkasend.portal.ledger;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;

/**
 * The text form of {@link CommitMarks}, for a commit's metadata, which Kafka's brokers bound by
 * {@code offset.metadata.max.bytes}, 4,096 by default.
 *
 * <p>{@code ks1:} and, in base64 (RFC 4648 §5, unpadded): CRC-32 of the offset and of what follows (4 bytes); covered less
 * safe; horizon less covered; how many calls have begun, and each one's distance from the one before it, the first one's
 * from safe; how many jobs have ended early, and each one's mark (6 bytes); the form of what is done (1 byte), and it: as runs, the lengths of what is not done and of what is, in turn;
 * or as bits, the lowest offset in the lowest bit of the first byte. Numbers are unsigned LEB128.
 *
 * <p>A last run of no length says, by its distance, since which minute: who knows nothing of it adds nothing. Bits leave it out.
 *
 * <p>What does not fit is left away from the top: beyond {@code covered} nothing is said, and the records are read again.
 * Bits have room for every pattern over {@link #WINDOW} offsets.
 */
public final class CommitMarksCodec {
    /** The longest text: a broker's default. */
    static final int CHARS = 4_096;
    /** So many offsets from the safe one on always fit, whatever is done of them. */
    public static final int WINDOW = 16_384;
    /** So many begun calls always fit, when all are within the window. */
    static final int BEGUN = 256;

    private static final String VERSION = "ks1:";
    private static final int BYTES = (CHARS - VERSION.length()) / 4 * 3;
    private static final byte RUNS = 0;
    private static final byte BITS = 1;

    /** One form of what is done, and how far it reaches. */
    private record Form(byte kind, byte[] bytes, long covered) {}

    private CommitMarksCodec() {}

    static String encode(CommitMarks marks) {
        if (marks.horizon() == marks.safe() && marks.endedEarly().isEmpty() && marks.sinceMinute() == 0) {
            return "";
        }
        byte[] begun = begun(marks);
        byte[] endedEarly = endedEarly(marks);
        byte[] since = since(marks);
        // Room for the checksum, two numbers of up to ten bytes, and the form's byte.
        int room = BYTES - 4 - 20 - 1 - begun.length - endedEarly.length - since.length;
        List<OffsetRuns.Run> done = marks.done().runs();
        Form runs = runs(marks, done, room);
        Form bits = bits(marks, done, room);
        Form form = bits.covered() > runs.covered() ? bits : runs; // runs say since when, too

        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        number(payload, form.covered() - marks.safe());
        number(payload, marks.horizon() - form.covered());
        payload.writeBytes(begun);
        payload.writeBytes(endedEarly);
        payload.write(form.kind());
        payload.writeBytes(form.bytes());
        if (form.kind() == RUNS) {
            payload.writeBytes(since);
        }
        byte[] content = payload.toByteArray();
        byte[] all = ByteBuffer.allocate(4 + content.length)
                .putInt(checksum(marks.safe(), content))
                .put(content)
                .array();
        return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    }

    /** The begun calls, lowest first; a call that finds no room here is not confirmed, and so does not begin. */
    private static byte[] begun(CommitMarks marks) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        number(out, Math.min(BEGUN, marks.begun().size()));
        long last = marks.safe();
        for (long offset : marks.begun().stream().limit(BEGUN).toList()) {
            number(out, offset - last);
            last = offset;
        }
        return out.toByteArray();
    }

    private static byte[] since(CommitMarks marks) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (marks.sinceMinute() > 0) {
            number(out, marks.sinceMinute());
            number(out, 0);
        }
        return out.toByteArray();
    }

    private static byte[] endedEarly(CommitMarks marks) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        number(out, marks.endedEarly().size());
        for (long mark : marks.endedEarly()) {
            out.write(ByteBuffer.allocate(8).putLong(mark).array(), 8 - EndedEarly.BYTES, EndedEarly.BYTES);
        }
        return out.toByteArray();
    }

    private static Form runs(CommitMarks marks, List<OffsetRuns.Run> done, int room) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long at = marks.safe();
        for (OffsetRuns.Run run : done) {
            ByteArrayOutputStream next = new ByteArrayOutputStream();
            number(next, run.from() - at);
            number(next, run.end() - run.from());
            if (out.size() + next.size() > room) {
                return new Form(RUNS, out.toByteArray(), at);
            }
            out.writeBytes(next.toByteArray());
            at = run.end();
        }
        return new Form(RUNS, out.toByteArray(), marks.covered());
    }

    private static Form bits(CommitMarks marks, List<OffsetRuns.Run> done, int room) {
        long covered = Math.min(marks.covered(), marks.safe() + 8L * room);
        BitSet bits = new BitSet();
        for (OffsetRuns.Run run : done) {
            if (run.from() < covered) {
                bits.set((int) (run.from() - marks.safe()), (int) (Math.min(run.end(), covered) - marks.safe()));
            }
        }
        return new Form(BITS, bits.toByteArray(), covered);
    }

    static Optional<CommitMarks> decode(long safe, String metadata) {
        if (!metadata.startsWith(VERSION) || metadata.length() > CHARS) {
            return Optional.empty();
        }
        try {
            ByteBuffer all = ByteBuffer.wrap(Base64.getUrlDecoder()
                    .decode(metadata.substring(VERSION.length()).getBytes(StandardCharsets.ISO_8859_1)));
            int checksum = all.getInt();
            byte[] content = new byte[all.remaining()];
            all.get(content);
            return checksum == checksum(safe, content)
                    ? Optional.of(read(safe, ByteBuffer.wrap(content)))
                    : Optional.empty();
        } catch (IllegalArgumentException | BufferUnderflowException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static CommitMarks read(long safe, ByteBuffer content) {
        long covered = Math.addExact(safe, number(content));
        long horizon = Math.addExact(covered, number(content));
        long count = number(content);
        require(count <= BEGUN);
        TreeSet<Long> begun = new TreeSet<>();
        long last = safe;
        for (long i = 0; i < count; i++) {
            last = Math.addExact(last, number(content));
            require(last < horizon && begun.add(last));
        }
        Set<Long> endedEarly = readEndedEarly(content);
        byte kind = content.get();
        require(kind == RUNS || kind == BITS);
        OffsetRuns done = new OffsetRuns();
        long since = kind == RUNS ? readRuns(safe, content, done) : readBits(safe, content, done);
        require(done.runs().stream().allMatch(run -> run.end() <= covered));
        return new CommitMarks(safe, covered, horizon, done, begun, endedEarly, since);
    }

    private static Set<Long> readEndedEarly(ByteBuffer content) {
        long count = number(content);
        require(count <= EndedEarly.MOST);
        Set<Long> marks = new LinkedHashSet<>();
        for (long i = 0; i < count; i++) {
            byte[] mark = new byte[Long.BYTES];
            content.get(mark, Long.BYTES - EndedEarly.BYTES, EndedEarly.BYTES);
            marks.add(ByteBuffer.wrap(mark).getLong());
        }
        return marks;
    }

    private static long readRuns(long safe, ByteBuffer content, OffsetRuns done) {
        long since = 0;
        long at = safe;
        while (content.hasRemaining()) {
            long distance = number(content);
            long length = number(content);
            long from = Math.addExact(at, distance);
            at = Math.addExact(from, length);
            done.add(from, at);
            since = length == 0 ? distance : 0;
        }
        return since;
    }

    private static long readBits(long safe, ByteBuffer content, OffsetRuns done) {
        BitSet bits = BitSet.valueOf(content);
        for (int from = bits.nextSetBit(0); from >= 0; ) {
            int end = bits.nextClearBit(from);
            done.add(Math.addExact(safe, from), Math.addExact(safe, end));
            from = bits.nextSetBit(end);
        }
        return 0;
    }

    private static int checksum(long safe, byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(ByteBuffer.allocate(8).putLong(0, safe));
        crc.update(content);
        return (int) crc.getValue();
    }

    private static void number(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest >= 0x80) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static long number(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException();
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException();
        }
    }
}
