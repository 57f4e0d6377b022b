package io.kafkasend.bench.network;

/**
 * How a connection delays what it is given. Immutable.
 *
 * @param delayNanos from one end to the other
 * @param nanosPerByte what each byte takes on the line; 0 where the line has no bound
 * @param ackNanos how long a record is kept before it is acknowledged
 */
record Pace(long delayNanos, double nanosPerByte, long ackNanos) {
    static final Pace NEAR = new Pace(0, 0, 0);
}
