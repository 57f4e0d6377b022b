package io.kafkasend.portal.event;

import io.kafkasend.protocol.JobId;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Rule;
import io.kafkasend.security.Printable;
import io.kafkasend.setting.Setting;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The portal's security events, in one structured form under one logger, {@code kafkasend.security}: {@code event} is what
 * happened, {@code job_id} whose request it was, {@code reason} why. Which there are, {@link SecurityEvent} says. Values are
 * printable and bounded: input cannot forge a line.
 */
public final class SecurityEvents {
    private static final Logger LOG = LoggerFactory.getLogger("kafkasend.security");
    private static final int SHOWN = 200;

    private SecurityEvents() {}

    /**
     * A request that policy forbids.
     *
     * @param client who signed it; empty where nobody did, or nobody that the portal knows
     * @param endpoint what was asked for; null where that is not known
     */
    static void requestRefused(
            JobId job, Optional<String> client, String endpoint, Rule rule, String reason, String detail) {
        tell(
                SecurityEvent.REQUEST_REFUSED,
                job,
                client.orElse("none"),
                Printable.path(endpoint),
                rule,
                reason,
                Printable.of(detail, SHOWN));
    }

    /**
     * A message that would touch a job in its client's place, or a copy of a signed one; it changes nothing.
     *
     * @param client who signed the job; empty where nobody did, or the portal knows only that it was signed
     */
    static void messageIgnored(JobId job, Optional<String> client, String record, PolicyViolation reason) {
        tell(SecurityEvent.MESSAGE_IGNORED, job, client.orElse("none"), record, reason.reason(), reason.detail());
    }

    /** Likewise, of a message that is not of the request which the job is for. */
    static void otherRequestIgnored(JobId job, Optional<String> client, String record, String detail) {
        tell(SecurityEvent.MESSAGE_IGNORED, job, client.orElse("none"), record, "OTHER_REQUEST", detail);
    }

    /** A client's key or the file of policies has become invalid; the previous version stays in force. */
    public static void clientFileRejected(String fault) {
        tell(SecurityEvent.CLIENT_FILE_REJECTED, Printable.of(fault, 300));
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
    public static void suspicion(JobId job, PolicyViolation violation) {
        tell(SecurityEvent.REQUEST_SUSPICIOUS, job, violation.reason(), violation.detail());
    }

    /** An address of a configured host to which nothing connects. */
    public static void addressRefused(Setting<?> setting, InetAddress address, PolicyViolation violation) {
        tell(
                SecurityEvent.ADDRESS_REFUSED,
                setting.variable(),
                address.getHostAddress(),
                violation.reason(),
                violation.detail());
    }

    /**
     * Headers that did not pass with a request that did.
     *
     * @param names printable and bounded already, see FilteredHeaders
     */
    public static void headersDropped(JobId job, String names) {
        tell(SecurityEvent.HEADERS_DROPPED, job, names);
    }

    /**
     * Headers of a request that hold its caller's own secrets.
     *
     * @param client who signed it; empty where nobody did
     * @param names as the client wrote them; no value
     */
    public static void secretInRequest(JobId job, Optional<String> client, List<String> names) {
        tell(
                SecurityEvent.SECRET_IN_REQUEST,
                job,
                client.orElse("none"),
                Printable.of(String.join(", ", names), SHOWN));
    }

    /** So many events of a kind that were not told each. */
    static void flood(String of, String client, String reason, long count, int seconds) {
        tell(SecurityEvent.FLOOD, of, client, reason, count, seconds);
    }

    private static void tell(SecurityEvent event, Object... values) {
        LoggingEventBuilder line = LOG.atLevel(event.level()).addKeyValue("event", event.title());
        for (int i = 0; i < values.length; i++) {
            line = line.addKeyValue(event.keys().get(i), values[i]);
        }
        line.log(event.title().replace('_', ' '));
    }
}
