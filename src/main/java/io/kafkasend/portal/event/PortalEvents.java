package io.kafkasend.portal.event;

import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Rule;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what records from outside bring about, which may be a flood: the first of a kind whole, and of the rest in one line how
 * many; see {@link Floods}. Thread-safe.
 */
public final class PortalEvents {
    private static final Logger LOG = LoggerFactory.getLogger(PortalEvents.class);
    private static final String NONE = "none";

    private final Floods floods = new Floods(
            (kind, count) -> SecurityEvents.flood(kind.event(), kind.client(), kind.reason(), count, Floods.SECONDS),
            System::nanoTime);

    /** Tells the counts that are open. */
    public void close() {
        floods.close();
    }

    private boolean tells(SecurityEvent event, Object reason, Optional<String> client) {
        return tells(event.title(), reason, client);
    }

    private boolean tells(String event, Object reason, Optional<String> client) {
        return floods.tells(new Floods.Kind(event, reason.toString(), client.orElse(NONE)));
    }

    /**
     * A request that policy forbids.
     *
     * @param endpoint what it asked for; null where that is not known
     */
    public void requestRefused(
            JobId job, Optional<String> client, String endpoint, Rule rule, String reason, String detail) {
        if (tells(SecurityEvent.REQUEST_REFUSED, reason, client)) {
            SecurityEvents.requestRefused(job, client, endpoint, rule, reason, detail);
        }
    }

    /** A message that breaks the protocol. */
    public void messageRejected(JobId job, Object record, ProtocolException failure) {
        if (tells(SecurityEvent.MESSAGE_REJECTED, failure.code(), Optional.empty())) {
            SecurityEvents.messageRejected(job, String.valueOf(record), failure.code() + ": " + failure.getMessage());
        }
    }

    /** A message that would touch another's job, or a copy; it changes nothing. */
    public void messageIgnored(JobId job, Optional<String> client, Object record, PolicyViolation reason) {
        if (tells(SecurityEvent.MESSAGE_IGNORED, reason.reason(), client)) {
            SecurityEvents.messageIgnored(job, client, record.toString(), reason);
        }
    }

    /** Likewise, of a message that is not of the request which the job is for. */
    public void otherRequestIgnored(JobId job, Optional<String> client, Object record, String detail) {
        if (tells(SecurityEvent.MESSAGE_IGNORED, "OTHER_REQUEST", client)) {
            SecurityEvents.otherRequestIgnored(job, client, record.toString(), detail);
        }
    }

    /**
     * Whether the end of a job that was refused as it came, or before its call, is to be told by itself.
     *
     * @param code what its client is told
     * @param client who signed it
     */
    public boolean tellsEnd(ErrorCode code, Optional<String> client) {
        return tells("job_ended", code, client);
    }

    /** A dead letter that is not written. */
    public void unburied(Object record, ErrorCode code, String why) {
        if (tells("dead_letter_lost", code, Optional.empty())) {
            LOG.atError()
                    .addKeyValue("record", record)
                    .addKeyValue("error_code", code)
                    .addKeyValue("reason", why)
                    .log(
                            "a record that names no client could not be written to the dead-letter topic; it stays on its own");
        }
    }

    /** An ERROR that Kafka does not take now. */
    public void unsent(String job, String topic, String why) {
        if (tells("error_unsent", topic, Optional.empty())) {
            LOG.atWarn()
                    .addKeyValue("job_id", job)
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", why)
                    .log("cannot send ERROR to Kafka; retrying with backoff");
        }
    }

    /** An ERROR that its client does not get. */
    public void givenUp(String job, String topic, String why) {
        if (tells("error_lost", topic, Optional.empty())) {
            LOG.atWarn()
                    .addKeyValue("job_id", job)
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", why)
                    .log("an ERROR is given up, since its reply topic does not take it; its client hears nothing");
        }
    }

    /** A START whose answer could go nowhere. */
    public void unanswerable(JobId job, Optional<String> client, String topic, String why) {
        if (tells("start_unanswerable", topic, client)) {
            LOG.atWarn()
                    .addKeyValue("job_id", job)
                    .addKeyValue("client", client.orElse(NONE))
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", why)
                    .log("a request is dropped, since its reply topic takes no answer");
        }
    }
}
