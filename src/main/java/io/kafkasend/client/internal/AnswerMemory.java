package io.kafkasend.client.internal;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** The memory that a client's answers share. Thread-safe. */
public final class AnswerMemory {
    private final long ofOne;
    private final long ofAll;
    private final AtomicLong taken = new AtomicLong();

    /**
     * @param ofOne the most bytes of one answer
     * @param ofAll the most bytes of all answers together
     */
    public AnswerMemory(long ofOne, long ofAll) {
        this.ofOne = ofOne;
        this.ofAll = ofAll;
    }

    /**
     * Refuses an answer that is too large whatever else there is.
     *
     * @throws IOException that says what to do about it
     */
    public void requireFits(long size) throws IOException {
        if (size > ofOne) {
            throw new IOException("the answer is over " + ofOne
                    + " bytes, the most that this client keeps in memory: have it written to a file or a stream");
        }
    }

    /**
     * Takes so many bytes.
     *
     * @throws IOException where others have them, that says what to do about it; nothing is taken then
     */
    public void take(long bytes) throws IOException {
        if (!tryTake(bytes)) {
            throw new IOException("this client's answers in memory would take over " + ofAll
                    + " bytes together: have them written to files or streams, or ask for fewer at a time");
        }
    }

    /** Takes so many bytes; false, and nothing is taken, where others have them. */
    public boolean tryTake(long bytes) {
        boolean fits = taken.addAndGet(bytes) <= ofAll;
        if (!fits) {
            free(bytes);
        }
        return fits;
    }

    /** Gives back bytes that were taken. */
    public void free(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** Bytes that are taken now. */
    public long taken() {
        return taken.get();
    }
}
