package io.kafkasend.bench.soak;

/** What a soak may be made to find, to show that it would. */
public enum Fault {
    /** The API changes a bit of some answers. */
    CORRUPT,
    /** The answers of some jobs go where nobody reads. */
    LOST
}
