package io.kafkasend.portal.report;

import io.kafkasend.config.RetrySettings;
import io.kafkasend.kafka.Refusal;
import io.kafkasend.portal.connect.Destination;
import io.kafkasend.portal.event.PortalEvents;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.CallFailure;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.job.CorrelationId;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.JobOutcome;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.job.RefusedRequest;
import io.kafkasend.portal.kafka.KafkaHeader;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.lifecycle.Grace;
import io.kafkasend.portal.outcome.OutcomeQuestion;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.codec.MessageWriter;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Rule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code explain}, where every failure ends: it becomes one ERROR with a stable code, or nothing, where no client
 * can be named or the client has its outcome already. The job ends here, so that what comes late for it is swallowed.
 * Thread-safe.
 */
public final class FailureReport implements Processor {
    /** What a refusal is counted as that the operator asked for. */
    private static final String CANCELLED_BY_OPERATOR = "CANCELLED_BY_OPERATOR";

    private static final Logger LOG = LoggerFactory.getLogger(FailureReport.class);

    private final Jobs jobs;
    private final PortalEvents events;
    private final FailureTerms terms;
    private final EarlierCall earlierCall;
    private final Grace grace;
    private final JobEnd end;
    private final MessageWriter writer = new MessageWriter();
    private final List<RefusalListener> whenRefused = new CopyOnWriteArrayList<>();

    /**
     * @param jobs the jobs under way
     * @param configuration says when a client may come again while the API is left alone
     * @param events tells of refusals
     * @param ledger says whether another portal may have the jobs
     */
    public FailureReport(Jobs jobs, PortalConfiguration configuration, PortalEvents events, Ledger ledger) {
        this.jobs = jobs;
        this.events = events;
        this.earlierCall = new EarlierCall(configuration, ledger);
        this.grace = configuration.grace();
        this.end = new JobEnd(Destination.apiAddress(configuration.settings()));
        this.terms = new FailureTerms(configuration.settings().get(RetrySettings.BREAKER_OPEN_SECONDS));
    }

    /** Registers who hears of refusals. */
    public void whenRefused(RefusalListener listener) {
        whenRefused.add(listener);
    }

    /** Leaves the ERROR as the message's body, or no body where none is to be sent. */
    @Override
    public void process(Exchange exchange) {
        if (grace.isOver()) {
            leaveToNextInstance(exchange);
            return;
        }
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        JobExchange steps = JobExchange.of(exchange);
        Job job = steps.job();
        JobId client = job != null ? job.id() : client(exchange, cause);
        ClientFailure found = terms.of(Optional.ofNullable(job).map(Job::state), cause);
        if (job != null && found.code().retryable() && jobs.abandon(job)) {
            LOG.atInfo()
                    .addKeyValue("job_id", client)
                    .log("job's partition has gone to another portal; it is left to that one");
            leaveToNextInstance(exchange);
            return;
        }
        ClientFailure failure = earlierCall.doubt(found, job, start(exchange), record(exchange, job));
        boolean first = firstOutcome(exchange, job, client, cause, failure.code());
        if (first && client != null && steps.job() == null) {
            jobs.refused(
                    new RefusedRequest(client, signer(exchange), Optional.ofNullable(start(exchange)), failure.code()));
        }
        Optional<OutcomeQuestion> question = first ? question(exchange, job, client) : Optional.empty();
        question.ifPresent(asked -> steps.question(asked));
        tellOfRefusal(exchange, found, cause);
        report(exchange, client, failure, cause, question.isPresent() ? "unless answered before" : first);
        if (first && job != null) {
            job.state().abort(); // or Camel would read the rest of the API's answer to its end
        } else if (!first) {
            steps.job(null); // its outcome, and its records with it, is another exchange's
        }

        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setBody(null);
        Job ended = steps.job(); // also one that only its message named
        Optional<String> replyTopic = replyTopic(exchange, ended);
        if (client != null && first) {
            replyTopic.ifPresent(topic -> message.setHeader(KafkaHeader.OVERRIDE_TOPIC, topic));
            message.setHeader(KafkaHeader.KEY, client.key());
            message.setBody(writer.write(new ResponseError(
                    client,
                    failure.text(),
                    failure.code().name(),
                    failure.code().retryable(),
                    failure.retryAfterSeconds(),
                    request(exchange, ended))));
        }
        String claimed = steps.claimedId();
        if (claimed != null) { // no job, but somebody waits
            message.setHeader(KafkaHeader.KEY, claimed.getBytes(StandardCharsets.US_ASCII));
            message.setBody(writer.write(claimed, failure.code(), failure.text(), request(exchange, null)));
        }
    }

