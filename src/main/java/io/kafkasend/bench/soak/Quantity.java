package io.kafkasend.bench.soak;

/** What may grow. */
public enum Quantity {
    /** Live objects after a full collection. */
    HEAP("heap after a collection", true, 8 << 20),
    /** Threads. */
    THREADS("threads", false, 6),
    /** Files and sockets that are open. */
    FILES("open files", false, 12),
    /** Bodies on the portal's disk. */
    SPOOL("spool", true, 1 << 20),
    /** The broker's log segments. */
    DISK("Kafka's data", true, 0);

    private final String title;
    private final boolean inBytes;
    private final double noise;

    Quantity(String title, boolean inBytes, double noise) {
        this.title = title;
        this.inBytes = inBytes;
        this.noise = noise;
    }

    /** For people. */
    public String title() {
        return title;
    }

    /** Whether it is in bytes, and not a count. */
    public boolean inBytes() {
        return inBytes;
    }

    /** What it may gain in a run by chance, such as by a pool that fills. */
    double noise() {
        return noise;
    }
}
