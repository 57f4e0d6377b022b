package io.kafkasend.chaos;

/**
 * Something that the suite did to the system.
 *
 * @param kind what
 * @param victim the portal's name, or "broker" or "all"
 * @param from when it began, in milliseconds since the epoch
 * @param until when it was over; for a kill, the same
 */
record Disturbance(Kind kind, String victim, long from, long until) {
    /** What was done. */
    enum Kind {
        /** SIGKILL. */
        KILL,
        /** SIGSTOP for longer than the session timeout, then SIGCONT. */
        STALL,
        /** SIGTERM. */
        REMOVE,
        /** A portal more. */
        ADD,
        /** The broker stopped and started, or one of several. */
        BROKER
    }

    /** Whether it was under way between two instants, or within so many milliseconds before the first. */
    boolean touches(long begin, long end, long before) {
        return from <= end && until + before >= begin;
    }
}
