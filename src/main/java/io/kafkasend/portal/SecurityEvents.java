package io.kafkasend.portal;

import io.kafkasend.config.Setting;
import io.kafkasend.protocol.JobId;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.Printable;
import java.net.InetAddress;
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

    /** A request that policy forbids. */
    static void requestRefused(JobId job, String reason, String detail) {
        LOG.atWarn()
                .addKeyValue("event", "request_refused")
                .addKeyValue("job_id", job)
                .addKeyValue("reason", reason)
                .addKeyValue("detail", Printable.of(detail, SHOWN))
                .log("request refused");
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
