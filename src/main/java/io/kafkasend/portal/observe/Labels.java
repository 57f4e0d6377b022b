package io.kafkasend.portal.observe;

import io.kafkasend.portal.requester.KnownClients;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.Optional;

/**
 * The values that labels may have. Each is one of those that the operator or this program wrote: a client cannot make more of
 * them, and hence no more series. Thread-safe.
 */
final class Labels {
    /** Whatever is none of those. */
    static final String OTHER = "other";
    /** A label that is not there, in Prometheus' own terms. */
    static final String ABSENT = "";

    private static final int LEAST_STATUS = 100;
    private static final int MOST_STATUS = 599;

    private final KnownClients clients;

    Labels(KnownClients clients) {
        this.clients = clients;
    }

    /** Who signed: a client that a policy names, another, or nobody. */
    Tag client(Optional<String> signer) {
        return Tag.of(
                "client", signer.map(id -> clients.isNamed(id) ? id : OTHER).orElse("none"));
    }

    /** An answer's status. */
    static String status(int status) {
        return status < LEAST_STATUS || status > MOST_STATUS ? OTHER : Integer.toString(status);
    }

    /** What OpenTelemetry has on each measure of messaging. */
    static Tags messaging(String destination) {
        return Tags.of("messaging.system", "kafka", "messaging.destination.name", destination);
    }
}
