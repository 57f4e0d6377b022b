package io.kafkasend.gateway.relay;

/**
 * Whether portals tell how far a job is: they do so on a reply topic, or where their operator says that all readers know it, and one of
 * before does not at all. Thread-safe.
 */
final class PortalVoice {
    /** How long a portal that speaks may take. */
    static final long PATIENCE_MILLIS = 2_000;

    private volatile boolean speaks = true;

    /** One has told. */
    void heard() {
        speaks = true;
    }

    /** None did, of a job of which it should have. */
    void unheard() {
        speaks = false;
    }

    /** Whether it is worth waiting for; true until it was in vain. */
    boolean speaks() {
        return speaks;
    }
}
