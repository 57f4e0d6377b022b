package io.kafkasend.portal;

import io.kafkasend.kafka.Refusal;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.security.PolicyViolation;
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

    /** A request that policy forbids. */
    void requestRefused(JobId job, Optional<String> client, String reason, String detail) {
        if (tells(SecurityEvent.REQUEST_REFUSED, reason, client)) {
            SecurityEvents.requestRefused(job, client, reason, detail);
        }
    }

    /** A message that breaks the protocol. */
    void messageRejected(JobId job, LedgerEntry record, ProtocolException failure) {
        if (tells(SecurityEvent.MESSAGE_REJECTED, failure.code(), Optional.empty())) {
            SecurityEvents.messageRejected(job, String.valueOf(record), failure.code() + ": " + failure.getMessage());
        }
    }

    /** A message that would touch another's job, or a copy; it changes nothing. */
    void messageIgnored(JobId job, Optional<String> client, LedgerEntry record, PolicyViolation reason) {
        if (tells(SecurityEvent.MESSAGE_IGNORED, reason.reason(), client)) {
            SecurityEvents.messageIgnored(job, client, record.toString(), reason);
        }
    }

    /** Likewise, of a message that is not of the request which the job is for. */
    void otherRequestIgnored(Job job, LedgerEntry record, String detail) {
        if (tells(SecurityEvent.MESSAGE_IGNORED, "OTHER_REQUEST", job.caller().clientId())) {
            SecurityEvents.otherRequestIgnored(job, record, detail);
        }
    }

    /** A job that ends without an answer. */
    void jobFailed(JobId job, Optional<String> client, ErrorCode code, Throwable cause, Object sent) {
        if (cause instanceof RefusedException && !tells("job_failed", code, client)) {
            return; // refused as it came; how many calls fail, calls bound
        }
        LOG.atWarn()
                .addKeyValue("job_id", job)
                .addKeyValue("error_code", code)
                .addKeyValue("reason", Refusal.in(cause).map(Refusal::reason).orElseGet(() -> CallFailure.shown(cause)))
                .addKeyValue("sent", sent)
                .log("job failed");
    }

    /** A dead letter that is not written. */
    void unburied(DeadLetter letter, String why) {
        if (tells("dead_letter_lost", letter.reason().code(), Optional.empty())) {
            LOG.atError()
                    .addKeyValue("record", letter)
                    .addKeyValue("error_code", letter.reason().code())
                    .addKeyValue("reason", why)
                    .log(
                            "a record that names no client could not be written to the dead-letter topic; it stays on its own");
        }
    }

    /** An ERROR that Kafka does not take now. */
    void unsent(Outgoing outgoing, String why) {
        if (tells("error_unsent", outgoing.topic(), Optional.empty())) {
            LOG.atWarn()
                    .addKeyValue("job_id", outgoing.jobId())
                    .addKeyValue("topic", outgoing.topic())
                    .addKeyValue("reason", why)
                    .log("cannot send ERROR to Kafka; retrying with backoff");
        }
    }

    /** An ERROR that its client does not get. */
    void givenUp(Outgoing outgoing, String why) {
        if (tells("error_lost", outgoing.topic(), Optional.empty())) {
            LOG.atWarn()
                    .addKeyValue("job_id", outgoing.jobId())
                    .addKeyValue("topic", outgoing.topic())
                    .addKeyValue("reason", why)
                    .log("an ERROR is given up, since its reply topic does not take it; its client hears nothing");
        }
    }

    /** A START whose answer could go nowhere. */
    void unanswerable(JobId job, Optional<String> client, String topic, String why) {
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
