package io.kafkasend.portal.respond;

import io.kafkasend.portal.failure.AnswerException;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.Limits;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;

/**
 * An answer that goes on as its API sends it: START at once, then a CHUNK of whatever has come, though no sooner than 50 ms after the
 * one before unless it is full; the last one, which may be empty, has the totals. Not thread-safe.
 */
final class TricklingAnswer implements Iterator<AnswerRecord> {
    /** So many CHUNKs in a second at most, however small what comes is. */
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final AnswerForm form;
    private final ArrivingBytes body;
    private final BodyDigest digest;
    private AnswerRecord start;
    private int sequence;
    private long due = System.nanoTime();
    private boolean over;

    /**
     * @param body what is read of it; taking from it may fail with {@link AnswerException}
     */
    TricklingAnswer(AnswerHead head, ArrivingBytes body, boolean withSha256) {
        this.form = head.form();
        this.body = body;
        this.digest = new BodyDigest(withSha256);
        this.start = head.startOfStream();
    }

    @Override
    public boolean hasNext() {
        return !over;
    }

    @Override
    public AnswerRecord next() {
        if (over) {
            throw new NoSuchElementException();
        }
        if (start != null) {
            AnswerRecord value = start;
            start = null;
            return value;
        }
        if (sequence == Limits.STREAM_CHUNKS) {
            throw new AnswerException(new IOException("the answer has more than " + Limits.STREAM_CHUNKS + " chunks"));
        }
        ArrivingBytes.Piece piece = body.take(due);
        due = System.nanoTime() + PACE_NANOS;
        digest.update(piece.bytes());
        over = piece.last();
        int place = sequence++;
        return over
                ? form.chunk(place, sequence, digest.crc32(), digest.sha256(), piece.bytes())
                : form.chunk(place, null, null, null, piece.bytes());
    }
}
