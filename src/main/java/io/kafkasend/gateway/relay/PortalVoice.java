package io.kafkasend.gateway.relay;

/**
 * Whether portals tell how far a job is: they do so on a reply topic, or where their operator says that all readers know it, and one of
 * before does not at all. Thread-safe.
 */
final class PortalVoice {
    private final long patienceMillis;
    private volatile boolean speaks = true;

    /**
     * @param patienceMillis how long a caller waits for what a portal tells: one that has just started, or a group that shares its
     *     partitions anew, takes its time
     */
    PortalVoice(long patienceMillis) {
        this.patienceMillis = patienceMillis;
    }

    /** How long a portal that speaks may take, in milliseconds. */
    long patienceMillis() {
        return patienceMillis;
    }

    /** One has told. */
    void heard() {
        speaks = true;
    }

    /** One has answered a job, and told nothing of it before though it should have. */
    void unheard() {
        speaks = false;
    }

    /** Whether it is worth waiting for; true until an answer came without. */
    boolean speaks() {
        return speaks;
    }
}
