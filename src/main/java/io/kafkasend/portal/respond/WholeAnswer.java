package io.kafkasend.portal.respond;

import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.codec.TextCutter;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A short answer, as old clients expect it: START with the totals, and CHUNKs, each made as it is taken: the body is in memory
 * once, and not its records as well. Not thread-safe.
 */
final class WholeAnswer implements Iterator<AnswerRecord> {
    private final AnswerHead head;
    private final List<byte[]> chunks;
    private final Optional<TextPieces> text;
    private final int total;
    private AnswerRecord start;
    private int sequence;

    /**
     * @param chunks the body
     * @param cutter cuts it where it is text in JSON
     */
    WholeAnswer(AnswerHead head, List<byte[]> chunks, BodyDigest digest, TextCutter cutter) {
        this.head = head;
        this.chunks = chunks;
        this.text = head.maybeTextInJson() ? TextPieces.of(chunks, cutter) : Optional.empty();
        this.total = text.map(TextPieces::count).orElse(chunks.size());
        this.start = head.start(total, text.isPresent() || head.textInFrames(), digest);
    }

    @Override
    public boolean hasNext() {
        return start != null || sequence < total;
    }

    @Override
    public AnswerRecord next() {
        if (start != null) {
            AnswerRecord value = start;
            start = null;
            return value;
        }
        if (sequence == total) {
            throw new NoSuchElementException();
        }
        int place = sequence++;
        return text.isPresent()
                ? head.textChunk(place, total, text.get().next())
                : head.form().chunk(place, total, null, null, chunks.get(place));
    }
}