    /** The grace period of a shutdown broke the call: unsettled, the job is read again and its client sees no ERROR. */
    private static void leaveToNextInstance(Exchange exchange) {
        JobExchange.of(exchange).job(null);
        JobExchange.of(exchange).record(null);
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(null);
    }

    /** What is to be found out before the ERROR is sent, where the client may have had it, or an answer, before a crash. */
    private static Optional<OutcomeQuestion> question(Exchange exchange, Job before, JobId client) {
        Job job = before != null ? before : JobExchange.of(exchange).job();
        LedgerEntry record = record(exchange, job);
        return record != null && record.mayBeAnswered()
                ? Optional.of(OutcomeQuestion.of(client, replyTopic(exchange, job), request(exchange, job), record))
                : Optional.empty();
    }

    /** START's record, or the one at hand where no job is. */
    private static LedgerEntry record(Exchange exchange, Job job) {
        return job != null ? job.records().first() : JobExchange.of(exchange).record();
    }

    private static JobId client(Exchange exchange, Throwable cause) {
        if (cause instanceof ProtocolException e) {
            return e.jobId().orElse(null);
        }
        return JobExchange.of(exchange).jobId().orElse(null);
    }

    /** Ends the job; false when its client has an outcome, or is about to. */
    private boolean firstOutcome(Exchange exchange, Job job, JobId client, Throwable cause, ErrorCode code) {
        if (job != null) {
            // Once the call has begun, neither a bad message nor an assembly timeout that lost the race may end the
            // job.
            boolean onlyAssembling = !job.state().cancelled()
                    && (cause instanceof RefusedException refused && refused.onlyAssembling()
                            || cause instanceof ProtocolException e && isAboutOneMessage(e.code()));
            JobOutcome outcome = JobOutcome.failed(code);
            return onlyAssembling ? jobs.endIfAssembling(job, outcome) : jobs.end(job, outcome);
        }
        if (client == null) {
            return false;
        }
        LedgerEntry record = JobExchange.of(exchange).record();
        if (record == null) {
            return true;
        }
        if (cause instanceof ProtocolException e && e.code() == ErrorCode.DUPLICATE_START) {
            return true; // of the second START; the job of the first goes on
        }
        CorrelationId id = CorrelationId.of(record, client);
        Optional<Job> open = jobs.find(id);
        if (open.isPresent()) {
            String named = cause instanceof ProtocolException e ? e.request().orElse(null) : null;
            if (!open.get().owns(named)) {
                return false; // a bad record of somebody else's
            }
            boolean ended = jobs.endIfAssembling(open.get(), JobOutcome.failed(code));
            if (ended) {
                JobExchange.of(exchange).job(open.get()); // settled once the client has its ERROR
            }
            return ended;
        }
        boolean chunksMayCome = !(exchange.getIn().getBody() instanceof RequestStart start) || start.totalChunks() > 0;
        if (chunksMayCome) {
            record.endEarly(client);
        }
        return jobs.remember(id);
    }

    /** Whether the code is found on one record, while the job may be further. */
    private static boolean isAboutOneMessage(ErrorCode code) {
        return switch (code) {
            case CRC_MISMATCH, SHA256_MISMATCH, LENGTH_MISMATCH -> false;
            default -> true;
        };
    }

    private static Optional<String> signer(Exchange exchange) {
        Job job = JobExchange.of(exchange).job();
        Requester caller = job == null ? JobExchange.of(exchange).caller() : job.caller();
        return caller == null ? Optional.empty() : caller.clientId();
    }

    /** What was asked for; null where only a chunk is known. */
    private static RequestStart start(Exchange exchange) {
        Job job = JobExchange.of(exchange).job();
        if (job != null) {
            return job.start();
        }
        return exchange.getIn().getBody() instanceof RequestStart start ? start : null;
    }

    private static String endpoint(Exchange exchange) {
        RequestStart start = start(exchange);
        return start == null ? null : start.endpoint();
    }

