package io.kafkasend.portal.receive;

import io.kafkasend.portal.body.AssembledBody;
import io.kafkasend.portal.event.PortalEvents;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.failure.SpoolException;
import io.kafkasend.portal.job.CorrelationId;
import io.kafkasend.portal.job.Expiry;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.kafka.ReplyTopics;
import io.kafkasend.portal.kafka.TopicLook;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.Printable;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code admit}: what policy or limits forbid is refused on START, before any chunk is kept; what comes twice or
 * late ends here in silence. A CANCEL is heard here, so that it waits for no call. Runs on the poll threads. Thread-safe.
 */
public final class Admission implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private final Jobs jobs;
    private final RequestPolicy policy;
    private final ReplyTopics replyTopics;
    private final PortalEvents events;
    private final PortalConfiguration configuration;
    private final LongSupplier millis;

    /**
     * @param jobs the jobs under way
     * @param policy what the operator allows
     * @param replyTopics which of them can be written to
     * @param events tells of what is ignored or dropped
     * @param configuration says how old a request may be
     */
    public Admission(
            Jobs jobs,
            RequestPolicy policy,
            ReplyTopics replyTopics,
            PortalEvents events,
            PortalConfiguration configuration) {
        this(jobs, policy, replyTopics, events, configuration, System::currentTimeMillis);
    }

    Admission(
            Jobs jobs,
            RequestPolicy policy,
            ReplyTopics replyTopics,
            PortalEvents events,
            PortalConfiguration configuration,
            LongSupplier millis) {
        this.millis = millis;
        this.configuration = configuration;
        this.jobs = jobs;
        this.policy = policy;
        this.replyTopics = replyTopics;
        this.events = events;
    }

    /**
     * @throws PolicyViolation for a START that policy forbids
     * @throws RefusedException for a START or a CHUNK over the limit, a START whose call had begun before a crash or whose
     *     client's time was over before it was read, and a job that its client cancels
     * @throws ProtocolException for a message that contradicts what came before it
     * @throws SpoolException for a CHUNK that the disk does not take
     */
    @Override
    public void process(Exchange exchange) throws PolicyViolation, RefusedException, ProtocolException, SpoolException {
        RequestMessage message = exchange.getIn().getBody(RequestMessage.class);
        LedgerEntry record = JobExchange.of(exchange).record();
        CorrelationId id = CorrelationId.of(record, message.jobId());
        Optional<Job> known = jobs.find(id);
        if (known.isEmpty() && jobs.hasEnded(id)) {
            jobs.settleLate(id, record);
            exchange.setRouteStop(true);
        } else if (message instanceof RequestStart start) {
            admit(exchange, start, record, known.orElse(null));
        } else if (message instanceof RequestChunk chunk) {
            admit(exchange, chunk, record, known.orElse(null));
        } else if (known.isPresent()) {
            cancel(exchange, record, known.get());
        } else {
            record.settle(); // a CANCEL of what is not known here
            exchange.setRouteStop(true);
        }
    }

    private void admit(Exchange exchange, RequestStart start, LedgerEntry record, Job known)
            throws PolicyViolation, RefusedException, ProtocolException {
        if (known != null && !known.start().equals(start)) {
            events.otherRequestIgnored(
                    known.id(),
                    known.caller().clientId(),
                    record,
                    "another START under the id of a job that is under way");
            if (known.start().bound()) { // its client tells its own ERROR from this one
                throw new ProtocolException(
                        ErrorCode.DUPLICATE_START, start.jobId(), "another job is under way under this job_id");
            }
            known.records().letGo(record);
            exchange.setRouteStop(true);
            return;
        }
        if (known != null && known.records().bindStart(record)) {
            exchange.setRouteStop(true); // its client may have been started again, and is told what has come
            return;
        }
        if (record.wasBegun()) {
            // Unless its client has its answer: that is looked up on the way to the ERROR, not here on the poll thread.
            throw new RefusedException(
                    ErrorCode.OUTCOME_UNKNOWN, "the portal ended during the call, which is not made again");
        }
        Requester caller = JobExchange.of(exchange).caller();
        // Without the step before, signatures and clients' policies would be nobody's matter.
        Objects.requireNonNull(caller, "no START is admitted that the step authenticate has not seen");
        policy.check(start, caller);
        Optional<String> fault = caller.replyTopic().flatMap(replyTopics::knownFault);
        Optional<TopicLook> look =
                fault.isEmpty() ? Optional.empty() : caller.replyTopic().flatMap(replyTopics::look);
        if (fault.isPresent() && look.isEmpty()) {
            drop(exchange, start, record, caller, fault.get());
            return;
        }
        Long written = JobExchange.of(exchange).written();
        Expiry expiry = Expiry.of(start, record, written, configuration);
        Optional<String> late = expiry.over(millis.getAsLong());
        if (late.isPresent()) {
            throw new RefusedException(ErrorCode.EXPIRED, late.get());
        }
        if (isOver(start, record, written)) {
            throw new RefusedException(
                    ErrorCode.JOB_TIMEOUT, "the client's time was over before a portal read the request");
        }
        String request = JobExchange.of(exchange).request();
        Job job = jobs.open(start, request, record, caller, expiry);
        JobExchange.of(exchange).job(job);
        look.ifPresent(running -> holdBack(job, running));
        if (LOG.isDebugEnabled()) {
            LOG.atDebug()
                    .addKeyValue("job_id", start.jobId())
                    .addKeyValue("client", caller.clientId().orElse("unsigned"))
                    .addKeyValue("method", start.method())
                    .addKeyValue("path", Printable.path(start.endpoint()))
                    .addKeyValue("chunks", start.totalChunks())
                    .log("a START is taken");
        }
    }

    /**
     * Whether nobody waits for the answer any more: the record waited in Kafka, as while no portal ran, for longer than its client
     * would. Of what was read before, a call may have begun, and the client may have been told.
     */
    private boolean isOver(RequestStart start, LedgerEntry record, Long written) {
        return start.timeoutSeconds() != null
                && written != null
                && written > 0
                && record.waited()
                && millis.getAsLong() - written
                        > Duration.ofSeconds(start.timeoutSeconds())
                                .plus(Expiry.SKEW)
                                .toMillis();
    }

    /** Takes the job, and has its call wait: its reply topic was not there, and may have been made since. */
    private void holdBack(Job job, TopicLook look) {
        job.state().holdBack();
        look.then(fault -> {
            if (fault.isEmpty()) {
                job.state().letGoOn();
                return;
            }
            events.unanswerable(
                    job.id(), job.caller().clientId(), job.caller().replyTopic().orElseThrow(), fault.get());
            if (jobs.end(job)) {
                jobs.settle(job);
            }
        });
    }

    /** Drops a START whose answer could go nowhere, nor an ERROR: a call would be in vain, and hold up others' calls. */
    private void drop(Exchange exchange, RequestStart start, LedgerEntry record, Requester caller, String fault) {
        events.unanswerable(
                start.jobId(), caller.clientId(), caller.replyTopic().orElseThrow(), fault);
        jobs.remember(CorrelationId.of(record, start.jobId()));
        if (start.totalChunks() > 0) {
            record.endEarly(start.jobId());
        }
        record.settle();
        exchange.setRouteStop(true);
    }

    /** Ends the job, in whatever phase it is; the failure route sends its ERROR, aborts its call and settles it. */
    private static void cancel(Exchange exchange, LedgerEntry record, Job job) throws RefusedException {
        if (!job.state().cancel()) {
            job.records().bind(record); // its outcome is on its way
            exchange.setRouteStop(true);
            return;
        }
        JobExchange.of(exchange).job(job);
        throw new RefusedException(ErrorCode.CANCELLED, "the client cancelled the job");
    }

    private void admit(Exchange exchange, RequestChunk chunk, LedgerEntry record, Job job)
            throws ProtocolException, RefusedException, SpoolException {
        if (job == null) {
            if (!record.wasRead() && !record.endedEarly(chunk.jobId())) {
                throw unknown(chunk.jobId());
            }
            // Its job was known before, and the START is done, so the client has its outcome.
            record.settle();
            exchange.setRouteStop(true);
            return;
        }
        if (job.takesChunks()) {
            JobExchange.of(exchange).job(job);
            // Here rather than in the aggregator, so that a failure to keep it is this job's and nothing else's. A
            // write
            // to disk is the poll thread's: 650 KiB into the system's cache take less than their base64 took.
            if (job.body().add(chunk) == AssembledBody.Addition.ADDED) {
                job.records().bind(record);
                jobs.touch(job);
                return;
            }
        }
        job.tally().chunkTwice();
        job.records().letGo(record);
        exchange.setRouteStop(true);
    }

    private static ProtocolException unknown(JobId id) {
        return new ProtocolException(ErrorCode.UNKNOWN_JOB, id, "no START of this job is known here");
    }
}
