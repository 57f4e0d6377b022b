package io.kafkasend.portal.receive;

import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.config.RequesterSettings;
import io.kafkasend.portal.event.PortalEvents;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.job.CorrelationId;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.requester.KnownClients;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import io.kafkasend.security.client.SignatureCheck;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The step {@code authenticate}: who sent a START, by its signature; whether that client may send one now; and where its answer
 * goes. A message that would touch a signed job in its client's place is dropped. Runs on the poll threads. Thread-safe.
 */
public final class Authentication extends ServiceSupport implements Processor {
    /** The most bytes of a body that one record brings, uncompressed. */
    private static final long MOST_OF_CHUNK = Limits.RECORD_BYTES / 4 * 3;

    private final Jobs jobs;
    private final KnownClients clients;
    private final boolean required;
    private final SignatureCheck check;
    private final ClientSignatures signatures;
    private final String requestTopic;
    private final String responseTopic;
    private final Set<String> replyTopics;
    private final Clock clock;
    private final PortalEvents events;

    /**
     * @param jobs the jobs under way
     * @param clients keys, policies, and what was used of them
     * @param configuration whether signatures are required, and which reply topics are allowed
     * @param events tells of what is ignored
     */
    public Authentication(Jobs jobs, KnownClients clients, PortalConfiguration configuration, PortalEvents events) {
        this(jobs, clients, configuration, events, Clock.systemUTC());
    }

    Authentication(
            Jobs jobs, KnownClients clients, PortalConfiguration configuration, PortalEvents events, Clock clock) {
        PortalSettings settings = configuration.settings();
        this.jobs = jobs;
        this.clients = clients;
        this.required = settings.get(RequesterSettings.REQUIRE_SIGNATURE);
        this.check = new SignatureCheck(Duration.ofSeconds(settings.get(RequesterSettings.SIGNATURE_MAX_SECONDS)));
        this.signatures = new ClientSignatures(clients, check);
        this.requestTopic = settings.get(KafkaSettings.REQUEST_TOPIC);
        this.responseTopic = settings.get(KafkaSettings.RESPONSE_TOPIC);
        this.replyTopics = settings.replyTopics();
        this.events = events;
        this.clock = clock;
    }

    @Override
    protected void doStart() {
        clients.watch();
    }

    @Override
    protected void doStop() {
        clients.unwatch();
    }

    /**
     * @throws PolicyViolation for a START that is not signed as it must be, was there before, or may not be answered where it
     *     asks to be
     * @throws RefusedException for a START over its client's rate
     */
    @Override
    public void process(Exchange exchange) throws PolicyViolation, RefusedException {
        RequestMessage message = exchange.getIn().getBody(RequestMessage.class);
        LedgerEntry record = JobExchange.of(exchange).record();
        CorrelationId id = CorrelationId.of(record, message.jobId());
        Job job = jobs.find(id).orElse(null);
        if (message instanceof RequestStart start) {
            if (job != null) {
                keepFromOthers(exchange, start, record, job);
            } else if (jobs.hasEnded(id)) {
                noteCopy(start, record);
            } else {
                admit(exchange, start, record);
            }
        } else if (message instanceof RequestCancel cancel && job != null) {
            keepFromOthers(exchange, cancel, record, job);
        } else if (message instanceof RequestChunk chunk && job != null && !job.owns(chunk.request())) {
            events.otherRequestIgnored(
                    job.id(), job.caller().clientId(), record, "a CHUNK without the digest of the job's START");
            ignore(exchange, record, job);
        }
    }

    private void admit(Exchange exchange, RequestStart start, LedgerEntry record)
            throws PolicyViolation, RefusedException {
        String asked = start.replyTo() == null || start.replyTo().equals(responseTopic) ? null : start.replyTo();
        if (record.wasBegun()) {
            if (asked != null && replyTopics.contains(asked)) {
                JobExchange.of(exchange).replyTopic(asked);
            }
            return; // it was authentic when its call began, and admission ends it
        }
        if (!clients.known() || start.signature() == null) {
            if (required) {
                throw new PolicyViolation(Reason.SIGNATURE_REQUIRED, "no signature");
            }
            answer(exchange, new Requester(null, clients::anonymousPolicy, null), asked);
        } else {
            clients.requireSight();
            SignedStart signed = signatures.start(start);
            String client = signed.client();
            Optional<PolicyViolation> misplacement = signed.misplacement(requestTopic, record.partitionNumber());
            if (misplacement.isPresent()) {
                ignoreMisplaced(exchange, start, record, client, misplacement.get());
                return;
            }
            // From here on it is that client's, and refusals go where it may be answered.
            answer(exchange, new Requester(client, () -> clients.policy(client), null).until(signed.expires()), asked);
            long now = clock.instant().getEpochSecond();
            signed.requireTime(check, now);
            signed.requireFresh(clients.spent(client), record.offset(), now);
        }
        if (!record.wasRead()) { // else it was counted when it was read first
            requireRate(start, JobExchange.of(exchange).caller());
        }
    }

