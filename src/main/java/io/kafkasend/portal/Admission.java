package io.kafkasend.portal;

import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.security.PolicyViolation;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code admit}: what policy or limits forbid is refused on START, before any chunk is kept; what comes twice or
 * late ends here in silence. A CANCEL is heard here, so that it waits for no call. Runs on the poll threads. Thread-safe.
 */
public final class Admission implements Processor {
    private final Jobs jobs;
    private final RequestPolicy policy;

    /**
     * @param jobs the jobs under way
     * @param policy what the operator allows
     */
    public Admission(Jobs jobs, RequestPolicy policy) {
        this.jobs = jobs;
        this.policy = policy;
    }

    /**
     * @throws PolicyViolation for a START that policy forbids
     * @throws RefusedException for a START over the limit, and for a job that its client cancels
     * @throws ProtocolException for a message that contradicts what came before it
     */
    @Override
    public void process(Exchange exchange) throws PolicyViolation, RefusedException, ProtocolException {
        RequestMessage message = exchange.getIn().getBody(RequestMessage.class);
        LedgerEntry record = exchange.getProperty(ExchangeKeys.RECORD, LedgerEntry.class);
        Optional<Job> known = jobs.find(message.jobId());
        if (known.isEmpty() && jobs.hasEnded(message.jobId())) {
            ignore(exchange, record);
        } else if (message instanceof RequestStart start) {
            admit(exchange, start, record, known.orElse(null));
        } else if (message instanceof RequestChunk chunk) {
            admit(exchange, chunk, record, known.orElseThrow(() -> unknown(chunk.jobId())));
        } else if (known.isPresent()) {
            cancel(exchange, record, known.get());
        } else {
            ignore(exchange, record); // a CANCEL of what is not known here
        }
    }

    private void admit(Exchange exchange, RequestStart start, LedgerEntry record, Job known)
            throws PolicyViolation, RefusedException, ProtocolException {
        if (known == null) {
            policy.check(start);
            exchange.setProperty(ExchangeKeys.JOB, jobs.open(start, record));
        } else if (known.start().equals(start)) {
            known.bind(record);
            exchange.setRouteStop(true);
        } else {
            exchange.setProperty(ExchangeKeys.JOB, known);
            throw new ProtocolException(
                    ErrorCode.DUPLICATE_START, start.jobId(), "a second, different START came for this job");
        }
    }

    private void admit(Exchange exchange, RequestChunk chunk, LedgerEntry record, Job job) throws ProtocolException {
        if (job.phase() != Job.Phase.ASSEMBLING) {
            ignore(exchange, record);
            return;
        }
        exchange.setProperty(ExchangeKeys.JOB, job);
        if (!job.accepts(chunk)) {
            ignore(exchange, record);
        }
    }

    /** Ends the job, in whatever phase it is; the failure route sends its ERROR, aborts its call and settles it. */
    private static void cancel(Exchange exchange, LedgerEntry record, Job job) throws RefusedException {
        if (!job.cancel()) {
            job.bind(record); // its outcome is on its way
            exchange.setRouteStop(true);
            return;
        }
        exchange.setProperty(ExchangeKeys.JOB, job);
        throw new RefusedException(ErrorCode.CANCELLED, "the client cancelled the job");
    }

    private static void ignore(Exchange exchange, LedgerEntry record) {
        record.settle();
        exchange.setRouteStop(true);
    }

    private static ProtocolException unknown(JobId id) {
        return new ProtocolException(ErrorCode.UNKNOWN_JOB, id, "no START of this job is known here");
    }
}
