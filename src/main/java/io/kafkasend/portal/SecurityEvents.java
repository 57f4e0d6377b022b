package io.kafkasend.portal;

import io.kafkasend.protocol.JobId;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.Printable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The portal's security events, in one structured form under one logger, {@code kafkasend.security}: {@code event} is what
 * happened, {@code job_id} whose request it was, {@code reason} why. Which there are, {@link SecurityEvent} says. Values are
 * printable and bounded: input cannot forge a line.
 */
final class SecurityEvents {
    private static final Logger LOG = LoggerFactory.getLogger("kafkasend.security");
    private static final int SHOWN = 200;

    private SecurityEvents() {}

    /** A request that policy forbids. */
    static void requestRefused(JobId job, String reason, String detail) {
        tell(SecurityEvent.REQUEST_REFUSED, job, reason, Printable.of(detail, SHOWN));
    }

    /** A message that breaks the protocol. */
    static void messageRejected(JobId job, String record, String reason) {
        tell(
                SecurityEvent.MESSAGE_REJECTED,
                job == null ? "none" : job,
                Printable.of(record, SHOWN),
                Printable.of(reason, SHOWN));
    }

    /** An endpoint that names an internal host and passes, because PORTAL_STRICT_SECURITY is false. */
    static void suspicion(JobId job, PolicyViolation violation) {
        tell(SecurityEvent.REQUEST_SUSPICIOUS, job, violation.reason(), violation.detail());
    }

    /**
     * Headers that did not pass with a request that did.
     *
     * @param names printable and bounded already, see FilteredHeaders
     */
    static void headersDropped(JobId job, String names) {
        tell(SecurityEvent.HEADERS_DROPPED, job, names);
    }

    private static void tell(SecurityEvent event, Object... values) {
        LoggingEventBuilder line = LOG.atLevel(event.level()).addKeyValue("event", event.title());
        for (int i = 0; i < values.length; i++) {
            line = line.addKeyValue(event.keys().get(i), values[i]);
        }
        line.log(event.title().replace('_', ' '));
    }
}
