package io.kafkasend.portal.respond;

import io.kafkasend.protocol.codec.TextCutter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A body's text, cut into pieces of a CHUNK each, as if all of it were one string: but one chunk of it is a string at a time.
 * Not thread-safe.
 */
final class TextPieces implements Iterator<String> {
    private final List<byte[]> chunks;
    private final TextCutter cutter;
    private final int count;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final Deque<String> cut = new ArrayDeque<>();
    private int read;
    /** The first bytes of a character whose others are in the next chunk. */
    private byte[] begun = new byte[0];
    /** Text that may yet grow by what follows it. */
    private String open = "";

    private TextPieces(List<byte[]> chunks, TextCutter cutter, int count) {
        this.chunks = chunks;
        this.cutter = cutter;
        this.count = count;
    }

    /**
     * Looks through the body once.
     *
     * @return empty where the bytes are not well-formed UTF-8
     */
    static Optional<TextPieces> of(List<byte[]> chunks, TextCutter cutter) {
        TextPieces look = new TextPieces(chunks, cutter, 0);
        int count = 0;
        try {
            while (look.hasNext()) {
                look.next();
                count++;
            }
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return Optional.of(new TextPieces(chunks, cutter, count));
    }

    /** How many there are, those that were taken included. */
    int count() {
        return count;
    }

    @Override
    public boolean hasNext() {
        while (cut.isEmpty() && read < chunks.size()) {
            boolean last = read == chunks.size() - 1;
            List<String> pieces = cutter.cut(open + decode(chunks.get(read++), last));
            open = last || pieces.isEmpty() ? "" : pieces.get(pieces.size() - 1);
            cut.addAll(last ? pieces : pieces.subList(0, Math.max(0, pieces.size() - 1)));
        }
        return !cut.isEmpty();
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return cut.remove();
    }

    private String decode(byte[] chunk, boolean last) {
        ByteBuffer in = ByteBuffer.allocate(begun.length + chunk.length);
        in.put(begun).put(chunk).flip();
        CharBuffer out = CharBuffer.allocate(in.remaining());
        CoderResult result = decoder.decode(in, out, last);
        if (result.isError()) {
            throw new IllegalArgumentException("not UTF-8");
        }
        begun = new byte[in.remaining()];
        in.get(begun);
        return out.flip().toString();
    }
}
