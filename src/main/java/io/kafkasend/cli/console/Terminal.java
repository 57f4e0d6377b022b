package io.kafkasend.cli.console;

/** The terminal that standard error is. Thread-safe. */
public interface Terminal {
    /** How many columns it has now, 20 to 1000; it may be resized at any time. */
    int columns();

    /** How many rows it has now, at least 2. */
    default int rows() {
        return 24;
    }
}
