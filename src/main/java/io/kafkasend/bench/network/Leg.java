package io.kafkasend.bench.network;

import java.util.Locale;

/** Between which parts a distance lies. */
public enum Leg {
    /** Client and broker. */
    CLIENT,
    /** Broker and portal. */
    PORTAL,
    /** Portal and API, and portal and token server. */
    API;

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
