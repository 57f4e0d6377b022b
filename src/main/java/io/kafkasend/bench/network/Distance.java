package io.kafkasend.bench.network;

import java.util.EnumSet;
import java.util.Set;

/**
 * How far the parts are from one another. Immutable.
 *
 * @param rttMillis what a round trip takes, 0 to 10000
 * @param ackMillis for how long a broker keeps a record to itself before it acknowledges it, as with replicas that are far
 *     away, 0 to 10000; one request of a connection after another, as brokers have it
 * @param mbit megabits a second of each connection, each way; 0 for no bound
 * @param legs where: the rest is near, but for acknowledgements
 */
public record Distance(int rttMillis, int ackMillis, int mbit, Set<Leg> legs) {
    /** All on one machine. */
    public static final Distance NONE = new Distance(0, 0, 0, EnumSet.noneOf(Leg.class));

    /** The most that either time takes, in milliseconds. */
    public static final int MOST_MILLIS = 10_000;

    public Distance {
        legs = Set.copyOf(legs);
        if (rttMillis < 0 || rttMillis > MOST_MILLIS || ackMillis < 0 || ackMillis > MOST_MILLIS || mbit < 0) {
            throw new IllegalArgumentException("times take 0 to " + MOST_MILLIS + " ms, and mbit at least 0");
        }
    }

    /** What a round trip takes on this leg, in milliseconds. */
    public int rttMillis(Leg leg) {
        return legs.contains(leg) ? rttMillis : 0;
    }

    /** As the names of scenarios end: rtt-100, or ack-250. */
    public String suffix() {
        return ackMillis > 0 ? "ack-" + ackMillis : "rtt-" + rttMillis;
    }

    /** For people. */
    public String title() {
        return ackMillis > 0 ? "acknowledgements after " + ackMillis + " ms" : rttMillis + " ms a round trip";
    }

    Pace pace(Leg leg) {
        boolean far = legs.contains(leg);
        return new Pace(
                far ? rttMillis * 500_000L : 0,
                far && mbit > 0 ? 8_000.0 / mbit : 0,
                leg == Leg.API ? 0 : ackMillis * 1_000_000L);
    }
}
