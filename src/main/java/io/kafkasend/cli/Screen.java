package io.kafkasend.cli;

/** The terminal that standard error is. Thread-safe. */
interface Screen {
    /** How many columns it has now, 20 to 1000; it may be resized at any time. */
    int columns();
}
