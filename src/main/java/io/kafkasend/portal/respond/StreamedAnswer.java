package io.kafkasend.portal.respond;

import io.kafkasend.portal.failure.AnswerException;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.Limits;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;

/** A long answer: START at once, CHUNKs as they arrive, the totals on the last. Not thread-safe. */
final class StreamedAnswer implements Iterator<AnswerRecord> {
    private final AnswerForm form;
    private final Iterator<byte[]> first;
    private final AnswerBytes rest;
    private AnswerRecord start;
    private int sequence;

    /**
     * @param first the pieces that were read already
     * @param rest those that follow; reading them may fail with {@link AnswerException}
     */
    StreamedAnswer(AnswerHead head, List<byte[]> first, AnswerBytes rest) {
        this.form = head.form();
        this.first = first.iterator();
        this.rest = rest;
        this.start = head.start();
    }

    @Override
    public boolean hasNext() {
        return start != null || first.hasNext() || rest.hasNext();
    }

    @Override
    public AnswerRecord next() {
        if (start != null) {
            AnswerRecord value = start;
            start = null;
            return value;
        }
        if (sequence == Limits.CHUNKS) {
            throw new AnswerException(new IOException("the answer has more than " + Limits.CHUNKS + " chunks"));
        }
        byte[] piece = first.hasNext() ? first.next() : rest.next();
        int place = sequence++;
        if (hasNext()) {
            return form.chunk(place, null, null, null, piece);
        }
        BodyDigest digest = rest.digest();
        return form.chunk(place, sequence, digest.crc32(), digest.sha256(), piece);
    }
}