    /** The topic of the ERROR, where it is not the portal's own. */
    private static Optional<String> replyTopic(Exchange exchange, Job job) {
        return job == null
                ? JobExchange.of(exchange).replyTopic()
                : job.caller().replyTopic();
    }

    /** The START that the ERROR is the end of, as far as one is known. */
    private static String request(Exchange exchange, Job job) {
        return job == null ? JobExchange.of(exchange).request() : job.request();
    }

    private void tellOfRefusal(Exchange exchange, ClientFailure failure, Throwable cause) {
        boolean policy = cause instanceof PolicyViolation;
        if (policy || cause instanceof RefusedException || cause instanceof ProtocolException) {
            Job job = JobExchange.of(exchange).job();
            String reason = policy
                    ? ((PolicyViolation) cause).reason().name()
                    : job != null && job.state().cancelledByOperator()
                            ? CANCELLED_BY_OPERATOR
                            : failure.code().name();
            whenRefused.forEach(listener -> listener.refused(reason, signer(exchange)));
        }
    }

    private void report(Exchange exchange, JobId client, ClientFailure failure, Throwable cause, Object sent) {
        LedgerEntry record = JobExchange.of(exchange).record();
        if (cause instanceof PolicyViolation violation && failure.code() != ErrorCode.CANCELLED) {
            events.requestRefused(
                    client,
                    signer(exchange),
                    endpoint(exchange),
                    violation.rule(),
                    violation.reason().name(),
                    violation.detail());
        } else if (failure.code() == ErrorCode.RATE_LIMITED) {
            events.requestRefused(
                    client,
                    signer(exchange),
                    endpoint(exchange),
                    Rule.CLIENT_POLICY,
                    failure.code().name(),
                    failure.text());
        } else if (cause instanceof ProtocolException e && failure.code() != ErrorCode.CANCELLED) {
            events.messageRejected(client, record, e);
        } else if (failure.code() == ErrorCode.INTERNAL_ERROR) {
            LOG.atError()
                    .addKeyValue("job_id", client)
                    .addKeyValue("record", record)
                    .setCause(cause)
                    .log("job failed in a way that the portal does not know");
        }
        if (Boolean.FALSE.equals(sent)) {
            LOG.atDebug()
                    .addKeyValue("job_id", client)
                    .addKeyValue("error_code", failure.code())
                    .addKeyValue("reason", reason(exchange, failure.code(), cause))
                    .log("no job ends by this failure: its client has an outcome, or is not known");
        } else {
            tellEnd(exchange, client, failure.code(), cause, sent);
        }
    }

    private void tellEnd(Exchange exchange, JobId client, ErrorCode code, Throwable cause, Object sent) {
        Job job = JobExchange.of(exchange).job();
        RequestStart start = start(exchange);
        boolean bad = cause instanceof ProtocolException;
        boolean refused = bad || cause instanceof PolicyViolation;
        if (start == null && bad) {
            return; // a record, and no job: the security log has it
        }
        boolean cheap = refused || cause instanceof RefusedException; // how many calls fail, calls bound
        if (cheap && code != ErrorCode.CANCELLED && !events.tellsEnd(code, signer(exchange))) {
            return;
        }
        end.unanswered(new JobEnd.Unanswered(
                client,
                signer(exchange),
                start,
                job,
                refused && code != ErrorCode.CANCELLED ? JobEnd.Outcome.REFUSED : JobEnd.Outcome.of(code),
                refused || code == ErrorCode.RATE_LIMITED,
                code,
                reason(exchange, code, cause),
                sent));
    }

    /** Why, for the operator: what broke where a time was over is no reason, since the portal broke it. */
    private static String reason(Exchange exchange, ErrorCode code, Throwable cause) {
        Job job = JobExchange.of(exchange).job();
        boolean late = job != null && (job.state().timedOut() || CallFailure.isTimeout(cause));
        if (late && (code == ErrorCode.API_TIMEOUT || code == ErrorCode.ANSWER_INTERRUPTED)) {
            Duration took = job.time().spent(Phase.CALLING).plus(job.time().spent(Phase.ANSWERING));
            return (code == ErrorCode.API_TIMEOUT ? "no answer within " : "the answer was not at its end within ")
                    + Math.max(1, took.plusMillis(500).toSeconds()) + " s";
        }
        return Refusal.in(cause).map(Refusal::reason).orElseGet(() -> CallFailure.shown(cause));
    }
}
