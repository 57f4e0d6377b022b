package io.kafkasend.portal.ledger;

/** What must have room before a further record is read. Implementations are thread-safe. */
public interface Capacity {
    /** Whether no further record is to be read. */
    boolean full();

    /** What there is too much of where it is full, and what it waits for: a few words for the log. */
    String waitsFor();

    /** Waits until there is room, at most so long; less when the thread is interrupted, which it stays. */
    void awaitRoom(long nanos);
}
