package io.kafkasend.portal;

import io.kafkasend.config.Setting;
import io.kafkasend.protocol.JobId;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.Printable;
import java.net.InetAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The portal's security events, in one structured form under one logger, {@code kafkasend.security}: {@code event} is what
 * happened, {@code job_id} whose request it was, {@code reason} why. Values are printable and bounded: input cannot forge a
 * line.
 */
final class SecurityEvents {
    private static final Logger LOG = LoggerFactory.getLogger("kafkasend.security");
    private static final int SHOWN = 120;

    private SecurityEvents() {}

    /**
     * A request that policy forbids.
     *
     * @param client who signed it; empty where nobody did, or nobody that the portal knows
     */
    static void requestRefused(JobId job, Optional<String> client, String reason, String detail) {
        LOG.atWarn()
                .addKeyValue("event", "request_refused")
                .addKeyValue("job_id", job)
                .addKeyValue("client", client.orElse("none"))
                .addKeyValue("reason", reason)
                .addKeyValue("detail", Printable.of(detail, SHOWN))
                .log("request refused");
    }

    /**
     * A message that would touch a signed job in its client's place, or a copy of one; it changes nothing.
     *
     * @param client who signed the job; empty where the portal knows only that it was signed
     */
    static void messageIgnored(JobId job, Optional<String> client, String record, PolicyViolation reason) {
        LOG.atWarn()
                .addKeyValue("event", "message_ignored")
                .addKeyValue("job_id", job)
                .addKeyValue("client", client.orElse("none"))
                .addKeyValue("record", record)
                .addKeyValue("reason", reason.reason())
                .addKeyValue("detail", reason.detail())
                .log("message ignored");
    }

    /** A client's key or the file of policies has become one that cannot be taken; what held before still holds. */
    static void clientFileRejected(String fault) {
        LOG.atError()
                .addKeyValue("event", "client_file_rejected")
                .addKeyValue("detail", Printable.of(fault, 300))
                .log("client file rejected");
    }

    /** A message that breaks the protocol. */
    static void messageRejected(JobId job, String record, String reason) {
        LOG.atWarn()
                .addKeyValue("event", "message_rejected")
                .addKeyValue("job_id", job == null ? "none" : job)
                .addKeyValue("record", record)
                .addKeyValue("reason", reason)
                .log("message rejected");
    }

    /** An endpoint that names an internal host and passes, because PORTAL_STRICT_SECURITY is false. */
    static void suspicion(PolicyViolation violation) {
        LOG.atWarn()
                .addKeyValue("event", "request_suspicious")
                .addKeyValue("reason", violation.reason())
                .addKeyValue("detail", violation.detail())
                .log("suspicious request passes");
    }

    /** An address of a configured host to which nothing connects. */
    static void addressRefused(Setting<?> setting, InetAddress address, PolicyViolation violation) {
        LOG.atWarn()
                .addKeyValue("event", "address_refused")
                .addKeyValue("setting", setting.variable())
                .addKeyValue("address", address.getHostAddress())
                .addKeyValue("reason", violation.reason())
                .addKeyValue("detail", violation.detail())
                .log("address refused");
    }

    /** Headers that did not pass with a request that did. */
    static void headersDropped(JobId job, String names) {
        LOG.atInfo()
                .addKeyValue("event", "headers_dropped")
                .addKeyValue("job_id", job)
                .addKeyValue("names", names)
                .log("headers dropped");
    }
}