    /** Takes down who is answered and where; before, an ERROR goes to the portal's own topic, to which everybody's may go. */
    private void answer(Exchange exchange, Requester caller, String asked) throws PolicyViolation {
        JobExchange.of(exchange).caller(caller);
        if (asked != null) {
            if (!replyTopics.contains(asked)) {
                throw new PolicyViolation(Reason.REPLY_TOPIC_NOT_ALLOWED, "PORTAL_REPLY_TOPICS does not have reply_to");
            }
            if (!caller.policy().allowsReplyTo(asked)) {
                throw new PolicyViolation(Reason.REPLY_TOPIC_NOT_ALLOWED, "the client's policy does not have reply_to")
                        .byClientPolicy();
            }
            JobExchange.of(exchange).replyTopic(asked);
        }
        JobExchange.of(exchange).caller(caller.answeredOn(asked));
    }

    /** Nothing is sent: an ERROR would bear the id and the digest of the request that was copied, and so end that one. */
    private void ignoreMisplaced(
            Exchange exchange, RequestStart start, LedgerEntry record, String client, PolicyViolation reason) {
        events.messageIgnored(start.jobId(), Optional.of(client), record, reason);
        jobs.remember(CorrelationId.of(record, start.jobId())); // so that its CHUNKs get no ERROR either
        if (start.totalChunks() > 0) {
            record.endEarly(start.jobId());
        }
        record.settle();
        exchange.setRouteStop(true);
    }

    private void requireRate(RequestStart start, Requester caller) throws PolicyViolation, RefusedException {
        // What a chunk is held as counts: 50 bytes of zstd may be a mebibyte.
        long mostOfChunk = start.transfer().encoding() == null ? MOST_OF_CHUNK : Limits.DECODED_BYTES;
        long bytes = start.totalBytes() != null ? start.totalBytes() : start.totalChunks() * mostOfChunk;
        int wait = clients.allowance(caller.clientId()).take(caller.policy(), bytes, System.nanoTime());
        if (wait > 0) {
            throw RefusedException.rateLimited(wait);
        }
    }

    /** Drops a START that contradicts a signed job without being its client's: it must not end it. */
    private void keepFromOthers(Exchange exchange, RequestStart start, LedgerEntry record, Job job) {
        String client = job.caller().clientId().orElse(null);
        if (client == null || job.start().equals(start)) {
            return;
        }
        try {
            if (signatures
                    .startOf(client, start)
                    .misplacement(requestTopic, record.partitionNumber())
                    .isPresent()) {
                throw new PolicyViolation(Reason.SIGNATURE_INVALID, "it is signed for another topic or partition");
            }
        } catch (PolicyViolation e) {
            drop(exchange, record, job, e);
        }
    }

    /** Drops a CANCEL that does not show the job's secret, or of a signed job that its client has not signed. */
    private void keepFromOthers(Exchange exchange, RequestCancel cancel, LedgerEntry record, Job job) {
        if (!job.owns(cancel)) {
            events.otherRequestIgnored(job.id(), job.caller().clientId(), record, "a CANCEL without the job's secret");
            ignore(exchange, record, job);
            return;
        }
        String client = job.caller().clientId().orElse(null);
        if (client == null) {
            return;
        }
        try {
            signatures.requireCancelOf(client, cancel);
        } catch (PolicyViolation e) {
            drop(exchange, record, job, e);
        }
    }

    private void drop(Exchange exchange, LedgerEntry record, Job job, PolicyViolation reason) {
        events.messageIgnored(job.id(), job.caller().clientId(), record, reason);
        ignore(exchange, record, job);
    }

    private static void ignore(Exchange exchange, LedgerEntry record, Job job) {
        job.records().letGo(record);
        exchange.setRouteStop(true);
    }

    /** Admission swallows what comes for a job that has ended; a copy of a signed one is worth an event. */
    private void noteCopy(RequestStart start, LedgerEntry record) {
        if (start.signature() != null && clients.isCopy(start.jobId().value(), record.offset())) {
            events.messageIgnored(
                    start.jobId(),
                    Optional.empty(),
                    record,
                    new PolicyViolation(Reason.SIGNATURE_REPLAYED, "a START of this job_id was there before"));
        }
    }
}
